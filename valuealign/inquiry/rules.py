"""The rules of the verdict: claims, what each needs, and where the thresholds come from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from valuealign.arguments import checked
from valuealign.bounded import MEGABYTE, read_bounded_text
from valuealign.errors import DataError, InstrumentError
from valuealign.inquiry.numbers import NUMBERS
from valuealign.instrument.strict import Identifier, Strict, Text
from valuealign.instrument.yaml_text import read_yaml

Whose = Literal["models", "people"]


class Source(Strict):
    """Where a threshold comes from."""

    doi: Text | None = None
    reason: Text


class Need(Strict):
    """One number and its threshold."""

    number: Text
    at_least: float | None = None
    at_most: float | None = None
    bound: Literal["value", "lower", "upper"] = "value"
    of: tuple[Whose, ...] = ("models", "people")
    disqualifies: bool = False
    source: Source

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if self.number not in NUMBERS:
            raise ValueError(f"there is no number {self.number!r}; there are {', '.join(NUMBERS)}")
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.number}: give at_least or at_most")
        return self

    @property
    def threshold(self) -> str:
        """In words."""
        sign, value = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        return f"{sign} {value:g}"

    def met(self, value: float) -> bool:
        """Say whether a number passes."""
        if self.at_least is not None:
            return value >= self.at_least
        return value <= float(self.at_most or 0)


class Claim(Strict):
    """What one might want to say."""

    id: Identifier
    title: Text
    of: tuple[Whose, ...] = ("models", "people")
    needs: tuple[Need, ...] = Field(min_length=1)


class Rules(Strict):
    """All claims."""

    version: int
    claims: tuple[Claim, ...] = Field(min_length=1)


@checked
def load_rules(path: str | Path | None = None) -> Rules:
    """Read the rules, the toolkit's own or a methodologist's.

    Parameters
    ----------
    path : str or Path, optional

    Returns
    -------
    Rules

    Raises
    ------
    DataError
        A file that is not there or holds no rules; the message says what is wrong where.

    Examples
    --------
    >>> [claim.id for claim in load_rules().claims]
    ['describe', 'rank', 'compare_models', 'latent_means', 'structure']
    """
    own = files("valuealign.inquiry") / "rules.yaml"
    try:
        text = own.read_text("utf-8") if path is None else read_bounded_text(Path(path), MEGABYTE)
        value = read_yaml(text, name=str(path)).value
    except (OSError, InstrumentError) as error:
        raise DataError(f"the rules cannot be read: {error}") from error
    try:
        return Rules.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{path}: {where}: {first['msg']}") from None
