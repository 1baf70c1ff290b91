"""Replies in JSON: the only object or list of a text, never repaired."""

from __future__ import annotations

import json
import re
from typing import Any

from valuealign.administration.read.answer_fields import Fields, TwiceError

_FENCED = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)


def json_fields(text: str) -> Fields | None:
    """Return the only JSON object or list of a text.

    Parameters
    ----------
    text : str
        As it came.

    Returns
    -------
    Fields or None
        ``None`` where there is none, or more than one.

    Raises
    ------
    TwiceError
        A field stands twice, with two values.

    Examples
    --------
    >>> json_fields('I chose:\\n{"answer": 4}').value
    {'answer': 4}
    """
    stripped = text.strip()
    spans = [(0, len(stripped))]
    fenced = list(_FENCED.finditer(stripped)) if stripped.count("```") == 2 else []
    spans += [match.span(1) for match in fenced]
    spans.append((stripped.find("{"), stripped.rfind("}") + 1))
    for start, end in spans:
        if start < 0 or stripped[start:end].lstrip()[:1] not in ("{", "["):
            continue
        try:
            value = json.loads(stripped[start:end], object_pairs_hook=_once)
        except TwiceError:
            raise
        except (ValueError, RecursionError):
            continue
        before = re.sub(r"```[\w-]*[ \t]*\n?$", "", stripped[:start])
        return Fields("JSON", value, before, stripped[end:].lstrip().removeprefix("```"))
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs) and any(fields[key] != value for key, value in pairs):
        raise TwiceError("JSON")
    return fields
