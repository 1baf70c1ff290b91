"""Surveys that publish rows of people, as data: whose names and codes a file has.

Each is a YAML file in ``populations/surveys``, or one of a user's own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from valuealign.errors import DataError, InstrumentError
from valuealign.instrument.explain import faults
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.strict_model import ID_SHAPE, Strict, Text
from valuealign.instrument.yaml_text import YamlText, read_yaml_file
from valuealign.shipped import shipped, shipped_names
from valuealign.suggestion import did_you_mean

Turn = Literal["as coded", "reversed"]
FOLDER = "populations/surveys"
GENERAL = ("irw", "plain")
"""Formats that belong to no survey: one row an answer, and columns named as the items."""


class ColumnLabels(Strict):
    """Columns known by their labels, where a survey's names change from wave to wave."""

    having: Text
    """Words that the label of every such column holds."""
    columns: dict[str, Text] = Field(min_length=1)
    """Item -> words that only its column's label holds."""


class Survey(Strict):
    """How the files of one survey name and code the items of an instrument."""

    id: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name it is asked for by."""
    title: Text
    """What it is called in messages ("round 11 of the European Social Survey")."""
    instrument: Annotated[str, Field(pattern=ID_SHAPE)]
    """The instrument whose items it asks."""
    columns: dict[str, Text] = Field(min_length=1)
    """Item -> its column; items that are not asked are left out."""
    labels: ColumnLabels | None = None
    """How else its columns are known."""
    variant_of: Annotated[str, Field(pattern=ID_SHAPE)] | None = None
    """The survey of which this is another wording, with other names."""
    direction: Turn = "as coded"
    """Whether its codes are the instrument's, where no value labels say so."""
    missing: tuple[float, ...] = ()
    """Codes that mean no answer."""
    missing_range: tuple[int, int] | None = None
    """The lowest and the highest of a run of whole codes that mean no answer."""
    wording: Literal["official", "other"] = "other"
    """Whose words it gave."""
    weights: dict[str, Annotated[tuple[Text, ...], Field(min_length=2)]] = Field(
        default_factory=dict
    )
    """A weight -> the columns whose product it is, for files that lack it."""
    not_items: tuple[Text, ...] = ()
    """What it asks beside, which the instrument does not have."""
    hint: Text | None = None
    """What to do where columns are lacking."""

    @model_validator(mode="after")
    def _check(self) -> Survey:
        if self.missing_range is not None and self.missing_range[0] > self.missing_range[1]:
            raise ValueError(f"missing_range runs from {self.missing_range[0]} down; lowest first")
        strange = [
            item
            for item in (self.labels.columns if self.labels else ())
            if item not in self.columns
        ]
        if strange:
            raise ValueError(
                f"labels name item {strange[0]!r}, which columns do not; "
                f"{did_you_mean(strange[0], self.columns)}"
            )
        return self

    @property
    def no_answer(self) -> tuple[float, ...]:
        """Every code that is not an answer."""
        low, high = self.missing_range or (0, -1)
        return (*self.missing, *(float(code) for code in range(low, high + 1)))

    def check_instrument(self, instrument: Instrument) -> None:
        """Raise where the survey did not ask an instrument's items.

        Raises
        ------
        DataError
            Another instrument, or an item that it does not have.
        """
        if instrument.id != self.instrument:
            raise DataError(f"{self.title} gave {self.instrument}, not {instrument.id}")
        strange = [item for item in self.columns if item not in instrument.item_ids]
        if strange:
            raise DataError(
                f"survey {self.id}: columns name item {strange[0]!r}, which {instrument.id} does "
                f"not have; {did_you_mean(strange[0], instrument.item_ids)}"
            )


def format_names() -> tuple[str, ...]:
    """What ``file_format`` may be, beside a survey's own file."""
    return (*shipped_names(FOLDER), *GENERAL)


def load_survey(name_or_path: str | Path) -> Survey:
    """Load a survey's layout.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped one, or the path of a YAML file.

    Returns
    -------
    Survey

    Raises
    ------
    DataError
        There is none, or the file says something it may not: with the file and the line.

    Examples
    --------
    >>> load_survey("gss").columns["pvq01"]
    'valorig'
    """
    text = str(name_or_path)
    if text in shipped_names(FOLDER):
        return _shipped(text)
    path = Path(name_or_path)
    if path.suffix not in {".yaml", ".yml"}:
        raise DataError(
            f"there is no format {text!r}; {did_you_mean(text, format_names())}; expected one of "
            f"{', '.join(format_names())}, or the YAML file of a survey"
        )
    try:
        return _survey(read_yaml_file(path))
    except InstrumentError as error:
        raise DataError(str(error)) from None


def surveys_of(instrument_id: str) -> list[Survey]:
    """The shipped surveys that asked an instrument's items."""
    surveys = (_shipped(name) for name in shipped_names(FOLDER))
    return [survey for survey in surveys if survey.instrument == instrument_id]


def weight_parts(weight: str) -> tuple[str, ...] | None:
    """The columns whose product a survey's weight is; None where no survey says.

    Examples
    --------
    >>> weight_parts("anweight")
    ('pspwght', 'pweight')
    """
    surveys = (_shipped(name) for name in shipped_names(FOLDER))
    return next((s.weights[weight] for s in surveys if weight in s.weights), None)


@cache
def _shipped(name: str) -> Survey:
    path = shipped(FOLDER) / f"{name}.yaml"
    return _survey(read_yaml_file(path, name=path.name))


def _survey(source: YamlText) -> Survey:
    value: Any = source.value
    try:
        return Survey.model_validate(value)
    except ValidationError as error:
        fault = next(faults(error, Survey.model_json_schema()))
        raise DataError(
            str(
                InstrumentError(
                    fault.found,
                    expected=fault.expected,
                    hint=fault.hint,
                    path=source.path,
                    line=source.line(fault.place),
                )
            )
        ) from None
