"""The rules of the verdict: claims, the numbers they need, and the sources of thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.resources import files
from math import isnan
from operator import ge, gt, le, lt
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from valuealign.analysis.claims.criterion import Standing
from valuealign.arguments import checked
from valuealign.bounded import MEGABYTE, read_bounded_text
from valuealign.errors import DataError, FileError
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.instrument.data_file import validated
from valuealign.instrument.file_kind import RULES
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.scoring_method import Answers
from valuealign.instrument.strict_model import Identifier, Strict, Text
from valuealign.instrument.yaml_text import read_yaml

Whose = Literal["models", "people"]
Kind = Answers | Literal["stimuli", "rubric"]
"""Kinds of instruments: of which answers, ratings of stimuli, or ratings of replies."""
About = Literal["respondent", "pair", "construct"]
_SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}
_MET: dict[str, Callable[[float, float], bool]] = {
    "at_least": ge,
    "above": gt,
    "at_most": le,
    "below": lt,
}


class Source(Strict):
    """The source of a threshold."""

    doi: Text | None = None
    reason: Text


class Need(Strict):
    """One number and its threshold."""

    number: Text
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    bound: Literal["value", "lower", "upper"] = "value"
    unmet: Literal["not permitted", "inconclusive"] = "not permitted"
    of: tuple[Whose, ...] = ("models", "people")
    disqualifies: bool = False
    range: tuple[float, ...] = ()
    source: Source

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if self.number not in NUMBERS:
            raise ValueError(f"there is no number {self.number!r}; there are {', '.join(NUMBERS)}")
        if len(self._given) != 1:
            raise ValueError(
                f"{self.number}: found {len(self._given)} thresholds; give one of at_least, above, "
                "at_most and below"
            )
        return self

    @property
    def _given(self) -> dict[str, float]:
        return {name: x for name in _SIGNS if (x := getattr(self, name)) is not None}

    @property
    def threshold(self) -> str:
        """The threshold in words."""
        ((name, value),) = self._given.items()
        return f"{_SIGNS[name]} {value:g}"

    def met(self, value: float) -> bool:
        """Say whether a number passes."""
        ((name, threshold),) = self._given.items()
        return _MET[name](value, threshold)

    def standing(self, value: float) -> Standing:
        """Return what a number permits; NaN is inconclusive."""
        if isnan(value):
            return "inconclusive"
        return "permitted" if self.met(value) else self.unmet


def kind_of(instrument: Instrument) -> Kind:
    """Return the kind of instrument that claims name.

    Ratings of vignettes, records or replies describe the stimulus, not the respondent, so that no
    claim about a respondent's scales applies to them.

    Examples
    --------
    >>> from valuealign.instrument.load import load_instrument
    >>> [kind_of(load_instrument(name)) for name in ("pvq-21", "crisis-outlook", "leas-levels")]
    ['graded', 'stimuli', 'rubric']
    """
    if "reply" in instrument.about.values():
        return "rubric"
    answers = instrument.scoring.answers
    return "stimuli" if instrument.about and answers == "graded" else answers


class Claim(Strict):
    """A claim that a user might make."""

    id: Identifier
    title: Text
    about: About = "respondent"
    instruments: tuple[Kind, ...] = ("graded",)
    of: tuple[Whose, ...] = ("models", "people")
    gate: bool = False
    needs: tuple[Need, ...] = ()


class Rules(Strict):
    """All claims, and the gate that most of them share."""

    version: int
    gate: tuple[Need, ...] = ()
    claims: tuple[Claim, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_claim_needs_something(self) -> Self:
        for claim in self.claims:
            if not self.needs_of(claim):
                raise ValueError(f"claim {claim.id!r} needs nothing; give it needs or the gate")
        return self

    def needs_of(self, claim: Claim) -> tuple[Need, ...]:
        """Return the needs of a claim, the gate's first."""
        return (*self.gate, *claim.needs) if claim.gate else claim.needs


def worst(standings: Iterable[Standing]) -> Standing:
    """Return the joint conclusion of several standings.

    Examples
    --------
    >>> worst(["permitted", "inconclusive"]), worst(["inconclusive", "not permitted"])
    ('inconclusive', 'not permitted')
    """
    each = set(standings)
    if "not permitted" in each:
        return "not permitted"
    return "inconclusive" if "inconclusive" in each else "permitted"


@checked
def load_rules(path: str | Path | None = None) -> Rules:
    """Read rules from the toolkit's file or the user's.

    Parameters
    ----------
    path : str or Path, optional
        A rules file; by default the rules that valuealign ships.

    Returns
    -------
    Rules
        The claims with their criteria and thresholds.

    Raises
    ------
    DataError
        A file that is not there or holds no rules; the message says what is wrong where.

    Examples
    --------
    >>> [claim.id for claim in load_rules().claims]
    ['describe', 'rank_scales', 'rank_composites', 'comparable', 'scores_differ', 'values_differ',
     'latent_means', 'structure', 'above_chance', 'agreement']
    """
    own = files("valuealign.inquiry.verdict") / "rules.yaml"
    try:
        text = own.read_text("utf-8") if path is None else read_bounded_text(Path(path), MEGABYTE)
        source = read_yaml(text, name=str(path))
        return validated(source, Rules, Rules.model_json_schema(), kind=RULES, error=FileError)
    except (OSError, FileError) as error:
        raise DataError(f"the rules cannot be read: {error}") from error


def rules_of(rules: str | Path | Rules | None) -> Rules:
    """Return rules that are at hand, or read them; None gives the toolkit's own."""
    return rules if isinstance(rules, Rules) else load_rules(rules)
