"""DDI codebooks (versions 1 and 2): the literal question of each variable.

The European Social Survey publishes such codebooks; its sentences carry both grammatical
forms ("She/he"), and its codes run from 1, very much like me, to 6.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from valuealign.errors import WordingError
from valuealign.instrument.wording.decode import file_bytes
from valuealign.instrument.wording.found import Found, FoundItem

_QUESTION_NUMBER = re.compile(r"^[A-Z]{1,3}\d*[a-z]?(?:-[a-z])?[.:]?\s+(?=[A-Z])")


def read_ddi(path: Path, *, names: Collection[str]) -> Found:
    """Read the variables of a codebook that bear one of these names.

    Parameters
    ----------
    path : Path
    names : collection of str
        Ids and aliases of the instrument's items, in any case.

    Raises
    ------
    WordingError
        Not XML, entities or a DTD declared, no variables, or variables without literal text.
    """
    wanted = {name.casefold() for name in names}
    variables = _variables(path)
    chosen = [v for v in variables if str(v.get("name", "")).casefold() in wanted]
    if not chosen:
        raise WordingError(
            f"none of the codebook's {len(variables)} variables is an item of the instrument",
            hint="the items' names in the data belong under 'aliases' in the instrument file",
            path=path,
        )
    texts = [_question(variable, path) for variable in chosen]
    instruction = _shared_sentences(texts)
    items = tuple(
        FoundItem(str(v.get("name")), text[len(instruction) :].strip(), f"variable {v.get('name')}")
        for v, text in zip(chosen, texts, strict=True)
    )
    spoken = _QUESTION_NUMBER.sub("", instruction).strip() or None
    return Found("DDI codebook", items, _labels(chosen, path), spoken)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a codebook.

    Parameters
    ----------
    name : str
    text : str
        Its literal question; "" where the codebook has none.
    options : tuple of (int, str)
    """

    name: str
    text: str
    options: tuple[tuple[int, str], ...]


def codebook(path: Path) -> tuple[Variable, ...]:
    """Every variable of a codebook.

    Raises
    ------
    WordingError
        Not XML, entities or a DTD declared, or no variables.
    """
    return tuple(
        Variable(
            str(each.get("name", "")),
            next((t for lit in _children(each, "qstn", "qstnLit") if (t := _text(lit))), ""),
            tuple(_categories(each)),
        )
        for each in _variables(path)
    )


def _variables(path: Path) -> list[Any]:
    found = [v for v in xml_of(path).iter() if _local(v) == "var"]
    if not found:
        raise WordingError(
            "the XML has no 'var' elements", expected="a DDI codebook, version 1 or 2", path=path
        )
    return found


def xml_of(path: Path) -> Any:
    """The root of an XML file from outside: no entities, no DTD.

    Raises
    ------
    WordingError
        Not XML, or entities or a DTD declared.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import parse

    data = file_bytes(path, limit=60_000_000)
    try:
        return parse(BytesIO(data), forbid_dtd=True).getroot()
    except DefusedXmlException as error:
        raise WordingError("the XML declares entities or a DTD", path=path) from error
    except (ParseError, ValueError, LookupError) as error:
        raise WordingError(f"this is not XML: {error}", path=path) from error


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _children(element: Any, *names: str) -> Iterator[Any]:
    found = [element]
    for name in names:
        found = [child for parent in found for child in parent if _local(child) == name]
    return iter(found)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _question(variable: Any, path: Path) -> str:
    for literal in _children(variable, "qstn", "qstnLit"):
        if text := _text(literal):
            return text
    raise WordingError(
        f"variable {variable.get('name')!r} has a label but no literal question",
        hint="use the codebook that carries the questionnaire's text",
        path=path,
    )


def _shared_sentences(texts: Sequence[str]) -> str:
    """The sentences every question begins with: the instruction, read out each time."""
    if len(texts) < 3:
        return ""
    first = re.split(r"(?<=[.?!:])\s+", texts[0])
    shared = ""
    for sentence in first[:-1]:
        longer = f"{shared}{sentence} "
        if not all(text.startswith(longer) for text in texts):
            break
        shared = longer
    return shared


def _labels(variables: Sequence[Any], path: Path) -> tuple[tuple[int, str], ...]:
    """The options' codes and words, which must be the same for every variable."""
    of_each = {str(v.get("name")): tuple(_categories(v)) for v in variables}
    distinct = {
        tuple((code, label.casefold()) for code, label in each) for each in of_each.values()
    }
    if len(distinct) > 1:
        raise WordingError("the variables have different options", path=path)
    return next(iter(of_each.values()))


def _categories(variable: Any) -> Iterator[tuple[int, str]]:
    invalid = {item.get("VALUE") for item in _children(variable, "invalrng", "item")}
    for category in _children(variable, "catgry"):
        code = next((_text(value) for value in _children(category, "catValu")), "")
        label = next((_text(words) for words in _children(category, "labl")), "")
        missing = category.get("missing") == "Y" or code in invalid
        if re.fullmatch(r"-?\d{1,4}", code) and not missing:
            yield int(code), label
