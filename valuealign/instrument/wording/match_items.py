"""Matching of a file's sentences to an instrument's items, and the scale's direction."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from valuealign.errors import WordingError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled
from valuealign.instrument.strict_model import without_controls
from valuealign.instrument.wording.file_contents import FileContents, FileItem

ScaleDirection = Literal["published", "reversed", "unknown"]
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Fitted:
    """Sentences by item id, and the direction of the file's codes.

    Parameters
    ----------
    stems : dict
        Item id to sentence, in the published order.
    direction : {"published", "reversed", "unknown"}
        Whether the file codes its options as the instrument does, the other way round, or
        in words that cannot be compared.
    """

    stems: dict[str, str]
    direction: ScaleDirection


def fit(contents: FileContents, instrument: Instrument, *, language: str, path: Path) -> Fitted:
    """Match the sentences of a file to the items of an instrument.

    Raises
    ------
    WordingError
        Wrong count, a number or name that is twice there or missing, numbers out of order,
        the same sentence twice, or option labels in no direction of the instrument's scale.
    """
    if not contents.items:
        raise WordingError(
            f"no sentences were found ({contents.format})",
            hint="number them: '1. ...', one item a line; instruments/README.md shows the forms",
            path=path,
        )
    matched = _matched(contents.items, instrument, path)
    _check_count(matched, instrument, path)
    stems = {item.id: matched[item.id].text for item in instrument.items}
    _check_sentences(matched, path)
    return Fitted(stems, _direction(contents, instrument, language, path))


def _matched(items: Sequence[FileItem], instrument: Instrument, path: Path) -> dict[str, FileItem]:
    ids = _names(instrument)
    by_number = all(item.name.isdecimal() for item in items) and not any(
        item.name.casefold() in ids for item in items
    )
    matched: dict[str, FileItem] = {}
    for item in items:
        number = int(item.name) if by_number else 0
        if by_number and not 1 <= number <= len(instrument.items):
            n = len(instrument.items)
            problem = f"{item.where} is numbered {number}, and {instrument.id} has {n} items"
            raise WordingError(problem, hint="is this the right form?", path=path)
        item_id = instrument.items[number - 1].id if by_number else ids[item.name.casefold()]
        if item_id in matched:
            problem = f"item {item.name} stands twice: {matched[item_id].where} and {item.where}"
            hint = "remove one (option labels are written '1 = like me', not '1. like me')"
            raise WordingError(problem, hint=hint, path=path)
        matched[item_id] = item
    if by_number:
        _check_order(items, path)
    return matched


def _names(instrument: Instrument) -> dict[str, str]:
    """Every name an item goes by, in small letters, to its id."""
    return {
        name.casefold(): item.id for item in instrument.items for name in (*item.aliases, item.id)
    }


def _check_order(items: Sequence[FileItem], path: Path) -> None:
    for before, after in itertools.pairwise(items):
        if int(after.name) < int(before.name):
            raise WordingError(
                f"number {after.name} ({after.where}) stands after number {before.name} "
                f"({before.where})",
                expected="the published order",
                hint="put the sentences in order",
                path=path,
            )


def _check_count(matched: dict[str, FileItem], instrument: Instrument, path: Path) -> None:
    missing = [
        f"{k} ({item.id})"
        for k, item in enumerate(instrument.items, start=1)
        if item.id not in matched
    ]
    if missing:
        shown = ", ".join(missing[:8]) + (", ..." if len(missing) > 8 else "")
        raise WordingError(
            f"{len(matched)} of {len(instrument.items)} items were found; missing: {shown}",
            path=path,
        )


def _check_sentences(matched: dict[str, FileItem], path: Path) -> None:
    counts = Counter(" ".join(item.text.casefold().split()) for item in matched.values())
    for item in matched.values():
        same = " ".join(item.text.casefold().split())
        if not same:
            raise WordingError(f"item {item.name} ({item.where}) has no sentence", path=path)
        _check_sentence(item, path)
        if counts[same] > 1:
            twins = [i for i in matched.values() if " ".join(i.text.casefold().split()) == same]
            places = " and ".join(f"{i.name} ({i.where})" for i in twins)
            raise WordingError(f"the same sentence stands under items {places}", path=path)


def _check_sentence(item: FileItem, path: Path) -> None:
    problem = f"item {item.name} ({item.where}) is not a sentence that can be shown"
    if len(item.text) > _LONGEST:
        raise WordingError(problem, expected=f"at most {_LONGEST} characters", path=path)
    try:
        without_controls(item.text)
    except ValueError as error:
        raise WordingError(problem, hint=str(error), path=path) from error


def _direction(
    contents: FileContents, instrument: Instrument, language: str, path: Path
) -> ScaleDirection:
    scale = instrument.response_scale
    if not isinstance(scale, Labelled):
        return "published"
    known = {_plain(p.label[language]): p.code for p in scale.points if language in p.label}
    labels = contents.labels or _labels_in(contents.preface, list(known))
    pairs = [(code, known[_plain(label)]) for code, label in labels if _plain(label) in known]
    if len(pairs) < 2:
        return "unknown"
    places = {code: k for k, code in enumerate(sorted(code for code, _ in labels))}
    ranks = {point.code: k for k, point in enumerate(scale.points)}
    last = len(scale.points) - 1
    same = [places[code] == ranks[ours] for code, ours in pairs]
    turned = [places[code] == last - ranks[ours] for code, ours in pairs]
    if all(same):
        return "published"
    if all(turned):
        return "reversed"
    shown = ", ".join(f"{code} = {label}" for code, label in labels)
    raise WordingError(
        f"the file's options ({shown}) run in neither direction of {instrument.id}'s scale",
        hint="is this the right form?",
        path=path,
    )


def _labels_in(text: str, known: Sequence[str]) -> list[tuple[int, str]]:
    """Known labels in the order they stand in a text; a longer label hides those inside it."""
    plain = _plain(text)
    at: dict[int, str] = {}
    for label in sorted(known, key=len, reverse=True):
        start = plain.find(label)
        if start >= 0:
            at[start] = label
            plain = plain[:start] + "\x00" * len(label) + plain[start + len(label) :]
    return [(k, at[start]) for k, start in enumerate(sorted(at), start=1)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".")
