"""Power, size and coverage of a planned mixed model, by simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.fit_model import LaidOut, laid_out
from valuealign.analysis.mixed.formula import Formula, parse
from valuealign.analysis.mixed.model_rows import ModelRows, model_rows
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError, NotConverged

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Levels = Mapping[str, Any]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class MixedPower(Shown):
    """What a planned mixed model would find.

    Attributes
    ----------
    terms : DataFrame
        By design and term of the formula: a column per varied size, ``rows term power
        power_lower power_upper singular``. ``power`` is the share of simulated data sets in which
        the type III test rejects; of a term without a planted effect it is the size of the test.
        ``singular`` is the share of fits with a variance at zero.
    coefficients : DataFrame
        By design and coefficient: ``term truth mean coverage``: the mean of the estimates, and
        the share of intervals that contain the truth.
    replicates, failed : int
        Data sets for each design; fits, over all designs, that did not converge and are left out.

    Examples
    --------
    >>> import valuealign as va
    >>> planned = va.mixed_power(
    ...     "rating ~ risk + (1 | vignette)", {"risk": 2, "vignette": [4, 8], "model": 3},
    ...     effects={"risk[2]": 0.5}, sds={"vignette": 0.5, "residual": 1.0}, replicates=20,
    ... )
    >>> planned.terms["vignette"].tolist()
    [4, 8]
    """

    terms: pd.DataFrame
    coefficients: pd.DataFrame
    replicates: int
    failed: int


@checked
def mixed_power(
    formula: str,
    levels: Mapping[str, Any],
    *,
    effects: Mapping[str, float],
    sds: Mapping[str, float],
    between: Mapping[str, str] | None = None,
    replicates: int = 500,
    alpha: float = 0.05,
    seed: int = 0,
) -> MixedPower:
    """Simulate a planned design and count how often its tests reject.

    Parameters
    ----------
    formula : str
        As in :func:`valuealign.mixed`, with factors only.
    levels : mapping of str to int, sequence of str or sequence of int
        Every column that is crossed: how many levels it has, their names, or several numbers to
        try. Columns that the formula does not use (occasions) repeat the rows.
    effects : mapping of str to float
        Coefficients (treatment coding: ``burden[2]``, ``burden[2]:belonging[2]``); others are 0.
    sds : mapping of str to float
        Standard deviation of every random term (``vignette``, ``vignette:model``) and of
        ``residual``.
    between : mapping of str to str, optional
        Factor -> the column within whose levels it is constant, such as a diagnosis that is a
        property of the vignette. Levels are assigned in turn.
    replicates : int
        Data sets for each design.
    alpha : float
        Significance level of the tests.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    MixedPower
        ``.terms`` and ``.coefficients``: the power of each design.

    Raises
    ------
    DataError
        A name that is in no formula or no design; a standard deviation that is missing or
        negative; a design that cannot be estimated.

    Examples
    --------
    >>> mixed_power(
    ...     "rating ~ risk + (1 | vignette)", {"risk": ["low", "high"], "vignette": 6},
    ...     effects={"risk[high]": 9.0}, sds={"vignette": 1.0, "residual": 1.0}, replicates=10,
    ... ).terms["power"].tolist()
    [1.0]
    """
    import pandas as pd

    if replicates < 1:
        raise DataError(f"replicates is {replicates}; expected 1 or more")
    parsed = parse(formula)
    between = dict(between or {})
    varied = [name for name, value in levels.items() if _several(value)]
    rng = np.random.default_rng(seed)
    terms, coefficients, failed = [], [], 0
    for sizes in _designs(parsed, levels, between):
        frame = _crossed(sizes, between)
        frame[parsed.outcome] = rng.normal(size=len(frame))
        rows = model_rows(parsed, frame, categorical=(), coding="treatment")
        truth = _truth(rows, effects)
        runs, lost = _simulated(rows, truth, _sds(rows, sds), replicates, rng)
        failed += lost
        at = {name: len(sizes[name]) for name in varied} | {"rows": len(frame)}
        terms.append(_term_table(rows, runs, alpha).assign(**at))
        coefficients.append(_coefficient_table(rows, runs, truth).assign(**at))
    order = [*varied, "rows"]
    tables = [pd.concat(parts, ignore_index=True) for parts in (terms, coefficients)]
    tables = [t[[*order, *(c for c in t.columns if c not in order)]] for t in tables]
    return MixedPower(terms=tables[0], coefficients=tables[1], replicates=replicates, failed=failed)


def _several(value: Any) -> bool:
    """Say whether a column's levels are several numbers to try."""
    return not isinstance(value, str | int) and all(
        isinstance(v, int | np.integer) and not isinstance(v, bool) for v in value
    )


def _designs(
    formula: Formula, levels: Levels, between: Mapping[str, str]
) -> Iterator[dict[str, list[str]]]:
    """Yield the names of every column's levels, design by design."""
    groups = {name for term in formula.random for name in term.groups}
    needed = [*formula.predictors, *groups, *between.values()]
    absent = [name for name in needed if name not in levels]
    if absent:
        raise DataError(f"levels has no {absent[0]!r}, which the formula needs")
    strange = [name for name in between if name not in formula.predictors]
    if strange:
        raise DataError(f"between names {strange[0]!r}, which is not in the fixed part")
    choices = [_named(name, value) for name, value in levels.items()]
    for chosen in product(*choices):
        yield dict(zip(levels, chosen, strict=True))


def _named(name: str, value: Any) -> list[list[str]]:
    """Return the lists of level names that an entry means."""
    if isinstance(value, str) or (not isinstance(value, int) and not len(value)):
        raise DataError(f"levels of {name!r} are {value!r}; expected a number or a list")
    sizes = list(value) if _several(value) else [value]
    out = []
    for size in sizes:
        if isinstance(size, int | np.integer):
            if not 1 <= size <= 100_000:
                raise DataError(f"{name!r} has {size} levels; expected 1 to 100,000")
            width = len(str(size))
            out.append([str(k).zfill(width) for k in range(1, int(size) + 1)])
        else:
            out.append([str(level) for level in size])
    return out


def _crossed(sizes: Mapping[str, list[str]], between: Mapping[str, str]) -> pd.DataFrame:
    """Return every combination of levels; factors between are read off their columns."""
    import pandas as pd

    crossed = {name: names for name, names in sizes.items() if name not in between}
    n = int(np.prod([len(names) for names in crossed.values()]))
    if n > 2_000_000:
        raise DataError(f"the design has {n:,} rows; expected at most 2,000,000")
    codes = np.indices([len(names) for names in crossed.values()]).reshape(len(crossed), -1)
    by_name = dict(zip(crossed, codes, strict=True))
    for name, within in between.items():
        by_name[name] = by_name[within] % len(sizes[name])
    return pd.DataFrame(
        {
            name: pd.Categorical.from_codes(code, categories=pd.Index(sizes[name]))
            for name, code in by_name.items()
        }
    )


def _truth(rows: ModelRows, effects: Mapping[str, float]) -> FloatArray:
    """Return the planted coefficients in the order of the columns."""
    names = rows.part.names
    unknown = [name for name in effects if name not in names]
    if unknown:
        raise DataError(
            f"effects names {unknown[0]!r}; the coefficients are {', '.join(names[:12])}"
        )
    return np.array([float(effects.get(name, 0.0)) for name in names])


def _sds(rows: ModelRows, sds: Mapping[str, float]) -> FloatArray:
    labels = [*(term.label for term in rows.random), "residual"]
    if set(labels) != set(sds):
        raise DataError(f"sds has {', '.join(sds) or 'nothing'}; expected {', '.join(labels)}")
    out = np.array([float(sds[label]) for label in labels])
    if not (np.isfinite(out).all() and (out >= 0).all() and out[-1] > 0):
        raise DataError(f"sds are {dict(sds)}; expected numbers from 0, the residual's above 0")
    return out


@dataclass(frozen=True, eq=False)
class _Runs:
    """Estimates of every data set: coefficients, errors, freedom, term p values, singular."""

    estimates: FloatArray
    se: FloatArray
    df: FloatArray
    pvalues: FloatArray
    singular: FloatArray


def _simulated(
    rows: ModelRows, truth: FloatArray, sds: FloatArray, replicates: int, rng: np.random.Generator
) -> tuple[_Runs, int]:
    """Simulate and fit data sets of one design."""
    model = laid_out(rows)
    hypotheses = [rows.part.hypothesis(term) for term in rows.part.terms]
    mean = rows.part.matrix(len(rows.y)) @ truth
    out: list[tuple[Any, ...]] = []
    for _ in range(replicates):
        y = mean + sds[-1] * rng.normal(size=len(mean))
        for term, sd, scale in zip(rows.terms, sds, rows.scales, strict=False):
            drawn = sd * rng.normal(size=term.n_levels)[term.codes]
            y += drawn if term.weights is None else drawn * term.weights * scale
        run = _one(model, y, hypotheses)
        if run is not None:
            out.append(run)
    if not out:
        raise NotConverged("no simulated data set could be fitted")
    return _Runs(*(np.array(part) for part in zip(*out, strict=True))), replicates - len(out)


def _one(
    model: LaidOut, y: FloatArray, hypotheses: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray, list[float], bool] | None:
    from scipy.stats import f

    try:
        fit = model.fit(y, restricted=True)
    except NotConverged:
        return None
    estimates, se, df = fit.tests.t_tests(np.eye(len(model.R)))
    tests = [fit.tests.f_test(L) for L in hypotheses]
    pvalues = [float(f.sf(F, df1, df2)) for F, df1, df2 in tests]
    return estimates, se, df, pvalues, bool((fit.components.variances == 0).any())


def _term_table(rows: ModelRows, runs: _Runs, alpha: float) -> pd.DataFrame:
    import pandas as pd
    from scipy.stats import binomtest

    table = []
    for k, term in enumerate(rows.part.terms):
        rejected = int((runs.pvalues[:, k] < alpha).sum())
        interval = binomtest(rejected, len(runs.pvalues)).proportion_ci()
        share = rejected / len(runs.pvalues)
        singular = float(runs.singular.mean())
        table.append((":".join(term), share, interval.low, interval.high, singular))
    return pd.DataFrame(table, columns=["term", "power", "power_lower", "power_upper", "singular"])


def _coefficient_table(rows: ModelRows, runs: _Runs, truth: FloatArray) -> pd.DataFrame:
    import pandas as pd
    from scipy.stats import t

    half = t.ppf(0.975, runs.df) * runs.se
    return pd.DataFrame(
        {
            "term": rows.part.names,
            "truth": truth,
            "mean": runs.estimates.mean(axis=0),
            "coverage": (np.abs(runs.estimates - truth) <= half).mean(axis=0),
        }
    )
