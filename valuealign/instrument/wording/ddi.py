"""DDI codebooks (versions 1 and 2): the literal question of each variable.

The European Social Survey publishes such codebooks; its sentences carry both grammatical
forms ("She/he"), and its codes run from 1, very much like me, to 6.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from valuealign.errors import WordingError
from valuealign.instrument.wording.decode import file_bytes
from valuealign.instrument.wording.file_contents import FileContents, FileItem

MAX_DEPTH, MAX_ELEMENTS = 60, 3_000_000
_QUESTION_NUMBER = re.compile(r"^[A-Z]{1,3}\d*[a-z]?(?:-[a-z])?[.:]?\s+(?=[A-Z])")


def read_ddi(path: Path, *, names: Collection[str]) -> FileContents:
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
    variables = _variables(xml_of(path), path)
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
        FileItem(str(v.get("name")), text[len(instruction) :].strip(), f"variable {v.get('name')}")
        for v, text in zip(chosen, texts, strict=True)
    )
    spoken = _QUESTION_NUMBER.sub("", instruction).strip() or None
    return FileContents("DDI codebook", items, _labels(chosen, path), spoken)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a codebook.

    Parameters
    ----------
    name : str
    text : str
        Its literal question; "" where the codebook has none.
    label : str
        Its label; "" where it has none.
    options : tuple of (str, str)
        Code and words of its categories.
    missing : tuple of (str, str)
        Categories that the codebook marks as no answer.
    lead : str
        The text before the question.
    group : str
        The group of variables it belongs to.
    """

    name: str
    text: str
    label: str = ""
    options: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """A codebook.

    Parameters
    ----------
    title : str
        "" where it has none.
    variables : tuple of Variable
    """

    title: str
    variables: tuple[Variable, ...]


def codebook(path: Path) -> Codebook:
    """Every variable of a codebook, and the title of its study.

    Raises
    ------
    WordingError
        Not XML, entities or a DTD declared, or no variables.
    """
    root = xml_of(path)
    groups = {
        member: next((t for e in _children(group, "labl") if (t := _text(e))), "")
        for group in root.iter()
        if _local(group) == "varGrp"
        for member in str(group.get("var", "")).split()
    }
    title = next((t for e in root.iter() if _local(e) == "titl" and (t := _text(e))), "")
    return Codebook(title, tuple(_variable(each, groups) for each in _variables(root, path)))


def _variable(element: Any, groups: Mapping[str, str]) -> Variable:
    every = list(_coded(element))
    return Variable(
        str(element.get("name", "")),
        _first(element, "qstn", "qstnLit"),
        _first(element, "labl"),
        tuple((code, label) for code, label, missing in every if not missing),
        tuple((code, label) for code, label, missing in every if missing),
        _first(element, "qstn", "preQTxt"),
        groups.get(str(element.get("ID", "")), ""),
    )


def _first(element: Any, *names: str) -> str:
    return next((text for each in _children(element, *names) if (text := _text(each))), "")


def _variables(root: Any, path: Path) -> list[Any]:
    variables = [v for v in root.iter() if _local(v) == "var"]
    if not variables:
        raise WordingError(
            "the XML has no 'var' elements", expected="a DDI codebook, version 1 or 2", path=path
        )
    return variables


def xml_of(path: Path) -> Any:
    """Return the root of an untrusted XML file, without entities or DTD.

    Raises
    ------
    WordingError
        Not XML, or entities or a DTD declared.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    data = file_bytes(path, limit=60_000_000)
    depth = most = 0
    root = None
    try:
        for event, element in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            most += 1
            if depth > MAX_DEPTH or most > 2 * MAX_ELEMENTS:
                raise WordingError("the XML is nested too deeply or has too many parts", path=path)
        return root
    except DefusedXmlException as error:
        raise WordingError("the XML declares entities or a DTD", path=path) from error
    except (ParseError, ValueError, LookupError) as error:
        raise WordingError(f"this is not XML: {error}", path=path) from error


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _children(element: Any, *names: str) -> Iterator[Any]:
    children = [element]
    for name in names:
        children = [child for parent in children for child in parent if _local(child) == name]
    return iter(children)


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
    """Categories that are answers, coded with whole numbers."""
    for code, label, missing in _coded(variable):
        if re.fullmatch(r"-?\d{1,4}", code) and not missing:
            yield int(code), label


def _coded(variable: Any) -> Iterator[tuple[str, str, bool]]:
    """Code and words of each category, and whether the codebook marks it as no answer."""
    invalid = {item.get("VALUE") for item in _children(variable, "invalrng", "item")}
    for category in _children(variable, "catgry"):
        code = _first(category, "catValu")
        if code:
            missing = category.get("missing") == "Y" or code in invalid
            yield code, _first(category, "labl"), missing
