"""An acquiescence factor, estimated only where the keys identify it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.after.difference_test import LrTest, lr_test
from valuealign.arguments import checked
from valuealign.errors import DataError, NotSupported

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.sem.fit import Fit


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class MethodFactor(Shown):
    """A method factor of equal loadings.

    Attributes
    ----------
    variance, se : float
        Of the method factor, in squared units of the responses.
    share : float
        Of the items' mean variance.
    test : LrTest
        Against the model without it.
    condition : float
        Of the information matrix: above 1e8 the variance hangs on the trait model chosen.
    fit, without : Fit
    flags : frozenset of str
    """

    variance: float
    se: float
    share: float
    test: LrTest
    condition: float
    fit: Fit
    without: Fit
    flags: frozenset[str]


@checked
def method_factor(
    data: pd.DataFrame,
    scales: Mapping[str, Sequence[str]],
    keyed: Mapping[str, int],
    **options: Any,
) -> MethodFactor:
    """Fit traits with and without a factor of equal loadings on all items.

    Parameters
    ----------
    data : DataFrame
        Values as answered, not turned round.
    scales : mapping of str to sequence of str
        Trait -> items.
    keyed : mapping of str to {1, -1}
        Item -> key; items not named are keyed +1.
    **options
        Of :func:`valuealign.cfa`: ``estimator``, ``missing``, ``group`` is not taken.

    Returns
    -------
    MethodFactor
        ``.share`` of the items' variance, with the ``.test`` against no method factor.

    Raises
    ------
    NotSupported
        Every scale is keyed one way: with freely correlated traits a factor of equal loadings
        is then not identified (L Psi L' + a 11' = L (Psi + a 11') L' for unit loadings), and
        with free loadings its variance follows the trait model chosen.
    DataError
        Unknown items or keys.

    Notes
    -----
    The method factor is uncorrelated with the traits. A variance near zero does not prove that
    acquiescence is absent; a large variance need not be bias where the traits are correlated.

    References
    ----------
    Billiet, J. B., & McClendon, M. J. (2000). Modeling acquiescence in measurement models for
    two balanced sets of items. Structural Equation Modeling, 7, 608-628.
    doi:10.1207/S15328007SEM0704_5

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trait, lean = rng.normal(size=(2, 800, 1))
    >>> x = trait * np.array([1, 1, 1, -1, -1, -1]) + 0.5 * lean + rng.normal(size=(800, 6))
    >>> found = method_factor(pd.DataFrame(x, columns=list("abcdef")),
    ...                       {"trait": list("abcdef")}, {"d": -1, "e": -1, "f": -1})
    >>> bool(abs(found.variance - 0.25) < 0.1)
    True
    """
    from valuealign.analysis.sem.model import cfa

    items = [item for members in scales.values() for item in members]
    frame_with(data, [*items, *keyed])
    data = data.assign(**{name: numeric(data[name], f"item {name!r}") for name in items})
    double = [name for name in scales if name in data.columns]
    if double:
        raise DataError(f"scale {double[0]!r} bears the name of a column; give it another")
    if any(key not in (1, -1) for key in keyed.values()):
        raise DataError("keys are +1 or -1")
    two_way = [
        name for name, members in scales.items() if len({keyed.get(i, 1) for i in members}) == 2
    ]
    if not two_way:
        raise NotSupported(
            "every scale is keyed one way, so an acquiescence factor is not identified beside "
            "traits that correlate freely. Give the items with opposed stems "
            "(--form content=stem,opposed), and look at response_style"
        )
    traits = "\n".join(f"{name} =~ {' + '.join(members)}" for name, members in scales.items())
    method = ["agreeing_ =~ " + " + ".join(f"1*{item}" for item in items)]
    method += [f"agreeing_ ~~ 0*{name}" for name in scales]
    without = cfa(traits, data, std_lv=True, **options)
    text = "\n".join([traits, *method, "agreeing_ ~~ NA*agreeing_"])
    fit = cfa(text, data, std_lv=True, **options)
    frame = fit.parameters
    row = frame[(frame["lhs"] == "agreeing_") & (frame["rhs"] == "agreeing_")].iloc[0]
    values = np.linalg.eigvalsh(fit.vcov.to_numpy())
    condition = float(values[-1] / values[0]) if values[0] > 1e-100 * values[-1] else 1e100
    flags = set(fit.flags)
    if condition > 1e8:
        flags.add(f"the information is nearly singular (condition {condition:.1e})")
    if row["est"] <= 0:
        flags.add("the method factor's variance is not positive: nothing of the kind is there")
    return MethodFactor(
        variance=float(row["est"]),
        se=float(row["se"]),
        share=float(row["est"] / data[items].var(ddof=1).mean()),
        test=lr_test(without, fit),
        condition=condition,
        fit=fit,
        without=without,
        flags=frozenset(flags),
    )
