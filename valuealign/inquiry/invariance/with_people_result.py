"""The result of an invariance analysis with people: tables, words, flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valuealign.analysis.result_display import Shown

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.invariance.constructs import Constructs
    from valuealign.inquiry.invariance.ladder_with_people import LadderWithPeople


@dataclass(frozen=True, kw_only=True)
class SameWords:
    """Whether a respondent saw the same words as people, and why.

    Attributes
    ----------
    respondent, population : str
    same : bool
    reason : str
        What decides it, and what was declared.
    """

    respondent: str
    population: str
    same: bool
    reason: str


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class WithPeople(Shown):
    """A model's invariance with people, level by level.

    Attributes
    ----------
    instrument, unit : str
    rows : tuple of str
        How many rows of whom, and what a row is.
    wording : tuple of SameWords
    ladders : tuple of LadderWithPeople
        Where the words are the same: one for each respondent, human sample and model.
    constructs : tuple of Constructs
        Where they are not: scales only.
    refused : dict of str to str
        What was not compared, and why and what to do.
    flags : frozenset of str

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> people = va.load_population("pvq21-de-ess9").moments
    >>> rng = np.random.default_rng(1)
    >>> x = rng.multivariate_normal(people.mean, people.covariance, 300, method="cholesky")
    >>> rows = pd.DataFrame(np.clip(np.round(x), 1, 6), columns=people.names)
    >>> found = va.invariance_with_people(rows, "pvq21-de-ess9", unit="personas", draws=20,
    ...                                   declared="drawn from the sample's own moments")
    >>> sorted(found.table["model"].unique())
    ['conservation', 'enhancement', 'openness', 'transcendence']
    """

    instrument: str
    unit: str
    rows: tuple[str, ...]
    wording: tuple[SameWords, ...]
    ladders: tuple[LadderWithPeople, ...]
    constructs: tuple[Constructs, ...]
    refused: Mapping[str, str]
    flags: frozenset[str]

    @property
    def table(self) -> pd.DataFrame:
        """One row a ladder and level: the model's numbers, then those between people.

        Columns ``respondent population model n estimator``, those of `Invariance.table`,
        ``srmr_people srmr_rows`` (each group's own),
        ``human_`` and the same of the ladder between people, and ``beside``.
        """
        import pandas as pd

        parts = []
        for ladder in self.ladders:
            if ladder.ladder is None:
                continue
            rows = ladder.ladder.table.copy()
            facts: dict[str, str | int] = {
                "respondent": ladder.respondent,
                "population": ladder.population,
                "model": ladder.model,
                "n": ladder.n,
                "estimator": ladder.estimator,
            }
            for place, (name, value) in enumerate(facts.items()):
                rows.insert(place, name, value)
            srmr = ladder.ladder.groups.groupby("level")["srmr"]
            rows["srmr_people"] = rows["level"].map(srmr.first())
            rows["srmr_rows"] = rows["level"].map(srmr.last())
            if ladder.human is not None:
                theirs = ladder.human.table.set_index("level").add_prefix("human_")
                rows = rows.join(theirs, on="level")
            rows["beside"] = [ladder.against_people(level) for level in rows["level"]]
            parts.append(rows)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    @property
    def latent(self) -> pd.DataFrame:
        """One row a construct: whether its latent means may be compared with people's.

        Columns ``respondent population model n standing`` (structure apart), ``loading_ratio
        loading_ratio_upper scalar_rmsea_d scalar_rmsea_d_upper`` with ``furthest_pair``, and
        ``reason`` where it is not permitted.
        """
        import pandas as pd

        return pd.DataFrame(
            [_latent_row(ladder) for ladder in self.ladders if ladder.latent is not None]
        )

    @property
    def bands(self) -> pd.DataFrame:
        """One row a ladder and fit index: the model's own misfit among samples of people.

        Columns ``respondent population model n measure value median low high share_worse``.
        """
        import pandas as pd

        parts = [
            ladder.band.rename_axis("measure")
            .reset_index()
            .assign(
                respondent=ladder.respondent,
                population=ladder.population,
                model=ladder.model,
                n=ladder.n,
            )
            for ladder in self.ladders
            if ladder.band is not None
        ]
        if not parts:
            return pd.DataFrame()
        first = ["respondent", "population", "model", "n"]
        frame = pd.concat(parts, ignore_index=True)
        return frame[[*first, *(c for c in frame.columns if c not in first)]]

    def __str__(self) -> str:
        lines = [f"Rows: {ladder}." for ladder in self.rows]
        for said in self.wording:
            reach = "items may be compared" if said.same else "items are not compared"
            lines.append(
                f"Words of {said.respondent} and {said.population}: {said.reason}. So {reach}."
            )
        for ladder in self.ladders:
            lines += _said(ladder)
        for each in self.constructs:
            lines.append(
                f"{each.respondent} and {each.population}, constructs only ({each.label}):"
            )
            lines += [
                f"  {r['statistic']}: {r['value']:.2f} ({r['told']})"
                for r in each.table.to_dict("records")
            ]
        lines += [f"Not available: {what}. {why}" for what, why in self.refused.items()]
        lines += [f"Doubtful: {flag}" for flag in sorted(self.flags)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from valuealign.escape import for_html

        shown = self.table.round(3).to_html(na_rep="", index=False) if len(self.table) else ""
        return f"<pre>{for_html(str(self))}</pre>{shown}"


def _latent_row(ladder: LadderWithPeople) -> dict[str, Any]:
    claim = ladder.latent.claim if ladder.latent is not None else None
    assert claim is not None  # noqa: S101  # the caller leaves out ladders without one
    ratio, scalar = claim["loading_ratio"], claim["scalar_rmsea_d"]
    standing = claim.standing
    return {
        "respondent": ladder.respondent,
        "population": ladder.population,
        "model": ladder.model,
        "n": ladder.n,
        "standing": standing,
        "loading_ratio": ratio.value,
        "loading_ratio_upper": ratio.upper,
        "furthest_pair": ratio.reason,
        "scalar_rmsea_d": scalar.value,
        "scalar_rmsea_d_upper": scalar.upper,
        "reason": "" if standing == "permitted" else claim.deciding.reason,
    }


def _said(ladder: LadderWithPeople) -> list[str]:
    what = f"{ladder.respondent} and {ladder.population}, {ladder.model}"
    if ladder.ladder is None:
        return []
    lines = [f"{what} ({ladder.n} rows, {ladder.estimator}): {ladder.ladder.verdict}"]
    if ladder.human is None:
        return [*lines, f"  Between people: not available. {ladder.human_told}"]
    standing = ", ".join(f"{k} {v}" for k, v in ladder.human.verdict.standings.items())
    lines.append(f"  Between people ({ladder.human_told}): {standing}")
    for level in ladder.ladder.fits:
        if (said := ladder.against_people(level)) != "not available":
            lines.append(f"  {level}: costs {said}")
    return lines
