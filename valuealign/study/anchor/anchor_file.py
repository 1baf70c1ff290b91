"""An open anchor as data: raw files, published numbers, and how each is computed again."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from valuealign.instrument.provenance import Citation
from valuealign.instrument.strict_model import ID_SHAPE, NAME_SHAPE, Strict, Text

Column = Annotated[str, Field(min_length=1, max_length=200)]
Plain = str | int | float | bool
Tier = Literal["recomputed", "statistically reproduced", "copied"]


class RawFile(Strict):
    """A file of the study's raw data. The user has it; it is not part of the project."""

    path: Text
    """Its name, or a pattern ("runs-*.txt") for several files of one kind."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Of the content, after decompression; of several files, of the list of names and hashes."""
    source: Text
    """Where it was published: repository and commit, or archive and version."""
    licence: Text
    """On what terms."""


class Quantity(Strict):
    """What every computation has in common."""

    file: Annotated[str, Field(pattern=NAME_SHAPE)]
    """Which of the anchor's files."""
    where: dict[Column, Plain | tuple[Plain, ...]] = Field(default_factory=dict)
    """Only rows with this value, or one of these values, in each column."""
    where_not: dict[Column, Plain | tuple[Plain, ...]] = Field(default_factory=dict)
    """Only rows with another value."""
    by: tuple[Column, ...] = ()
    """One number for each combination of these columns."""


class Share(Quantity):
    """Weighted share of answers, of each code or of the codes that are counted."""

    kind: Literal["share"]
    variables: tuple[Column, ...] = Field(min_length=1)
    """The columns of answers; the key ``variable`` names them."""
    counted: tuple[int, ...] | None = None
    """Codes whose shares are added; by default each code has its own share, under ``code``."""
    weight: Column | None = None
    """Column of weights."""
    base: Literal["answered", "asked"] = "answered"
    """Rows with an answer to this variable, or with an answer to any column of ``asked``."""
    asked: tuple[Column, ...] = ()
    """The columns of which one answer shows that a person was asked."""


class Count(Quantity):
    """How many rows have an answer, or each answer."""

    kind: Literal["count"]
    variables: tuple[Column, ...] = Field(min_length=1)
    """The columns of answers; the key ``variable`` names them."""
    each_code: bool = False
    """Whether each code has its own count, under ``code``."""


class Average(Quantity):
    """Mean or sum of a column."""

    kind: Literal["mean", "sum"]
    value: Column
    """The column."""
    times: float = 1.0
    """What the number is multiplied by."""


class RowMean(Quantity):
    """Mean over columns, for each row."""

    kind: Literal["row_mean"]
    values: tuple[Column, ...] = Field(min_length=2)
    """The columns."""


class Alpha(Quantity):
    """Alpha of several columns, on complete rows, and the number of those."""

    kind: Literal["alpha"]
    items: tuple[Column, ...] = Field(min_length=2)
    """The columns; the key ``statistic`` is "alpha" or "n"."""


class Distance(Quantity):
    """Sum or mean over items of the absolute distance from reference values."""

    kind: Literal["distance"]
    value: Column
    """The column of means."""
    reference: Annotated[str, Field(pattern=NAME_SHAPE)]
    """The file with the reference values."""
    on: Column
    """The column that names the item in both files."""
    reference_value: Column
    """The column of reference values."""
    combine: Literal["sum", "mean"] = "sum"


class ExpectedDistance(Quantity):
    """Sum over rows of SD times the root of 2/pi: a normal judge's expected distance."""

    kind: Literal["expected_distance"]
    sd: Column
    """The column of standard deviations."""


class Keyed(Quantity):
    """Right answers of runs that are lists of words, read as replies to a shipped instrument."""

    kind: Literal["keyed"]
    instrument: Text
    """The instrument whose key is used; the key column is ``run``, the name of the file."""
    spelling: dict[Text, Text] = Field(default_factory=dict)
    """A word of the files -> how the instrument spells it."""


Recompute = Annotated[
    Share | Count | Average | RowMean | Alpha | Distance | ExpectedDistance | Keyed,
    Field(discriminator="kind"),
]


class NumberCheck(Strict):
    """Published numbers of one kind, and how they are computed again."""

    id: Annotated[str, Field(pattern=NAME_SHAPE, max_length=64)]
    """A short name."""
    says: Text
    """What the numbers are."""
    tier: Tier
    """Computed from raw data, reproduced within sampling error, or only copied."""
    source: Text
    """Where the numbers were published."""
    tolerance: Annotated[float, Field(ge=0)] | None = None
    """The largest difference that still agrees; declared before anything is computed."""
    because: Text | None = None
    """Why this tolerance."""
    published: Annotated[str, Field(pattern=r"^[\w.-]+\.csv$")]
    """A table beside this file: the key columns, and ``published``."""
    recompute: Recompute | None = None
    """How; null where the numbers are only copied."""

    @model_validator(mode="after")
    def _copied_or_recomputed(self) -> Self:
        if (self.tier == "copied") != (self.recompute is None):
            raise ValueError("tier 'copied' is for numbers without recompute, and only for those")
        if self.recompute is not None and (self.tolerance is None or self.because is None):
            raise ValueError("give tolerance, and because: why this tolerance")
        return self


class SourceError(Strict):
    """Published numbers that are known to be wrong. They stay missed, and are shown as such."""

    check: Annotated[str, Field(pattern=NAME_SHAPE)]
    """Which check."""
    where: dict[Column, Plain | tuple[Plain, ...]] = Field(min_length=1)
    """Which of its numbers."""
    reason: Text
    """What is wrong."""


class Unanswered(Strict):
    """Where few answers may make a respondent look better: answers are counted by group."""

    id: Annotated[str, Field(pattern=NAME_SHAPE, max_length=64)]
    """A short name."""
    says: Text
    """What a reader must know."""
    file: Annotated[str, Field(pattern=NAME_SHAPE)]
    """Which of the anchor's files; one row an answer."""
    within: tuple[Column, ...] = Field(min_length=1)
    """Groups are compared within each combination of these columns."""
    across: Column
    """The column of the groups."""
    expected: Annotated[int, Field(gt=0)]
    """How many answers each group would have if nothing were missing."""


class AnchorFile(Strict):
    """What an anchor's file says."""

    id: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name that it is asked for by."""
    title: Text
    """What it is, in words."""
    citation: Citation
    """Where it was published."""
    files: dict[Annotated[str, Field(pattern=NAME_SHAPE)], RawFile]
    """The raw data."""
    checks: tuple[NumberCheck, ...] = Field(min_length=1)
    """The published numbers."""
    unanswered: tuple[Unanswered, ...] = ()
    """Where missing answers are counted by group."""
    source_errors: tuple[SourceError, ...] = ()
    """Published numbers that are known to be wrong."""
    notes: tuple[Text, ...] = ()
    """What a reader must know."""

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        ids = [check.id for check in self.checks]
        for error in self.source_errors:
            if error.check not in ids:
                raise ValueError(f"source_errors name no check {error.check!r}; there are {ids}")
        named: list[str | None] = [each.file for each in self.unanswered]
        for check in self.checks:
            if check.recompute is not None:
                named += [check.recompute.file, getattr(check.recompute, "reference", None)]
        for name in named:
            if name is not None and name not in self.files:
                raise ValueError(f"no file {name!r}; files has {sorted(self.files)}")
        return self
