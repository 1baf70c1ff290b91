"""Store columns of what an endpoint states about a reply, each declared here once.

The table, the record, the parser of replies and, for text, the columns of ``.long`` follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["REPLY_COLUMNS", "ReplyColumn", "ReplyColumns"]


@dataclass(frozen=True, slots=True)
class ReplyColumn:
    """One column.

    Parameters
    ----------
    name : str
    kind : type
        str or int.
    places : tuple of str
        Where a reply's JSON holds it, with dots between names; the first place that has a value
        counts. Empty where the parser knows more (the reason why a choice ended).
    since : str
        The migration that adds it to older stores.
    """

    name: str
    kind: type
    places: tuple[str, ...]
    since: str


def _column(kind: type, *places: str, since: str = "0001") -> Any:
    return field(default=None, metadata={"kind": kind, "places": places, "since": since})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyColumns:
    """What an endpoint states about a reply; ``None`` where it does not state it.

    Examples
    --------
    >>> [column.name for column in REPLY_COLUMNS if column.kind is str]
    ['model_returned', 'system_fingerprint', 'finish_reason']
    """

    model_returned: str | None = _column(str, "model")
    system_fingerprint: str | None = _column(str, "system_fingerprint")
    finish_reason: str | None = _column(str)
    prompt_tokens: int | None = _column(int, "usage.prompt_tokens", "usage.input_tokens")
    completion_tokens: int | None = _column(int, "usage.completion_tokens", "usage.output_tokens")
    reasoning_tokens: int | None = _column(
        int,
        "usage.completion_tokens_details.reasoning_tokens",
        "usage.output_tokens_details.reasoning_tokens",
    )


REPLY_COLUMNS = tuple(ReplyColumn(each.name, **each.metadata) for each in fields(ReplyColumns))
"""Every such column, in their order."""
