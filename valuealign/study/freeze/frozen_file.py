"""The file that a frozen study leaves: hashes of its parts, time and version."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, field_serializer, field_validator, model_validator

from valuealign.content import content_id
from valuealign.errors import StudyError
from valuealign.instrument.data_file import read_file, validated
from valuealign.instrument.explain import shortened
from valuealign.instrument.file_kind import FROZEN
from valuealign.instrument.folders import write_whole
from valuealign.instrument.strict_model import ID_SHAPE, Strict, Text

_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Earlier(Strict):
    """An earlier freeze of the same study, which this one replaced."""

    frozen: AwareDatetime
    """When."""
    hash: _Hash
    """Of what."""

    @field_serializer("frozen")
    def _as_text(self, when: datetime) -> str:
        return _written(when)


class FrozenStudy(Strict):
    """What was frozen, when, and with which version.

    Made by :func:`valuealign.freeze_study`.
    """

    study: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The study's id."""
    frozen: AwareDatetime
    """The time, with its time zone."""
    valuealign: Text
    """The version that froze it."""
    hash: _Hash
    """Of all parts together."""
    parts: dict[Text, _Hash] = Field(min_length=1)
    """Part -> the hash of its content."""
    earlier: tuple[Earlier, ...] = ()
    """Earlier freezes that this one replaced."""

    @field_validator("frozen", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        # A bare number would be read as seconds since 1970.
        if not isinstance(value, str | datetime):
            raise ValueError("expected a time as text, such as 2026-11-30T09:00:00+00:00")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.hash != content_id(self.parts):
            raise ValueError("the hash is not that of the parts: the file was edited or damaged")
        return self

    @field_serializer("frozen")
    def _as_text(self, when: datetime) -> str:
        return _written(when)

    @property
    def when(self) -> str:
        """The time in UTC, for people."""
        return self.frozen.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def read_frozen(path: Path) -> FrozenStudy:
    """Read what was frozen.

    Raises
    ------
    StudyError
        The file cannot be read, is damaged or is of another kind, with the line.
    """
    source = read_file(path, error=StudyError, name=str(path))
    schema = FrozenStudy.model_json_schema()
    return validated(source, FrozenStudy, schema, kind=FROZEN, error=StudyError)


def write_frozen(frozen: FrozenStudy, path: Path) -> None:
    """Write what was frozen; a reader sees the earlier file or the new one.

    Raises
    ------
    StudyError
        It cannot be written.
    """
    text = frozen.model_dump_json(indent=2, exclude_defaults=True) + "\n"
    if not path.parent.is_dir():
        found = f"there is no folder {shortened(str(path.parent))}"
        raise StudyError(found, hint="create it, or name another file with -o")
    try:
        write_whole(path, text.encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StudyError(f"it cannot be written: {reason}", path=path) from None


def _written(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
