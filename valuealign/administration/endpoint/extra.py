"""Further request fields that the user names: ``enable_thinking=false``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from valuealign.content import canonical
from valuealign.errors import PlanError
from valuealign.sampling_settings import SETTINGS

_OWN = {
    "model": "--model",
    "messages": "--persona and --form",
    "input": "--persona and --form",
    "prompt": "--persona and --form",
    **{name: f"--{name.replace('_', '-')}" for name in SETTINGS},
    "max_completion_tokens": "--max-tokens",
    "max_output_tokens": "--max-tokens",
    "seed": "--seed",
    "response_format": "--elicitation json",
    "logprobs": "--elicitation logprobs",
    "top_logprobs": "--elicitation logprobs",
    "echo": "--elicitation logprobs --form labels=words",
}
_NEVER = {"stream": "replies are read whole", "n": "one reply is asked for each request"}
_SECRET = re.compile(r"(^|[-_])(api[-_]?key|key|token|secret|password|authorization)$", re.I)
_WORD = re.compile(r"[A-Za-z][\w./:-]*")
_NEARLY_JSON = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false"}
_JSON_WORDS = ("true", "false", "null", "NaN", "Infinity")
_LONGEST = 20_000


def read_extra(texts: Iterable[str]) -> dict[str, Any]:
    """Read request fields from the command line: ``NAME=JSON``, or a whole JSON object.

    Parameters
    ----------
    texts : iterable of str
        A plain word may stand without quotation marks: ``service_tier=flex``.

    Returns
    -------
    dict

    Raises
    ------
    PlanError
        It is neither, or a field is given twice.

    Examples
    --------
    >>> read_extra(["enable_thinking=false", '{"provider": {"order": ["a"]}}'])
    {'enable_thinking': False, 'provider': {'order': ['a']}}
    """
    fields: dict[str, Any] = {}
    for text in texts:
        for name, value in _fields(text).items():
            if name in fields:
                raise PlanError(f"--extra names {name!r} twice; give it once")
            fields[name] = value
    return fields


def checked_extra(extra: Mapping[str, Any] | None, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """Further request fields that can be sent and kept with the respondent.

    Parameters
    ----------
    extra : mapping or None
    secrets : iterable of str
        What must not be part of them, for they are stored.

    Raises
    ------
    PlanError
        A field that has an option of its own, holds a key, or is not plain JSON.

    Examples
    --------
    >>> checked_extra({"temperature": 0})
    Traceback (most recent call last):
    ...
    valuealign.errors.PlanError: --extra temperature has an option of its own: --temperature
    """
    fields = dict(extra or {})
    for name in fields:
        _check_name(name)
    try:
        text = json.dumps(fields, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise PlanError(f"the extra request fields are not plain JSON: {error}") from None
    if len(text) > _LONGEST:
        raise PlanError(
            f"the extra request fields have {len(text):,} characters; at most {_LONGEST:,}"
        )
    if any(secret in canonical(fields) for secret in secrets if len(secret) >= 6):
        raise _holds_a_key("the extra request fields hold")
    kept: dict[str, Any] = json.loads(text)
    return kept


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise PlanError(f"an extra request field is named {name!r}; expected a name")
    if name in _OWN:
        raise PlanError(f"--extra {name} has an option of its own: {_OWN[name]}")
    if name in _NEVER:
        raise PlanError(f"--extra {name} cannot be used: {_NEVER[name]}")
    if _SECRET.search(name):
        raise _holds_a_key(f"--extra {name} is")


def _holds_a_key(what: str) -> PlanError:
    return PlanError(
        f"{what} a key, and extra fields are stored with the respondent; set OPENAI_API_KEY instead"
    )


def _fields(text: str) -> dict[str, Any]:
    if text.lstrip().startswith("{"):
        value = _json(text, text)
        return value if isinstance(value, dict) else {}
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise PlanError(
            f"--extra {text[:80]!r} is not NAME=VALUE; for example --extra enable_thinking=false"
        )
    return {name.strip(): _value(name.strip(), value.strip())}


def _value(name: str, text: str) -> Any:
    if text in _NEARLY_JSON:
        raise PlanError(
            f"--extra {name}={text}: values are JSON; write {name}={_NEARLY_JSON[text]}"
        )
    if _WORD.fullmatch(text) and text not in _JSON_WORDS:
        return text
    return _json(text, f"{name}={text}")


def _json(text: str, shown: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanError(
            f"--extra {shown[:80]!r} is not JSON ({error}); for example "
            '--extra \'provider={"order": ["openai"]}\''
        ) from None
    if isinstance(value, float) and not math.isfinite(value):
        raise PlanError(f"--extra {shown[:80]!r} is not a finite number")
    return value
