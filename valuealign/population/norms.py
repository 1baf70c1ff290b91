"""Norms: published means and standard deviations of scales, with their source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.population.norms_file import TAGS, NormBlock, NormGroup, NormsFile
from valuealign.population.sample_files import files_of, read_checked
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

TABLE = ("group", "scale", "statistic", "n", "n_of", "mean", "sd", "sd_of", "source", "ref", "tag")


@dataclass(frozen=True, eq=False)
class Norms:
    """Published means and standard deviations by scale and group.

    Norms have no covariance: they serve profiles, differences and margins, but no model.

    Attributes
    ----------
    source : NormsFile
        Who, when, where and how, where it was published, how far it is checked (``tag``), and
        what to know before using it (``caution``).

    Examples
    --------
    >>> import valuealign as va
    >>> norms = va.load_norms("pvq21-europe-between-country")
    >>> norms.of("centred mean").loc["HE"].to_dict()
    {'mean': -0.267, 'sd': 0.266}
    >>> norms.between_country_sd["HE"]
    0.266
    """

    source: NormsFile

    @property
    def id(self) -> str:
        """Its name."""
        return self.source.id

    @property
    def instrument(self) -> str:
        """The instrument's name."""
        return self.source.instrument

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have norms."""
        return tuple(each.group for each in self.source.groups)

    @property
    def table(self) -> pd.DataFrame:
        """One row a number: ``group scale statistic n n_of mean sd sd_of source ref tag``.

        The tag states in words how far the number is checked, and whether it is second-hand.
        """
        import pandas as pd

        source = self.source
        rows = [
            (
                group.group,
                name,
                block.statistic,
                group.n,
                group.n_of,
                each.mean,
                each.sd,
                block.sd_of,
                source.source,
                source.ref,
                TAGS[source.tag],
            )
            for group in source.groups
            for block in group.blocks
            for name, each in block.scales.items()
        ]
        return pd.DataFrame(rows, columns=list(TABLE)).astype({"n": "Int64", "sd": float})

    def of(self, statistic: str, group: str | None = None) -> pd.DataFrame:
        """Return one statistic of one group.

        Parameters
        ----------
        statistic : str
            "raw mean", "centred mean", "sum score", "number right" or "best-worst score".
        group : str, optional
            Needed where there are several.

        Returns
        -------
        DataFrame
            One row a scale: ``mean`` and ``sd`` (NaN where the source gave none). ``.attrs``
            says whose spread ``sd`` is ("people" or "countries"), and carries ``n``, ``tag``
            and ``caution``.

        Raises
        ------
        DataError
            No such group or statistic, or several groups and none named.
        """
        import pandas as pd

        chosen, block = self._block(statistic, group)
        statistics = {name: (each.mean, each.sd) for name, each in block.scales.items()}
        frame = pd.DataFrame.from_dict(
            statistics, orient="index", columns=["mean", "sd"], dtype=float
        )
        frame.attrs = {
            "group": chosen.group,
            "n": chosen.n,
            "n_of": chosen.n_of,
            "sd_of": block.sd_of,
            "tag": TAGS[self.source.tag],
            "caution": self.source.caution,
        }
        return frame

    @property
    def between_country_sd(self) -> dict[str, float]:
        """Scale -> standard deviation of the centred country means: a margin from people.

        Raises
        ------
        DataError
            These norms' standard deviations are between people.
        """
        for group in self.source.groups:
            for block in group.blocks:
                if block.sd_of == "countries" and block.statistic == "centred mean":
                    return {k: v.sd for k, v in block.scales.items() if v.sd is not None}
        raise DataError(
            f"the standard deviations of {self.id} are between people; norms between countries "
            "say 'sd_of': 'countries' (valuealign populations list)"
        )

    def describe(self) -> dict[str, Any]:
        """Describe the norms in words."""
        source = self.source
        numbers = [
            f"{g.group} ({f'{g.n} {g.n_of}' if g.n else f'n not available: {g.reason}'})"
            for g in source.groups
        ]
        if len(numbers) > 1 and all(g.n is None for g in source.groups):
            names = ", ".join(self.groups)
            numbers = [f"{names} (n not available: {source.groups[0].reason})"]
        return {
            "id": source.id,
            "kind": "norms",
            "caution": source.caution,
            "tag": TAGS[source.tag],
            "instrument": source.instrument,
            "people": source.population,
            "n": self.n,
            "groups": numbers,
            "statistics": sorted({b.statistic for g in source.groups for b in g.blocks}),
            "scales": len({k for g in source.groups for b in g.blocks for k in b.scales}),
            "direction": source.direction,
            "wording": source.wording.kind,
            "language": source.wording.language or source.wording.reason,
            "source": source.source,
            "ref": source.ref,
            "licence": source.licence,
            "note": source.note,
        }

    @property
    def n(self) -> int | None:
        """People (or countries) in all groups; None if a group's number is not known."""
        counts = [each.n for each in self.source.groups]
        return None if None in counts else sum(n for n in counts if n is not None)

    def __repr__(self) -> str:
        return f"<Norms {self.id}: {self.source.population}; {TAGS[self.source.tag]}>"

    def _repr_html_(self) -> str:
        from valuealign.escape import for_html

        rows = "".join(
            f"<tr><th>{for_html(k)}</th><td>{for_html(str(v))}</td></tr>"
            for k, v in self.describe().items()
        )
        return f"<table>{rows}</table>"

    def _block(self, statistic: str, group: str | None) -> tuple[NormGroup, NormBlock]:
        if group is None and len(self.groups) > 1:
            raise DataError(f"{self.id} has {len(self.groups)} groups; name one: {self.groups}")
        chosen = [g for g in self.source.groups if group in {None, g.group}]
        if not chosen:
            raise DataError(
                f"{self.id} has no group {group!r}; {did_you_mean(str(group), self.groups)}"
            )
        for block in chosen[0].blocks:
            if block.statistic == statistic:
                return chosen[0], block
        have = [block.statistic for block in chosen[0].blocks]
        raise DataError(f"{self.id} has no {statistic!r}; {did_you_mean(statistic, have)}")


@checked
def load_norms(name_or_path: str | Path) -> Norms:
    """Published means and standard deviations by name, or from a file.

    Parameters
    ----------
    name_or_path : str or Path
        One of :func:`list_populations` of kind "norms", or a path to a file of norms (JSON).

    Returns
    -------
    Norms
        Scale means and standard deviations with their source.

    Raises
    ------
    DataError
        No such norms, or a file that is not a norms file; the message names the place. Centred
        means whose sum differs from 0 by more than rounding, impossible SDs, and raw and centred
        means that contradict each other are errors.

    Examples
    --------
    >>> load_norms("leas-cz-students").of("sum score").loc["LEAS"].to_dict()
    {'mean': 61.4, 'sd': 8.5}
    """
    path = Path(name_or_path)
    if path.suffix.lower() != ".json":
        known = files_of("norms")
        if str(name_or_path) not in known:
            samples = files_of("sample")
            if str(name_or_path) in samples:
                raise DataError(
                    f"{name_or_path} is a sample, no norms; load it with load_population"
                )
            hint = did_you_mean(str(name_or_path), list(known))
            raise DataError(f"there are no norms {str(name_or_path)!r}; {hint}")
        path = known[str(name_or_path)]
    return Norms(read_checked(path, NormsFile))
