"""The format of a population file, with checks of its contents."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from valuealign.instrument.strict_model import Language, Strict, Text

Number = Annotated[float, Field(allow_inf_nan=False)]
SampleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


class Wording(Strict):
    """The wording that people were given."""

    kind: Literal["official", "public domain", "open form", "other"]
    """Whose wording."""
    language: Language | None = None
    """The language; null where there were several."""
    hash: Text | None = None
    """Of the wording, where it is recorded (see ``valuealign instruments wording``)."""
    reason: Text | None = None
    """Why something is null."""


class PopulationFile(Strict):
    """One human sample as sufficient statistics."""

    id: SampleId
    """The name it is asked for by."""
    instrument: Text
    """The instrument that was given."""
    population: Text
    """Who, where, when and how they were found."""
    source: Text
    """Where the rows were published."""
    ref: Text | None = None
    """A DOI or an address."""
    licence: Text | None = None
    """What may be done with it."""
    direction: Text
    """Which end of the scale is high."""
    response_range: tuple[Number, Number]
    """Lowest and highest code."""
    n_rows: Annotated[int, Field(ge=2)]
    """People before any were left out."""
    n_complete: Annotated[int, Field(ge=2)]
    """People behind the moments."""
    cases: Text
    """Which people those are."""
    items: Annotated[tuple[Text, ...], Field(min_length=2)]
    """Item ids, in the order of the moments."""
    mean: tuple[Number, ...]
    """Item means."""
    covariance: tuple[tuple[Number, ...], ...]
    """Item covariance."""
    covariance_divisor: Literal["n", "n - 1"]
    """What sums of squares were divided by."""
    frequencies: dict[str, tuple[Annotated[int, Field(ge=0)], ...]] = Field(default_factory=dict)
    """Item -> how many gave each code, from the lowest."""
    wording: Wording
    """Which words they were given."""
    weights: Text | None = None
    """How people were weighted; null: not."""
    n_effective: Annotated[Number, Field(gt=0)] | None = None
    """Kish's effective size under the weights; null: not weighted, or not known."""
    excluded: dict[Text, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Rule -> people it left out, in the order the rules were tried."""
    flags: tuple[Text, ...] = ()
    """What is doubtful about the sample, or was taken on someone's word."""
    note: str = ""
    """Anything else."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        p = len(self.items)
        if len(set(self.items)) < p:
            raise ValueError("an item stands twice")
        if len(self.mean) != p:
            raise ValueError(f"{len(self.mean)} means of {p} items")
        if len(self.covariance) != p or any(len(row) != p for row in self.covariance):
            raise ValueError(f"the covariance is not {p} x {p}")
        if self.n_complete > self.n_rows:
            raise ValueError(f"n_complete {self.n_complete} is above n_rows {self.n_rows}")
        low, high = self.response_range
        for name, mean in zip(self.items, self.mean, strict=True):
            if not low <= mean <= high:
                raise ValueError(
                    f"the mean of {name} is {mean:g}, outside the scale {low:g} to {high:g}: is "
                    "its direction or its coding another?"
                )
        self._is_a_covariance()
        return self

    def _is_a_covariance(self) -> None:
        matrix = np.array(self.covariance)
        if not np.allclose(matrix, matrix.T, rtol=1e-6, atol=1e-8):
            raise ValueError("the covariance is not symmetric")
        low = matrix.diagonal().min()
        if low <= 0:
            name = self.items[int(matrix.diagonal().argmin())]
            raise ValueError(f"the variance of {name} is {low:g}; everyone gave one answer")
        smallest = float(np.linalg.eigvalsh(matrix)[0])
        if smallest <= 1e-9 * matrix.diagonal().max():
            raise ValueError(
                f"the covariance is not positive definite (smallest eigenvalue {smallest:.3g}, "
                f"{self.n_complete} people, {len(self.items)} items): centred scores, fewer "
                "people than items, an item that is a sum of others, or pairwise correlations?"
            )
