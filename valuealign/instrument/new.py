"""New instrument files from a few answers; the result passes the linter."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from valuealign.errors import InstrumentError
from valuealign.instrument.explain import shortened
from valuealign.instrument.strict_model import without_controls
from valuealign.instrument.wording.decode import decoded
from valuealign.instrument.write_instrument import (
    id_from,
    identifier,
    instrument_text,
    unique,
    write_new,
)
from valuealign.suggestion import did_you_mean

__all__ = [
    "PRESETS",
    "NewItem",
    "id_from",
    "items_from_csv",
    "new_instrument",
    "write_new",
]

PRESETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "agree5": (
            "strongly disagree",
            "disagree",
            "neither agree nor disagree",
            "agree",
            "strongly agree",
        ),
        "agree7": (
            "strongly disagree",
            "disagree",
            "somewhat disagree",
            "neither agree nor disagree",
            "somewhat agree",
            "agree",
            "strongly agree",
        ),
        "like-me6": (
            "nothing like me",
            "mostly unlike me",
            "slightly like me",
            "rather like me",
            "mostly like me",
            "exactly like me",
        ),
        "often5": ("never", "rarely", "sometimes", "often", "always"),
        "true4": ("not at all true", "slightly true", "mostly true", "completely true"),
    }
)
"""Response scales to begin with: name -> English labels, lowest first."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item of a new instrument.

    Parameters
    ----------
    text : str
        The sentence.
    scale : str
        The id of its scale.
    keyed : int
        +1, or -1 where agreeing means less of what the scale measures.
    id : str
        Its id; by default its number.
    """

    text: str
    scale: str
    keyed: int = 1
    id: str = ""


def new_instrument(
    instrument_id: str,
    items: Sequence[NewItem],
    *,
    title: str,
    construct: str,
    language: str = "en",
    labels: Sequence[str] | None = None,
    preset: str = "agree5",
    instruction: str = "How much do you agree with this statement?",
    holder: str = "the author",
    citation: str | None = None,
    about: Sequence[str] = (),
) -> str:
    """Return the text of a new instrument file.

    Parameters
    ----------
    instrument_id : str
        Small letters, digits and hyphens.
    items : sequence of NewItem
    title, construct : str
        Its full name, and what it measures.
    language : str
    labels : sequence of str, optional
        Option labels, lowest first; by default those of the preset (English only).
    preset : str
        One of ``PRESETS``.
    instruction : str
    holder : str
        Who holds the rights to the sentences.
    citation : str, optional
        Where it was published; by default it was not.
    about : sequence of str
        Texts that it is asked about ("vignette"), shown before the instruction or in its slots.

    Returns
    -------
    str
        YAML that loads and in which the linter finds no error.

    Raises
    ------
    InstrumentError
        What is missing or does not fit, in one sentence.

    Examples
    --------
    >>> text = new_instrument("rain", [NewItem(f"Rain {w}.", "RAIN")
    ...     for w in ("soothes me", "wakes me", "is wet")], title="Rain", construct="Love of rain")
    >>> text.splitlines()[1]
    'id: rain'
    """
    for item in items:
        _check_text(item)
    return instrument_text(
        instrument_id,
        title={language: title},
        construct={language: construct},
        instruction={language: instruction},
        points=_points(labels, preset, language),
        items=_items(items, language),
        scales=_scales(items, language),
        holder=holder,
        about=about,
        citation=citation,
    )


def _check_text(item: NewItem) -> None:
    """Refuse what YAML would silently turn into a space (a next-line character, say)."""
    try:
        for text in (item.text, item.scale):
            without_controls(text.strip())
    except ValueError as error:
        raise InstrumentError(f"{shortened(item.text)}: {error}") from None


def items_from_csv(path: str | Path) -> list[NewItem]:
    """Read items from a CSV file with columns ``text``, ``scale`` and optionally ``keyed, id``.

    Raises
    ------
    InstrumentError
        No such columns, or a ``keyed`` that is neither 1 nor -1.
    """
    path = Path(path)
    text, _ = decoded(path)
    head = text.split("\n", 1)[0]
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))
    except csv.Error as error:
        raise InstrumentError(f"this is not CSV: {error}", path=path) from error
    if not rows or not {"text", "scale"} <= set(rows[0]):
        names = [str(name)[:40] for name in rows[0]][:12] if rows else ["none"]
        problem = "the columns are: " + ", ".join(names)
        raise InstrumentError(
            problem, expected="text, scale and, if you like, keyed, id", path=path
        )
    return [_item_of_row(row, path, k) for k, row in enumerate(rows, start=2)]


def _item_of_row(row: Mapping[str, str | None], path: Path, line: int) -> NewItem:
    keyed = (row.get("keyed") or "1").strip().lstrip("+")
    if keyed not in {"1", "-1"}:
        raise InstrumentError(f"keyed is {keyed!r}", expected="1 or -1", path=path, line=line)
    cells = {name: (row.get(name) or "").strip() for name in ("text", "scale", "id")}
    if not cells["text"] or not cells["scale"]:
        raise InstrumentError("a row without text or scale", path=path, line=line)
    return NewItem(cells["text"], cells["scale"], int(keyed), cells["id"])


def _points(labels: Sequence[str] | None, preset: str, language: str) -> list[dict[str, Any]]:
    if labels is None:
        if preset not in PRESETS:
            raise InstrumentError(f"scale {preset!r}", hint=did_you_mean(preset, PRESETS))
        if not language.startswith("en"):
            raise InstrumentError(
                f"the preset scales are in English, and the language is {language!r}",
                hint="give the labels, lowest first: --labels 'nie|selten|manchmal|oft|immer'",
            )
        labels = PRESETS[preset]
    return [{"code": k, "label": {language: label}} for k, label in enumerate(labels, start=1)]


def _items(items: Sequence[NewItem], language: str) -> list[dict[str, Any]]:
    width = len(str(len(items)))
    return [
        {
            "id": item.id or f"item{k:0{width}d}",
            "keyed": item.keyed,
            "stem": {language: {"plain": item.text}},
        }
        for k, item in enumerate(items, start=1)
    ]


def _scales(items: Sequence[NewItem], language: str) -> list[dict[str, Any]]:
    """Each scale under an id made of its name's ASCII letters; its name is the title."""
    width = len(str(len(items)))
    members: dict[str, list[str]] = {}
    for k, item in enumerate(items, start=1):
        members.setdefault(item.scale.strip(), []).append(item.id or f"item{k:0{width}d}")
    return [
        {"id": made, "title": {language: name}, "items": ids}
        for made, (name, ids) in zip(unique(map(identifier, members)), members.items(), strict=True)
    ]
