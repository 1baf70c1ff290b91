"""The material of a chapter of the report."""

from __future__ import annotations

from dataclasses import dataclass

from valuealign.inquiry.comparison.compare import Comparison, comparison_of
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.verdict.rules import Rules
from valuealign.inquiry.verdict.verdict import Verdict
from valuealign.report.administration_record import Record


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
    """

    record: Record
    evidence: Evidence
    verdict: Verdict | Unavailable
    rules: Rules

    @property
    def comparison(self) -> Comparison | Unavailable:
        """The comparison with people, by the same rules as the verdict."""
        return comparison_of(self.evidence, self.rules)
