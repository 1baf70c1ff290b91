"""Discrimination of models by their raw scale scores, tested on forms left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.discriminability import Discrimination, discriminate
from valuealign.analysis.result_display import Shown
from valuealign.errors import AnalysisError, TooFewRows
from valuealign.inquiry.comparison.matrices import CENTRED

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.samples import Sample

FOLDS = 10
"""Folds of rows that have neither forms nor occasions."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Discriminant(Shown):
    """Discrimination of models by their raw scale scores.

    Attributes
    ----------
    scaling : DataFrame
        Scale by direction: coefficients of raw scores, so that discriminant scores have
        variance 1 within models.
    proportion : list of float
        Share of the between-model variance of each direction.
    accuracy : float
        Of the rows that it was fitted to, so it is biased upwards.
    cross_validated, chance, pvalue, smallest_p : float
        Of rows left out; one over the number of models; of a permutation of labels, and what
        it could be at best.
    by_model : dict of str to float
        Cross-validated share of each model's rows that were classified correctly.
    folds : str
        What was left out together.
    shrink : float
        0, or how far the covariance within models was shrunk to its diagonal.
    n, draws : int
        Rows, permutations.
    """

    scaling: pd.DataFrame
    proportion: list[float]
    accuracy: float
    cross_validated: float
    chance: float
    pvalue: float
    smallest_p: float
    by_model: dict[str, float]
    folds: str
    shrink: float
    n: int
    draws: int


def discriminant_of(
    samples: Sequence[Sample], *, draws: int, seed: int, why: dict[str, str]
) -> Discriminant | None:
    """Discriminate models by their raw scores.

    Parameters
    ----------
    samples : sequence of Sample
    draws : int
        Permutations.
    seed : int
    why : dict of str to str
        Takes the reason where it cannot be done.

    Returns
    -------
    Discriminant or None
    """
    try:
        return _discriminant(samples, draws, seed)
    except AnalysisError as error:
        why["discriminant"] = str(error)
        return None


def _discriminant(samples: Sequence[Sample], draws: int, seed: int) -> Discriminant:
    import pandas as pd

    if len(samples) < 2:
        raise TooFewRows("there is one respondent; discrimination needs two or more models")
    if any(False not in sample.averages for sample in samples):
        raise AnalysisError(CENTRED)
    if any(False not in sample.rows for sample in samples):
        raise TooFewRows("moments have no rows to discriminate; give responses")
    names = [n for n in samples[0].names if all(n in sample.names for sample in samples)]
    parts, groups, folds, blocks = [], [], [], []
    left_out_unit = _what_is_left_out(samples)
    for sample in samples:
        rows = sample.rows[False][names]
        complete = rows.notna().all(axis=1).to_numpy()
        parts.append(rows.to_numpy(float)[complete])
        groups += [sample.id] * int(complete.sum())
        fold, block = _design(sample, left_out_unit)
        folds += [f for f, keep in zip(fold, complete, strict=True) if keep]
        blocks += [b for b, keep in zip(block, complete, strict=True) if keep]
    discrimination = discriminate(
        np.vstack(parts), groups, folds, blocks=blocks, names=names, draws=draws, seed=seed
    )
    directions = [f"LD{k + 1}" for k in range(discrimination.fit.scaling.shape[1])]
    scaling = pd.DataFrame(discrimination.fit.scaling, index=names, columns=directions)
    return _result(discrimination, scaling, left_out_unit, len(groups))


def _result(
    discrimination: Discrimination, scaling: pd.DataFrame, folds: str, n: int
) -> Discriminant:
    return Discriminant(
        scaling=scaling,
        proportion=discrimination.fit.proportion.tolist(),
        accuracy=discrimination.accuracy,
        cross_validated=discrimination.cross_validated,
        chance=discrimination.chance,
        pvalue=discrimination.pvalue,
        smallest_p=discrimination.smallest_p,
        by_model=discrimination.by_group,
        folds=folds,
        shrink=discrimination.shrink,
        n=n,
        draws=discrimination.draws,
    )


FORMS, OCCASIONS, ROWS = (
    "a form, with all its occasions",
    "an occasion; one form, so that this is of this form only",
    "a tenth of the rows",
)


def _what_is_left_out(samples: Sequence[Sample]) -> str:
    forms = {form for sample in samples for form in sample.forms or ()}
    if len(forms) > 1:
        return FORMS
    return OCCASIONS if all(sample.occasions is not None for sample in samples) else ROWS


def _design(sample: Sample, folds: str) -> tuple[list[Any], list[Any]]:
    """Return each row's fold, and the block that keeps one label."""
    n = len(sample.rows[False])
    if folds == FORMS:
        return list(sample.forms or ()), [sample.id] * n
    if folds == OCCASIONS:
        return list(sample.occasions or ()), [sample.id] * n
    return [k % FOLDS for k in range(n)], [f"{sample.id} {k}" for k in range(n)]
