"""Expectations about right answers that a study may state."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from valuealign.instrument.pictures.picture_rules import Shown
from valuealign.instrument.strict_model import Strict, Text

Mean = Annotated[float, Field(gt=0)]


class AboveGuessing(Strict):
    """More answers are right than guessing gives."""

    kind: Literal["above_guessing"]
    """An exact test against guessing."""
    instrument: Text
    """A keyed instrument."""
    pictures: Shown = "shown"
    """How the pictures are shown."""


class RightAgainstPeople(Strict):
    """More (or fewer) answers are right than people's mean."""

    kind: Literal["right_against_people"]
    """The number of right answers beside people's."""
    instrument: Text
    """A keyed instrument."""
    mean: Mean
    """People's mean number of right answers; the study's ``source`` says where it stands."""
    n: Annotated[int, Field(ge=2)]
    """How many people."""
    direction: Literal["above", "below"]
    """Where every model is expected to be."""


class ItemsAlike(Strict):
    """Items of two kinds are answered equally well."""

    kind: Literal["items_alike"]
    """An equivalence test between two kinds of item."""
    instrument: Text
    """A keyed instrument."""
    by: Text
    """An attribute of its items ("sex_of_eyes")."""
    levels: tuple[Text, Text]
    """The two kinds."""
    margin: Annotated[float, Field(gt=0, lt=1)]
    """Differences in the share of right answers that are within it count as none."""


class ControlLowers(Strict):
    """Fewer answers are right in a control than with the pictures as they are."""

    kind: Literal["control_lowers"]
    """A control beside the pictures as they are."""
    instrument: Text
    """A keyed instrument."""
    pictures: Literal["inverted", "scrambled", "exchanged", "absent"]
    """The control."""


AccuracyExpectation = AboveGuessing | RightAgainstPeople | ItemsAlike | ControlLowers
ACCURACY = (AboveGuessing, RightAgainstPeople, ItemsAlike, ControlLowers)
