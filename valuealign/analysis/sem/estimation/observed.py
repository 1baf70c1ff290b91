"""Sample statistics of each group: rows or moments, checked, in the model's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import frame_with, matrix
from valuealign.analysis.moments import Moments
from valuealign.errors import ConstantItem, DataError, NotSupported, SingularCovariance, TooFewRows
from valuealign.frames import frame_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Observed:
    """The sample statistics of one group.

    Attributes
    ----------
    label : str
        The group's name; empty where there is one.
    n : float
        Number of respondents used; the sum of their weights where they have any.
    covariance : array, shape (p, p)
        With divisor ``n``; of complete rows.
    mean : array, shape (p,), or None
        None where only a covariance was given.
    rows : array, shape (n, p), or None
        None where only moments were given; NaN where rows with holes are used.
    moments : Moments or None
        The moments that were given instead of rows.
    weights : array, shape (n,), or None
        Sampling weights; over all groups they sum to the number of respondents.
    clusters : int array, shape (n,), or None
    kept : int array, shape (n,), or None
        Which rows of the data were used.
    flags : frozenset of str
        Doubts about the data.
    ordinal : OrdinalStatistics or None
        Thresholds and polychoric correlations.
    fixed : tuple of int
        The places of covariates that the model holds at their sample values.
    """

    label: str
    n: float
    names: tuple[str, ...]
    covariance: FloatArray
    mean: FloatArray | None
    rows: FloatArray | None = None
    moments: Moments | None = None
    weights: FloatArray | None = None
    clusters: NDArray[np.intp] | None = None
    kept: NDArray[np.intp] | None = None
    flags: frozenset[str] = frozenset()
    ordinal: Any = None
    fixed: tuple[int, ...] = ()

    @cached_property
    def logdet(self) -> float:
        """The log-determinant of the covariance."""
        return float(2 * np.log(np.diag(np.linalg.cholesky(self.covariance))).sum())

    @cached_property
    def gamma(self) -> FloatArray | None:
        """The moments' asymptotic covariance, if they brought one."""
        return None if self.moments is None else self.moments.gamma

    def select(self, places: Sequence[int]) -> Observed:
        """Return the group with some of its variables only, none of them fixed."""
        keep = list(places)
        return replace(
            self,
            names=tuple(self.names[i] for i in keep),
            covariance=self.covariance[np.ix_(keep, keep)],
            mean=None if self.mean is None else self.mean[keep],
            rows=None if self.rows is None else self.rows[:, keep],
            moments=None,
            fixed=(),
        )

    def centred(self) -> FloatArray:
        """Return the rows about their mean.

        Raises
        ------
        NotSupported
            Where only moments were given.
        """
        if self.rows is None or self.mean is None:
            raise NotSupported(f"{self.place}this needs rows; only moments were given")
        return self.rows - self.mean

    @property
    def place(self) -> str:
        """The words that begin an error about this group."""
        return f"group {self.label!r}: " if self.label else ""


@dataclass(frozen=True, slots=True)
class Design:
    """Columns for group, cluster and weight, and the treatment of missing values."""

    group: str | None = None
    missing: str = "listwise"
    cluster: str | None = None
    sampling_weights: str | None = None
    ordered: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()


def observe(data: Any, names: Sequence[str], design: Design) -> list[Observed]:
    """Read data into sample statistics, one a group, in order of appearance.

    Parameters
    ----------
    data : DataFrame, Moments, or mapping of group to either
    names : sequence of str
        The model's observed variables.
    design : Design

    Returns
    -------
    list of Observed

    Raises
    ------
    DataError
        Where a variable is missing or not numeric, an item is constant, rows are too few or the
        covariance is singular.
    """
    names = tuple(names)
    groups = list(_parts(data, design))
    if not groups:
        raise DataError("the data have no group")
    read = [
        _moments(label, part, names)
        if isinstance(part, Moments)
        else _rows(label, part, names, design)
        for label, part in groups
    ]
    out = [summarise(group) if group.rows is not None else group for group in _normalised(read)]
    for group in out:
        _check(group, design)
    return out


def parts_of(data: Any) -> Any:
    """Convert frames of any library to pandas and reject data without rows.

    Parameters
    ----------
    data : DataFrame, Moments, or mapping of group to either

    Raises
    ------
    DataError
    """
    if isinstance(data, Moments):
        return data
    if isinstance(data, Mapping):
        return {
            name: part if isinstance(part, Moments) else frame_of(part, f"group {name!r}")
            for name, part in data.items()
        }
    try:
        return frame_of(data)
    except DataError as error:
        raise DataError(f"{error}, va.Moments, or a mapping of group to either") from None


def _columns(frame: Any, names: Sequence[str], who: str) -> None:
    """Raise an error for a name that is not a column of the data.

    Raises
    ------
    DataError
        With the nearest names there are.
    """
    frame_with(frame, ())
    there = [str(c) for c in frame.columns]
    absent = [n for n in names if n not in there]
    if absent:
        near = get_close_matches(absent[0], there, n=3, cutoff=0.5)
        hint = (
            f"did you mean {' or '.join(map(repr, near))}?"
            if near
            else (f"they have {', '.join(there[:12])}{' ...' if len(there) > 12 else ''}")
        )
        raise DataError(f"the data have no column {absent[0]!r}, {who}; {hint}")


def _normalised(groups: list[Observed]) -> list[Observed]:
    """Scale sampling weights so that over all groups they sum to the number of rows."""
    weights = [group.weights for group in groups if group.weights is not None]
    if not weights:
        return groups
    factor = sum(len(w) for w in weights) / sum(float(w.sum()) for w in weights)
    return [
        group
        if group.weights is None
        else replace(group, weights=group.weights * factor, n=float(group.weights.sum()) * factor)
        for group in groups
    ]


def _parts(data: Any, design: Design) -> list[tuple[str, Any]]:
    """Split data into its groups."""
    if isinstance(data, Mapping) and not hasattr(data, "columns"):
        return [(str(k), v) for k, v in data.items()]
    if isinstance(data, Moments):
        if design.group is not None:
            raise DataError("one set of moments has no groups; give a mapping of group to moments")
        return [("", data)]
    if design.group is None:
        return [("", data)]
    _columns(data, (design.group,), "which group names")
    frame_with(data, (design.group,))
    column = data[design.group]
    levels = [v for v in column.drop_duplicates() if v == v and v is not None]  # noqa: PLR0124
    if len(levels) < 2:
        raise DataError(f"column {design.group!r} has {len(levels)} group; expected at least 2")
    return [(str(level), data[(column == level).to_numpy()]) for level in levels]


def _moments(label: str, moments: Moments, names: tuple[str, ...]) -> Observed:
    part = moments.select(names)
    return Observed(label, part.n, names, part.ml_covariance, part.mean, moments=part)


def _rows(label: str, frame: Any, names: tuple[str, ...], design: Design) -> Observed:
    _columns(frame, names, "which the model names")
    table = _numbers(frame, names)
    holes = np.isnan(table)
    silent = [n for n, column in zip(names, holes.T, strict=True) if column.all()]
    if silent and len(table):
        raise ConstantItem(
            f"{f'group {label!r}: ' if label else ''}nobody answered {', '.join(silent)}; "
            "leave the item out"
        )
    if design.missing == "fiml":  # fixed covariates have no model, so their rows are complete
        fixed = [names.index(n) for n in design.covariates]
        keep = ~(holes.all(axis=1) | holes[:, fixed].any(axis=1))
    elif design.missing == "pairwise":
        keep = ~holes.all(axis=1)
    else:
        keep = ~holes.any(axis=1)
    weights, clusters = None, None
    if design.sampling_weights is not None:
        _columns(frame, (design.sampling_weights,), "which sampling_weights names")
        weights = _numbers(frame, (design.sampling_weights,))[:, 0]
        if (weights[keep] < 0).any() or np.isnan(weights[keep]).any():
            raise DataError("sampling weights must be zero or more, without holes")
    if design.cluster is not None:
        import pandas as pd

        _columns(frame, (design.cluster,), "which cluster names")
        codes, _ = pd.factorize(frame[design.cluster])
        if (codes[keep] < 0).any():
            raise DataError(f"column {design.cluster!r} has holes; every row needs a cluster")
        clusters = codes[keep].astype(np.intp)
    rows = table if keep.all() else table[keep]
    if len(rows) < 2:
        raise TooFewRows(
            f"{len(rows)} complete rows{f' in group {label!r}' if label else ''}; expected at "
            "least items + 1. missing='fiml' (of ordered items 'pairwise') uses rows with holes"
        )
    if weights is not None:
        weights = weights[keep]
    return Observed(
        label,
        len(rows),
        names,
        np.empty((0, 0)),
        None,
        rows,
        weights=weights,
        clusters=clusters,
        kept=np.flatnonzero(keep),
    )


def summarise(group: Observed) -> Observed:
    """Return a group with the mean and covariance of its rows.

    With missing values, covariances are pairwise and made positive definite, which is accurate
    enough for starting values; those among complete variables (such as fixed covariates) are exact.
    """
    rows = group.rows
    assert rows is not None  # noqa: S101  # only called on rows
    if np.isnan(rows).any():
        import pandas as pd  # pairwise covariances are only for starting values

        frame = pd.DataFrame(rows)
        cov, mean = frame.cov(ddof=0).fillna(0.0).to_numpy(), np.nanmean(rows, axis=0)
        cov = cov + max(0.0, -2 * np.linalg.eigvalsh(cov)[0]) * np.eye(len(cov))
        whole = np.flatnonzero(~np.isnan(rows).any(axis=0))
        exact = summarise(replace(group, rows=rows[:, whole]))
        cov[np.ix_(whole, whole)], mean[whole] = exact.covariance, exact.mean
        return replace(group, covariance=cov, mean=mean)
    w = group.weights
    mean = rows.mean(axis=0) if w is None else w @ rows / group.n
    centred = rows - mean
    cov = centred.T @ (centred if w is None else centred * w[:, None])
    cov /= group.n
    return replace(group, covariance=cov, mean=mean)


def _numbers(frame: Any, names: tuple[str, ...]) -> FloatArray:
    """Return columns as floats, NaN for holes."""
    return matrix(frame, items=names, empty=True).values


def _check(group: Observed, design: Design) -> None:
    """Raise an error for statistics that no covariance model can use."""
    p = len(group.names)
    holes = group.rows is not None and bool(np.isnan(group.rows).any())
    if group.rows is not None:
        spread = np.nanmax(group.rows, axis=0) - np.nanmin(group.rows, axis=0)
        flat = ~(spread > 0)
    else:
        flat = ~(np.diag(group.covariance) > 0)
    if flat.any():
        names = ", ".join(n for n, bad in zip(group.names, flat, strict=True) if bad)
        raise ConstantItem(
            f"{group.place}no variance in {names}; leave the item out, or find out why everyone "
            "answered alike"
        )
    if holes or set(group.names) <= set(design.ordered):
        return
    if group.n < p + 1:
        raise TooFewRows(
            f"{group.place}{group.n} complete rows for {p} variables; expected at least {p + 1}"
        )
    scale = 1 / np.sqrt(np.diag(group.covariance))
    smallest = np.linalg.eigvalsh(group.covariance * scale * scale[:, None])[0]
    if smallest < 1e-10:
        raise SingularCovariance(
            f"{group.place}the covariance is singular (smallest eigenvalue of the correlations "
            f"{smallest:.1e}); a variable is a sum of others, as centred scores are: drop one"
        )
