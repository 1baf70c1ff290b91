"""The format of a norms file, with checks of its arithmetic."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from valuealign.instrument.strict_model import Strict, Text
from valuealign.population.population_file import Number, SampleId, Wording

Tag = Literal["P", "R", "S"]
TAGS: dict[Tag, str] = {
    "P": "P (primary: seen where it was published)",
    "R": "R (recomputed from open rows)",
    "S": "S (second-hand: seen only in someone's transcription)",
}
"""How far a number is checked; one from memory has no tag, and no place here."""
Statistic = Literal["raw mean", "centred mean", "sum score", "number right", "best-worst score"]


class ScaleNorm(Strict):
    """One scale in one group."""

    mean: Number
    """Its mean."""
    sd: Annotated[Number, Field(ge=0)] | None = None
    """Its standard deviation; null where the source gave none."""


class NormBlock(Strict):
    """One statistic of all scales in one group."""

    statistic: Statistic
    """What the means are means of."""
    sd_of: Literal["people", "countries"] = "people"
    """Whose spread the standard deviations are."""
    scales: Annotated[dict[Text, ScaleNorm], Field(min_length=1)]
    """Scale -> its mean and standard deviation."""


class NormGroup(Strict):
    """One group of people, or of countries."""

    group: Text
    """Who."""
    n: Annotated[int, Field(ge=1)] | None
    """How many, or null."""
    n_of: Literal["people", "countries"] = "people"
    """What was counted."""
    reason: Text | None = None
    """Why ``n`` is null."""
    mean_rating: ScaleNorm | None = None
    """Mean and SD of the people's mean over all items (MRAT), where it is known."""
    blocks: Annotated[tuple[NormBlock, ...], Field(min_length=1)]
    """The statistics."""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.n is None and self.reason is None:
            raise ValueError(f"{self.group}: n is null; say why in 'reason'")
        return self


class NormsFile(Strict):
    """Published means and standard deviations of scales."""

    kind: Literal["norms"]
    """Tells a file of norms from one of a sample."""
    id: SampleId
    """The name it is asked for by."""
    instrument: Text
    """The instrument that was given."""
    population: Text
    """Who, where, when and how they were found."""
    source: Text
    """Where the numbers were published."""
    ref: Text | None = None
    """A DOI or an address."""
    licence: Text | None = None
    """What may be done with it."""
    tag: Tag
    """P primary, R recomputed, S second-hand."""
    direction: Text
    """Which end of the scale is high."""
    score_range: tuple[Number, Number] | None = None
    """Lowest and highest raw score, where all scales share them."""
    decimals: Annotated[int, Field(ge=0, le=6)]
    """Decimals the source printed; arithmetic is checked to their rounding."""
    n_items: dict[Text, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Scale -> its items; centred means need it, since they sum to 0 with these as weights."""
    wording: Wording
    """Which words they were given."""
    caution: Text | None = None
    """What to know before using them; shown wherever they are."""
    note: str = ""
    """Anything else."""
    groups: Annotated[tuple[NormGroup, ...], Field(min_length=1)]
    """The groups."""

    @model_validator(mode="after")
    def _arithmetic(self) -> Self:
        names = [each.group for each in self.groups]
        if len(set(names)) < len(names):
            raise ValueError("a group stands twice")
        for group in self.groups:
            blocks = {block.statistic: block for block in group.blocks}
            if len(blocks) < len(group.blocks):
                raise ValueError(f"{group.group}: a statistic stands twice")
            if "centred mean" in blocks:
                self._centred_sums_to_zero(group, blocks["centred mean"])
            if "raw mean" in blocks:
                self._raw_is_possible(group, blocks["raw mean"])
            if {"centred mean", "raw mean"} <= set(blocks):
                self._centring_took_one_number(group, blocks["raw mean"], blocks["centred mean"])
        return self

    def _centred_sums_to_zero(self, group: NormGroup, block: NormBlock) -> None:
        """Check that the sum of items times centred mean is 0, up to rounding."""
        if set(self.n_items) != set(block.scales):
            raise ValueError(
                f"{group.group}: centred means need n_items of the same scales, all the "
                "instrument's items once; without them their sum cannot be checked"
            )
        each = sum(self.n_items.values()) / len(self.n_items)
        total = sum(self.n_items[k] * v.mean for k, v in block.scales.items()) / each
        allowed = len(self.n_items) * 0.5 * 10.0**-self.decimals
        if abs(total) > allowed * 1.0001:
            raise ValueError(
                f"{group.group}: the centred means sum to {total:+.3f} (weighted by items), where "
                f"centring forces 0 and rounding allows {allowed:.4g}: a number is wrong somewhere"
            )

    def _raw_is_possible(self, group: NormGroup, block: NormBlock) -> None:
        """Check that means lie on the scale and that SDs are possible given the means."""
        if self.score_range is None:
            return
        low, high = self.score_range
        for name, each in block.scales.items():
            if not low <= each.mean <= high:
                raise ValueError(
                    f"{group.group}: the mean of {name} is {each.mean:g}, outside {low:g} to "
                    f"{high:g}"
                )
            n = group.n or 2
            room = ((each.mean - low) * (high - each.mean) * n / max(n - 1, 1)) ** 0.5
            if each.sd is not None and each.sd > room + 0.5 * 10.0**-self.decimals:
                raise ValueError(
                    f"{group.group}: the SD of {name} is {each.sd:g}; with a mean of "
                    f"{each.mean:g} it cannot be above {room:.2f}"
                )

    def _centring_took_one_number(
        self, group: NormGroup, raw: NormBlock, centred: NormBlock
    ) -> None:
        """Check that raw minus centred mean is the same number for every scale."""
        gaps = {
            k: raw.scales[k].mean - v.mean for k, v in centred.scales.items() if k in raw.scales
        }
        unit = 10.0**-self.decimals
        mean_rating = group.mean_rating.mean if group.mean_rating else None
        middle = mean_rating if mean_rating is not None else sum(gaps.values()) / len(gaps)
        for name, gap in gaps.items():
            if abs(gap - middle) > 2 * unit * 1.0001:
                raise ValueError(
                    f"{group.group}: raw minus centred is {gap:.{self.decimals}f} for {name} and "
                    f"{middle:.{self.decimals}f} elsewhere; centring subtracts one number"
                )
