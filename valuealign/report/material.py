"""The material of a chapter of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from valuealign.inquiry.comparison.changes import Changes
from valuealign.inquiry.comparison.compare import Comparison, comparison_of
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.verdict.rules import Rules, kind_of
from valuealign.inquiry.verdict.verdict import Verdict
from valuealign.instrument.scale_titles import scale_titles
from valuealign.report.administration_record import Record
from valuealign.report.rated_stimuli import factors_of, fits
from valuealign.study.vignette_effects import effects, rated

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.mixed.mixed import Mixed

FEW = 4
"""Respondents of whom each has a paragraph, a line in a circle, and a row for each pair."""

_MOST_ROWS = 3000
"""Rows of replies in a page."""


@dataclass(frozen=True, eq=False)
class Material:
    """One instrument's responses and everything computed from them.

    Attributes
    ----------
    record : Record
        How the responses came about.
    evidence : Evidence
        Every analysis, computed when a section asks for it.
    verdict : Verdict or Unavailable
    rules : Rules
        Of the verdict and of the comparison with people.
    prefix : str
        The beginning of ids in this chapter.
    labels : tuple of str
        Of the stores; one that is not compared has an empty label.
    change : Changes, Unavailable or None
        Of two stores, what differs between them.
    """

    record: Record
    evidence: Evidence
    verdict: Verdict | Unavailable
    rules: Rules
    prefix: str = ""
    labels: tuple[str, ...] = ("",)
    change: Changes | Unavailable | None = None
    _once: dict[str, Any] = field(default_factory=dict)

    @property
    def comparison(self) -> Comparison | Unavailable:
        """The comparison with people, by the same rules as the verdict."""
        return comparison_of(self.evidence, self.rules)

    @property
    def kind(self) -> str:
        """Whether answers are graded, keyed, open, or ratings of stimuli."""
        return kind_of(self.evidence.instrument)

    @property
    def few(self) -> bool:
        """Whether each respondent can have a paragraph of its own."""
        return len(self.evidence.respondents) <= FEW

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Scales and composites in words, by id."""
        return scale_titles(self.evidence.instrument)

    def replies_of(self, respondent: object, scale: object = None) -> str:
        """Return the id of the replies of a respondent, or of its replies to a scale."""
        who = list(self.evidence.respondents)
        if str(respondent) not in who:
            return ""
        anchor = f"{self.prefix}r{who.index(str(respondent)) + 1}"
        scales = {s.id for s in self.evidence.instrument.scales}
        return f"{anchor}-{scale}" if scale in scales and self.has_rows(respondent) else anchor

    def has_rows(self, respondent: object) -> bool:
        """Whether the page shows a row for each item of a respondent; of many, the first have."""
        place = list(self.evidence.respondents).index(str(respondent))
        return (place + 1) * len(self.evidence.instrument.items) <= _MOST_ROWS

    def link(self, row: Mapping[Any, Any]) -> str:
        """Return the id of the replies behind a row with a respondent and perhaps a scale."""
        return self.replies_of(row.get("respondent", row.get("model")), row.get("scale"))

    @cached_property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """Crossed factors of the stimuli that were rated, with their levels."""
        return factors_of(self.evidence.long) if self.kind == "stimuli" else {}

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """Ratings of the stimuli, as rows of a mixed model."""
        long = self.evidence.long
        return rated(long.assign(model=long["respondent"].astype(str)), self.factors)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Effects of the stimuli's factors on each item."""
        return effects(self.ratings, self.evidence.instrument, self.factors)

    @cached_property
    def fits(self) -> dict[tuple[str, str], Mixed | Unavailable]:
        """The mixed model of each respondent and item."""
        return fits(self.ratings, self.evidence.instrument, self.factors)
