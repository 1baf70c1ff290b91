"""The format of a file of answer counts: what people answered about each vignette."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from valuealign.instrument.strict_model import Strict, Text
from valuealign.population.norms_file import Tag
from valuealign.population.population_file import Number, SampleId, Wording

Count = Annotated[int, Field(ge=0)]
Weight = Annotated[Number, Field(ge=0)]
_ROUNDING = 1e-6


class AnswerCell(Strict):
    """The answers to one question about one kind of vignette."""

    question: Text
    """The variable in the source."""
    item: Text
    """The instrument's item that asks the same."""
    where: dict[Text, Text] = Field(min_length=1)
    """Factor of the stimuli -> the level that people's vignette corresponds to."""
    counts: tuple[Count, ...]
    """How many people gave each code, from the lowest."""
    weighted: tuple[Weight, ...]
    """The sum of their weights."""
    squared: tuple[Weight, ...]
    """The sum of their squared weights, from which errors are computed."""

    @property
    def n(self) -> int:
        """People who answered."""
        return sum(self.counts)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        place = f"{self.question} where {self.where}"
        if not len(self.counts) == len(self.weighted) == len(self.squared):
            raise ValueError(f"{place}: counts, weighted and squared differ in length")
        if self.n < 2:
            raise ValueError(f"{place}: {self.n} people; a cell needs two")
        for n, sum_, squares in zip(self.counts, self.weighted, self.squared, strict=True):
            if (n == 0) != (sum_ == 0) or (n == 0) != (squares == 0):
                raise ValueError(f"{place}: a code has people without weight, or the reverse")
            # n people whose weights sum to W have squares between W^2 / n and W^2.
            if n and not (sum_**2 / n) * (1 - _ROUNDING) <= squares <= sum_**2 * (1 + _ROUNDING):
                raise ValueError(
                    f"{place}: {n} weights that sum to {sum_:g} cannot have squares that sum to "
                    f"{squares:g}"
                )
        return self


class AnswersFile(Strict):
    """Weighted counts of people's answers about vignettes."""

    kind: Literal["answers"]
    """Tells a file of answer counts from one of a sample."""
    id: SampleId
    """The name it is asked for by."""
    instrument: Text
    """The instrument whose items ask the same."""
    population: Text
    """Who, where, when and how they were found."""
    source: Text
    """Where the rows were published."""
    ref: Text | None = None
    """A DOI or an address."""
    licence: Text | None = None
    """What may be done with it."""
    tag: Tag
    """P primary, R recomputed, S second-hand."""
    made_by: Text
    """The script that counted."""
    source_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Of the file of rows."""
    direction: Text
    """Which end of the scale is high, and whether the source's codes were turned."""
    codes: tuple[int, ...] = Field(min_length=2)
    """The instrument's codes, lowest first."""
    questions: dict[Text, Text] = Field(min_length=1)
    """Variable -> what it asks, in our words."""
    wording: Wording
    """Which words they were given."""
    weights: Text
    """How people are weighted."""
    design: Text
    """What the intervals take into account, and what not."""
    n_rows: Annotated[int, Field(ge=2)]
    """People before any were left out."""
    note: str = ""
    """Anything else."""
    cells: tuple[AnswerCell, ...] = Field(min_length=1)
    """The counts."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if list(self.codes) != sorted(set(self.codes)):
            raise ValueError(f"codes are {self.codes}; expected each once, lowest first")
        for cell in self.cells:
            if len(cell.counts) != len(self.codes):
                raise ValueError(f"{cell.question}: {len(cell.counts)} counts of {self.codes}")
            if cell.question not in self.questions:
                raise ValueError(f"cells name question {cell.question!r}, which has no words")
        for a, b in combinations(self.cells, 2):
            if a.item == b.item and a.where == b.where:
                raise ValueError(f"{a.item} where {a.where} stands twice")
        return self
