"""Human samples with their moments and provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.moments import Moments
from valuealign.errors import DataError
from valuealign.population.population_file import PopulationFile

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Population:
    """A human sample with its provenance.

    Attributes
    ----------
    source : PopulationFile
        Who, when, where, how sampled, which cases, which wording, and where it was published.
    rows : DataFrame or None
        The people, where the user brought them; shipped samples have none.
    tables : sequence of array, or None
        Bivariate category counts of all pairs, in order.
    gammas : dict of tuple of str to array
        Items -> ``n`` times the asymptotic covariance of their means and covariances.

    Examples
    --------
    >>> import valuealign as va
    >>> people = va.load_population("pvqrr-de-2022")
    >>> people.n, people.moments.names[0]
    (793, 'pvq01')
    """

    source: PopulationFile
    rows: pd.DataFrame | None = None
    tables: Any = None
    gammas: Mapping[tuple[str, ...], Any] | None = None

    @property
    def id(self) -> str:
        """Its name."""
        return self.source.id

    @property
    def instrument(self) -> str:
        """The instrument's name."""
        return self.source.instrument

    @property
    def n(self) -> int:
        """People behind the moments."""
        return self.source.n_complete

    @property
    def moments(self) -> Moments:
        """Means and covariance of the items, with Gamma and tables where they are shipped."""
        return self.of(self.source.items)

    @property
    def frequencies(self) -> pd.DataFrame:
        """Number of people who gave each code, one row an item; empty if not known."""
        import pandas as pd

        low, high = (int(code) for code in self.source.response_range)
        codes = list(range(low, high + 1))
        return pd.DataFrame.from_dict(dict(self.source.frequencies), orient="index", columns=codes)

    def of(self, items: Sequence[str]) -> Moments:
        """Return the moments of some items.

        Parameters
        ----------
        items : sequence of str

        Returns
        -------
        Moments
            With ``gamma`` where a shipped block holds all of them, and ``tables``.

        Raises
        ------
        DataError
            An item that the sample was not given.
        """
        absent = [i for i in items if i not in self.source.items]
        if absent:
            raise DataError(
                f"{self.id} has no item {absent[0]!r}; it has {self.source.items[:4]}..."
            )
        whole = Moments(
            np.array(self.source.covariance),
            np.array(self.source.mean),
            n=self.n,
            names=self.source.items,
            tables=self.tables,
            divisor=self.source.covariance_divisor.replace(" ", ""),
        ).select(items)
        for names, gamma in (self.gammas or {}).items():
            if set(items) <= set(names):
                place = [self.source.items.index(i) for i in names]
                block = Moments(
                    np.array(self.source.covariance)[np.ix_(place, place)],
                    np.array(self.source.mean)[place],
                    n=self.n,
                    names=names,
                    gamma=gamma,
                ).select(items)
                object.__setattr__(whole, "gamma", block.gamma)
                break
        return whole

    def __repr__(self) -> str:
        flagged = "; flagged" if self.source.flags else ""
        return f"<Population {self.id}: {self.n:,} people, {self.source.population}{flagged}>"

    def _repr_html_(self) -> str:
        from valuealign.escape import for_html

        rows = "".join(
            f"<tr><th>{for_html(k)}</th><td>{for_html(str(v))}</td></tr>"
            for k, v in self.describe().items()
        )
        return f"<table>{rows}</table>"

    def describe(self) -> dict[str, Any]:
        """Describe the sample in words."""
        source = self.source
        return {
            "id": source.id,
            "kind": "sample",
            "instrument": source.instrument,
            "people": source.population,
            "n": source.n_complete,
            "n_rows": source.n_rows,
            "cases": source.cases,
            "weights": source.weights or "unweighted",
            "direction": source.direction,
            "wording": source.wording.kind,
            "language": source.wording.language or source.wording.reason,
            "items": len(source.items),
            "source": source.source,
            "ref": source.ref,
            "licence": source.licence,
            "excluded": ", ".join(f"{n} {rule}" for rule, n in source.excluded.items()) or None,
            "n_effective": source.n_effective,
            "flags": list(source.flags),
            "note": source.note,
            "gamma": ", ".join(f"{len(k)} items" for k in (self.gammas or {})) or None,
            "tables": "all pairs" if self.tables is not None else None,
        }
