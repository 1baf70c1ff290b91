"""Answers about vignettes as people gave them: each answer with people's own share of it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of
from valuealign.shipped import shipped

if TYPE_CHECKING:
    from valuealign.stimulus.stimulus import Stimulus


def answered_by_people(instrument: Instrument) -> bool:
    """Whether simulated people answer from counts, because no sample of persons is named."""
    people = human_data_of(instrument)
    return people.answers is not None and people.simulated is None


def people_shares(
    instrument: Instrument, item: str, stimulus: Stimulus | None
) -> dict[float, float] | None:
    """Code -> people's weighted share of it; None where people were not asked.

    Parameters
    ----------
    instrument : Instrument
        One whose answers are shipped as counts.
    item : str
    stimulus : Stimulus or None
        What the page is about.

    Raises
    ------
    PlanError
        The counts that the instrument names are not shipped.
    """
    data = _counts(str(human_data_of(instrument).answers))
    if stimulus is None:
        return None
    for cell in data["cells"]:
        same = all(stimulus.conditions.get(name) == level for name, level in cell["where"].items())
        if cell["item"] == item and same:
            total = sum(cell["weighted"])
            pairs = zip(data["codes"], cell["weighted"], strict=True)
            return {float(code): weight / total for code, weight in pairs}
    return None


@lru_cache(maxsize=8)
def _counts(name: str) -> dict[str, Any]:
    path = shipped("populations") / "answers" / f"{name}.json"
    if not path.is_file():
        raise PlanError(
            f"no answer counts {name!r} are shipped, so sim:human cannot answer like them; "
            "valuealign populations list names those that are"
        )
    counts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return counts
