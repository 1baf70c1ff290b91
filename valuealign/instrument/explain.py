"""Validation errors as sentences: what was found, what was expected, what to do, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from valuealign.instrument.references import Place, ReferenceProblems
from valuealign.instrument.strict_model import (
    DOI_SHAPE,
    ID_SHAPE,
    LANGUAGE_SHAPE,
    LEVEL_SHAPE,
    NAME_SHAPE,
)
from valuealign.suggestion import did_you_mean

_WORDS = {
    "string_type": "text (put numbers in quotes)",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping (name: value)",
    "model_type": "a mapping (name: value)",
    "model_attributes_type": "a mapping (name: value)",
}
_SHAPES = {
    ID_SHAPE: "small letters and digits with hyphens between, like 'my-scale-2'",
    LEVEL_SHAPE: "letters, digits, hyphens or underscores, like 'no-history'",
    NAME_SHAPE: "a letter, then letters, digits or underscores, like 'item01'",
    LANGUAGE_SHAPE: "a language like 'en', 'de' or 'pt-BR'",
    DOI_SHAPE: "a DOI that begins with '10.', without https://doi.org/",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an instrument file."""

    place: Place
    found: str
    expected: str | None = None
    hint: str | None = None


def faults(error: ValidationError, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """Each fault of a validation error, in the order of the file's fields.

    Parameters
    ----------
    error : pydantic.ValidationError
    schema : mapping
        The JSON schema of the instrument, which knows the names of the fields.
    """
    details = error.errors(include_url=False)
    # A misspelt field is also a missing one; the sentence that helps comes first.
    for detail in sorted(details, key=lambda each: each["type"] != "extra_forbidden"):
        raised = detail.get("ctx", {}).get("error")
        if isinstance(raised, ReferenceProblems):
            yield from (Fault(p.place, p.found, hint=p.hint) for p in raised.problems)
        else:
            yield _fault(detail, schema)


def _fault(detail: Any, schema: Mapping[str, Any]) -> Fault:
    place: Place = tuple(detail["loc"])
    name = _dotted(_in_file(schema, place))
    kind = detail["type"]
    if kind == "missing":
        return Fault(place, f"{name} is missing", hint=f"add '{place[-1]}:' here")
    if kind == "extra_forbidden":
        known = _fields(schema, place[:-1])
        return Fault(place, f"unknown field {name}", hint=did_you_mean(str(place[-1]), known))
    if kind == "value_error":
        return Fault(place, f"{name}: {str(detail['msg']).removeprefix('Value error, ')}")
    if kind == "union_tag_invalid":
        return _unknown_kind(_in_file(schema, place), detail)
    shown = shortened(detail["input"])
    if kind in {"literal_error", "enum"}:
        expected = detail["ctx"]["expected"]
        options = [word.strip().strip("'") for word in expected.replace(" or ", ",").split(",")]
        return Fault(place, f"{name} is {shown}", expected, _near(detail["input"], options))
    return Fault(place, f"{name} is {shown}", _WORDS.get(kind) or _sentence(detail))


def _unknown_kind(place: Place, detail: Any) -> Fault:
    kinds = [kind.strip(" '") for kind in detail["ctx"]["expected_tags"].split(",")]
    tag = detail["ctx"]["tag"]
    problem = f"{_dotted((*place, 'kind'))} is {shortened(tag)}"
    return Fault((*place, "kind"), problem, "one of " + ", ".join(kinds), _near(tag, kinds))


def _near(value: Any, options: list[str]) -> str | None:
    hint = did_you_mean(str(value), options)
    return hint if hint.startswith("did you mean") else None


def _sentence(detail: Any) -> str:
    pattern = detail.get("ctx", {}).get("pattern")
    if pattern:
        return _SHAPES.get(pattern, f"text of the shape {pattern}")
    message = str(detail["msg"])
    for verb in ("Input should be ", "Input should ", "Tuple should ", "Dictionary should "):
        message = message.removeprefix(verb)
    return message


def _in_file(schema: Mapping[str, Any], place: Place) -> Place:
    """A place without pydantic's own marks: keys, and the kind that a part turned out to be."""
    kept = [
        part
        for k, part in enumerate(place)
        if part != "[key]"
        and not any(
            part in node.get("discriminator", {}).get("mapping", {})
            for node in _whole(schema, schema, place[:k])
        )
    ]
    return tuple(kept)


def _whole(
    schema: Mapping[str, Any], node: Mapping[str, Any], place: Place
) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of the schema that a place may have, with all alternatives."""
    if "$ref" in node:
        definition = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        yield from _whole(schema, definition, place)
    elif not place:
        yield node
    elif alternatives := node.get("oneOf") or node.get("anyOf"):
        tags = node.get("discriminator", {}).get("mapping", {})
        if place[0] in tags:
            yield from _whole(schema, {"$ref": tags[place[0]]}, place[1:])
        else:
            for each in alternatives:
                yield from _whole(schema, each, place)
    else:
        for inner in _inner(node, place[0]):
            yield from _whole(schema, inner, place[1:])


def _inner(node: Mapping[str, Any], part: str | int) -> Iterator[Mapping[str, Any]]:
    schema_part = node.get("properties", {}).get(part) if isinstance(part, str) else None
    schema_part = schema_part or node.get("items") or node.get("additionalProperties")
    if isinstance(schema_part, Mapping):
        yield schema_part


def _dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return f"'{text.lstrip('.')}'" if text else "the file"


def shortened(value: Any) -> str:
    """Return a value as one line of at most 60 characters."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields(schema: Mapping[str, Any], place: Place) -> list[str]:
    """The names of the fields a place may have, found by walking the JSON schema."""
    names: set[str] = set()
    for node in _whole(schema, schema, place):
        for each in _alternatives(schema, node):
            names.update(each.get("properties", {}))
    return sorted(names)


def _alternatives(
    schema: Mapping[str, Any], node: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    several = node.get("oneOf") or node.get("anyOf")
    if several is None:
        yield node
        return
    for each in several:
        for alternative in _whole(schema, each, ()):
            yield from _alternatives(schema, alternative)
