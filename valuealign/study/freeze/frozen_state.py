"""Whether a study is still what was frozen, and whether that was before its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from valuealign.store.responses.first_asked import first_asked
from valuealign.study.freeze.freeze_study import changed_parts
from valuealign.study.freeze.frozen_file import FrozenStudy
from valuealign.study.freeze.study_parts import study_parts
from valuealign.study.study import Study

if TYPE_CHECKING:
    from valuealign.store.responses.responses import Responses


@dataclass(frozen=True)
class FrozenState:
    """Whether a study is unchanged since it was frozen.

    Attributes
    ----------
    frozen : FrozenStudy or None
        What was frozen; None where nothing was.
    changed : tuple of str
        The parts that changed since.
    first_asked : datetime or None
        When the first request of these data went out; None where there is no record of it.
    """

    frozen: FrozenStudy | None
    changed: tuple[str, ...] = ()
    first_asked: datetime | None = None

    @property
    def unchanged(self) -> bool | None:
        """None where nothing was frozen."""
        return None if self.frozen is None else not self.changed

    @property
    def before_data(self) -> bool | None:
        """Whether the study was frozen before its first request; None where that is not known."""
        if self.frozen is None or self.first_asked is None:
            return None
        # A freeze is written to the second, so that the second itself counts as before.
        return self.frozen.frozen <= self.first_asked

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a result says of it."""
        if self.frozen is None:
            return ("the study was not frozen before data were collected",)
        said = [f"the study was frozen on {self.frozen.when}, hash {self.frozen.hash}"]
        said.append(
            f"CHANGED since it was frozen: {', '.join(self.changed)}"
            if self.changed
            else "it is unchanged since it was frozen"
        )
        if self.before_data is False and self.first_asked is not None:
            first = self.first_asked.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
            said.append(f"it was frozen AFTER data were collected: the first request is of {first}")
        if self.frozen.earlier:
            times = ", ".join(f"{each.frozen:%Y-%m-%d}" for each in self.frozen.earlier)
            said.append(f"it had been frozen in another state before: {times}")
        if self.frozen.valuealign != version("valuealign"):
            said.append(
                f"valuealign {self.frozen.valuealign} froze it, and {version('valuealign')} "
                "analysed it"
            )
        return tuple(said)

    def content(self) -> dict[str, Any]:
        """The state as plain values."""
        frozen = None if self.frozen is None else self.frozen.model_dump(mode="json")
        return {
            "frozen": frozen and frozen["frozen"],
            "hash": frozen and frozen["hash"],
            "valuealign": frozen and frozen["valuealign"],
            "unchanged": self.unchanged,
            "changed": list(self.changed),
            "before_data": self.before_data,
            "first_asked": None if self.first_asked is None else self.first_asked.isoformat(),
        }


def frozen_state(
    study: Study, frozen: FrozenStudy | None, responses: Iterable[Responses] = ()
) -> FrozenState:
    """Compare a study, as it was carried out, with what was frozen.

    Parameters
    ----------
    study : Study
    frozen : FrozenStudy or None
        None where nothing was frozen.
    responses : iterable of Responses
        The data, whose first request is compared with the time of the freeze.
    """
    if frozen is None:
        return FrozenState(None)
    held = list(responses)
    times = [when for each in held if (when := first_asked(each)) is not None]
    changed = changed_parts(frozen, study_parts(study))
    as_given = (name for each in held for name in _given_otherwise(frozen, each))
    of_data = tuple(f"{name} (as it was given)" for name in as_given if name not in changed)
    return FrozenState(frozen, (*changed, *dict.fromkeys(of_data)), min(times, default=None))


def _given_otherwise(frozen: FrozenStudy, responses: Responses) -> Iterator[str]:
    """Yield the frozen instruments that the responses answer in another state."""
    design = responses.design
    for name, value in dict.fromkeys(
        zip(design["instrument"].astype(str), design["instrument_hash"].astype(str), strict=True)
    ):
        part = f"instrument {name}"
        if frozen.parts.get(part, value) != value:
            yield part
