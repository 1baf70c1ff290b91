"""Methods in words: sentences about the analyses that a chapter shows, with what they cite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from valuealign.inquiry.number import Unavailable
from valuealign.instrument.scoring_method import METHODS
from valuealign.report.formatting import counted, listed, listed_and, shown
from valuealign.report.material import Material
from valuealign.report.references import REFERENCES


class Sentence(NamedTuple):
    """A sentence of the methods.

    Parameters
    ----------
    text : str
        With ``{name}`` where a reference of that name is cited.
    cites : tuple of str
    """

    text: str
    cites: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """The sentence with its citations in brackets."""
        cited = "; ".join(REFERENCES[name].cited for name in self.cites)
        return f"{self.text} ({cited})." if cited else f"{self.text}."


def methods(material: Material) -> list[Sentence]:
    """Describe what was run, and nothing that was not.

    Parameters
    ----------
    material : Material

    Returns
    -------
    list of Sentence
    """
    return [*_asked(material), *_scored(material), *_analysed(material), *_judged(material)]


def _asked(material: Material) -> Iterator[Sentence]:
    instrument, design = material.evidence.instrument, material.evidence.design
    models = listed([str(m) for m in dict.fromkeys(design["model"])], 6)
    forms = counted(design["form"].nunique(), "form")
    elicited = listed_and(sorted(set(design["elicitation"].astype(str))))
    yield Sentence(
        f"The {shown(instrument.title_in(), 200)} ({counted(len(instrument.items), 'item')}; "
        f"{shown(instrument.wording_notice.notice, 200)}) was administered to {models} in {forms}, "
        f"{counted(len(design), 'administration')} in all, by {elicited}, with valuealign "
        f"{listed(material.record.versions)} between {material.record.first} and "
        f"{material.record.last}"
    )
    seeds = listed([str(s) for s in material.record.seeds])
    hashes = listed(material.record.hashes)
    if seeds:
        yield Sentence(f"Orders were drawn with seed {seeds}; the instrument's content is {hashes}")
    yield Sentence(
        "Replies were kept as they came; refusals, unreadable replies and failed requests are "
        "counted as such and never scored"
    )


def _scored(material: Material) -> Iterator[Sentence]:
    instrument = material.evidence.instrument
    if material.kind == "stimuli":
        yield Sentence(
            "Each rating was analysed by a linear mixed model with the stimuli's factors, crossed, "
            "as fixed effects and base texts as random intercepts, by REML",
            ("mixed",),
        )
        yield Sentence(
            "Degrees of freedom are Satterthwaite's; intervals are not adjusted for the number of "
            "effects",
            ("satterthwaite",),
        )
        return
    said = METHODS[instrument.scoring.method].words
    centred = not isinstance(material.comparison, Unavailable) and bool(
        material.comparison.scales["centred"].any()
    )
    yield Sentence(
        f"{said}; for comparisons with people they are centred on each administration's mean "
        "over all items"
        if centred
        else said
    )


def _analysed(material: Material) -> Iterator[Sentence]:
    evidence = material.evidence
    compared = material.comparison
    if not isinstance(compared, Unavailable) and material.kind != "stimuli":
        yield Sentence(
            f"Scores were compared with the sample {compared.populations[0]}; intervals take forms "
            "as random and occasions as nested in them, differences do not assume equal variances",
            ("welch",),
        )
        yield Sentence(
            "A difference within the margin was tested by two one-sided tests, with adjusted p "
            "values",
            ("equivalence", "false discovery"),
        )
        yield Sentence("Profile correlations are shown with those of persons", ("profiles",))
    views = evidence.reliability
    if (
        material.kind == "graded"
        and not isinstance(views, Unavailable)
        and views.table["alpha"].notna().any()
    ):
        yield Sentence(
            "Internal consistency is alpha with a jackknife interval, and the Spearman-Brown "
            "coefficient for two items, in each view separately",
            ("alpha", "jackknife", "two items"),
        )
        if views.retest["icc"].notna().any():
            yield Sentence("Agreement of occasions is ICC(2, 1)", ("icc",))
    if material.kind == "graded" and not isinstance(evidence.level, Unavailable):
        yield Sentence(
            "Variance components of levels take forms as random and items as fixed",
            ("generalizability",),
        )
    people = evidence.with_people if material.kind == "graded" else None
    if people is not None and not isinstance(people, Unavailable) and people.ladders:
        yield Sentence(
            "Invariance with people was tested level by level; a level holds where an equivalence "
            "test against a margin of misfit per restriction shows it",
            ("invariance", "nested misfit"),
        )


def _judged(material: Material) -> Iterator[Sentence]:
    if isinstance(material.verdict, Unavailable):
        return
    needs = material.verdict.needs
    known = set(needs.loc[needs["value"].notna(), "number"])
    yield Sentence(
        "A claim is permitted where every number that it needs passes its threshold, not permitted "
        "where one fails, and inconclusive where one is not available"
    )
    if known & {"scale_reliability", "composite_reliability"}:
        yield Sentence(
            "The reliability of a profile takes items as random within scales",
            ("generalizability",),
        )
    if "scores_p" in known:
        yield Sentence(
            "Differences between two models' scores were tested as scale by form",
            ("scale by form",),
        )
    if "chance_p" in known:
        yield Sentence(
            "Right answers were compared with guessing by an exact test with the items of one "
            "occasion as trials; several occasions count by twice their mean p",
            ("occasions",),
        )
