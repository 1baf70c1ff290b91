"""Several human samples read from one file, by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from valuealign.errors import DataError
from valuealign.population.population import Population
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd


class Populations(Mapping[str, Population]):
    """Human samples by group: a mapping of group to :class:`Population`.

    Parameters
    ----------
    groups : mapping of str to Population
        The samples, by the names of their groups.
    exclusions : mapping of str to str
        Groups that could not be reduced to moments, and why.

    Attributes
    ----------
    moments : dict of str to Moments
        What ``va.invariance`` and ``va.cfa`` take as groups.
    table : DataFrame
        One row a group: how many people, and how many were left out by which rule.

    Examples
    --------
    >>> import valuealign as va
    >>> germans = {n: va.load_population(f"pvq21-de-ess9-{n}") for n in ("men", "women")}
    >>> people = Populations(germans)
    >>> people.table[["group", "n"]].values.tolist()
    [['men', 1155], ['women', 1091]]
    """

    def __init__(
        self, groups: Mapping[str, Population], exclusions: Mapping[str, str] | None = None
    ) -> None:
        self._groups = dict(groups)
        self.exclusions = dict(exclusions or {})

    def __getitem__(self, name: str) -> Population:
        if name not in self._groups:
            why = self.exclusions.get(name)
            raise DataError(
                f"there is no group {name!r}: " + (why or did_you_mean(name, list(self._groups)))
            )
        return self._groups[name]

    def __contains__(self, name: object) -> bool:
        return name in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    @property
    def moments(self) -> dict[str, Any]:
        """Group -> its :class:`valuealign.Moments`."""
        return {name: people.moments for name, people in self.items()}

    @property
    def table(self) -> pd.DataFrame:
        """One row a group; groups without moments come last."""
        import pandas as pd

        rows = [
            {
                "group": name,
                "id": people.id,
                "n": people.n,
                "n_rows": people.source.n_rows,
                "n_effective": people.source.n_effective,
                **people.source.excluded,
                "flags": "; ".join(people.source.flags),
            }
            for name, people in self.items()
        ]
        rows += [
            {"group": name, "flags": f"left out: {why}"} for name, why in self.exclusions.items()
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        n = sum(people.n for people in self.values())
        return f"<Populations: {len(self)} groups, {n:,} people>"
