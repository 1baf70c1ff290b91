"""Instruments as file text; the result loads and passes the linter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from valuealign.errors import InstrumentError
from valuealign.instrument.lint.check import remarks_on
from valuealign.instrument.load import parse_instrument


def instrument_text(
    instrument_id: str,
    *,
    title: Mapping[str, str],
    construct: Mapping[str, str],
    instruction: Mapping[str, str],
    points: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    scales: Sequence[Mapping[str, Any]],
    holder: str,
    citation: str | None = None,
    undefined: Mapping[str, str] | None = None,
    about: Sequence[str] = (),
) -> str:
    """Write an instrument whose items share labelled points.

    Parameters
    ----------
    instrument_id : str
    title, construct, instruction : mapping of str to str
        Language -> words; the languages of the title are those of the instrument.
    points, items, scales : sequence of mapping
        As they stand in the file.
    holder : str
        Who holds the rights to the sentences.
    citation : str, optional
        Where it was published; by default it was not.
    undefined : mapping of str to str, optional
        The words of an option outside the scale.
    about : sequence of str
        Texts that it is asked about ("vignette"); an instruction without their slots shows them
        first.

    Returns
    -------
    str
        YAML.

    Raises
    ------
    InstrumentError
        What does not fit, in one sentence without a line: no file has been written yet.
    """
    scale: dict[str, Any] = {"kind": "labelled", "points": list(points)}
    if undefined:
        scale["undefined"] = dict(undefined)
    content = {
        "id": instrument_id,
        "version": "1.0",
        "title": dict(title),
        "construct": dict(construct),
        "citations": [
            {
                "text": citation or f"{holder}. {next(iter(title.values()))}. Unpublished.",
                "doi": None,
                "reason": "stated by its author",
            },
        ],
        "rights": {
            "wording": {
                "holder": holder,
                "terms": "The holder's own sentences; ask before passing them on.",
                "redistribution": False,
            }
        },
        "wording": {"kind": "own", "notice": "the author's own wording"},
        "languages": list(title),
        **({"about": dict.fromkeys(about, "text")} if about else {}),
        "instructions": [
            {
                "id": "plain",
                "text": {
                    lang: {"plain": _with_slots(text, about)} for lang, text in instruction.items()
                },
            }
        ],
        "response_scale": scale,
        "items": list(items),
        "scales": list(scales),
        "scoring": {"method": "mean", "missing": {"max_share": 0}},
        "administration": {"context": "item", "stem": "plain"},
    }
    text = "# yaml-language-server: $schema=schema.json\n" + yaml_of(content)
    _refuse_errors(text, instrument_id)
    return text


def _with_slots(text: str, about: Sequence[str]) -> str:
    """Put the slots of an instruction that has none of them before it."""
    slots = [f"{{{name}}}" for name in about]
    return text if any(slot in text for slot in slots) else "\n\n".join([*slots, text])


def yaml_of(content: Mapping[str, Any]) -> str:
    """Plain values as YAML, laid out as the shipped files are.

    Examples
    --------
    >>> yaml_of({"languages": ["en", "no"]})
    "languages:\\n  - en\\n  - 'no'\\n"
    """
    return yaml.dump(dict(content), Dumper=_Block, sort_keys=False, allow_unicode=True, width=100)


def write_new(path: Path, text: str) -> None:
    """Write a new instrument file; an existing file is not overwritten.

    Raises
    ------
    InstrumentError
        The file exists or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InstrumentError(
            "the file exists already", hint="choose another name with --output", path=path
        ) from None
    except OSError as error:
        raise InstrumentError(f"it cannot be written: {error.strerror}", path=path) from error


def id_from(name: str) -> str:
    """An instrument id made of a file's name.

    Examples
    --------
    >>> id_from("My Survey (v2)"), id_from("2024")
    ('my-survey-v2', 'survey-2024')
    """
    parts = "-".join(re.findall(r"[a-z0-9]+", _ascii(name).lower()))[:56].strip("-")
    return parts if parts[:1].isalpha() else f"survey-{parts}".rstrip("-")


def identifier(name: str, first: str = "S_") -> str:
    """A name that is an id of an item or a scale: its ASCII letters, digits and underscores.

    Examples
    --------
    >>> identifier("Größe 1"), identifier("1a"), identifier("1a", "q")
    ('Groe_1', 'S_1a', 'q1a')
    """
    letters = re.sub(r"[^A-Za-z0-9_]+", "_", _ascii(name)).strip("_")
    return (letters if letters[:1].isalpha() else f"{first}{letters}")[:64]


def unique(names: Iterable[str]) -> list[str]:
    """Return the names, with a number after each duplicate.

    Examples
    --------
    >>> unique(["a", "b", "a"])
    ['a', 'b', 'a_2']
    """
    taken: dict[str, int] = {}
    names_so_far = []
    for name in names:
        made, k = name, 1
        while made in taken:
            k = taken[name] = taken[name] + 1
            made = f"{name[:58]}_{k}"
        taken.setdefault(made, 1)
        names_so_far.append(made)
    return names_so_far


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


class _Block(yaml.SafeDumper):
    """Lists indented under their key, as the shipped files are, and no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _refuse_errors(text: str, instrument_id: str) -> None:
    try:
        instrument = parse_instrument(text, name=f"{instrument_id}.yaml")
    except InstrumentError as error:
        raise InstrumentError(error.found, expected=error.expected, hint=error.hint) from None
    wrong = [remark for remark in remarks_on(instrument) if remark.severity == "error"]
    if wrong:
        raise InstrumentError(wrong[0].found, hint=wrong[0].hint)
