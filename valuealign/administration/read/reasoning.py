"""Removal of reasoning between tags, which is not part of the answer."""

from __future__ import annotations

import re

_NAMES = (
    r"(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|"
    r"seed:think|internal_monologue|chain_of_thought|cot)"
)
_OPENS = rf"<{_NAMES}>|\[think(?:ing)?\]|\u25c1think\u25b7|<\|begin_of_thought\|>"
_CLOSES = rf"</{_NAMES}>|\[/think(?:ing)?\]|\u25c1/think\u25b7|<\|end_of_thought\|>"
_TAG = re.compile(rf"(?P<open>{_OPENS})|(?P<close>{_CLOSES})", re.IGNORECASE)
_FINAL = re.compile(r"<\|channel\|>\s*final[^<]{0,40}<\|message\|>", re.IGNORECASE)
_ANY_CHANNEL = re.compile(r"<\|channel\|>", re.IGNORECASE)


def after_thinking(reply: str) -> str | None:
    """Return the text outside the reasoning; ``None`` if the reasoning does not end.

    Parameters
    ----------
    reply : str

    Returns
    -------
    str or None
        A closing tag without its opening one ends a thinking that began with the reply (some
        templates send the opening tag themselves).

    Examples
    --------
    >>> after_thinking("<think>3? No.</think>4")
    '4'
    >>> after_thinking("<think>It could be 4") is None
    True
    """
    finals = list(_FINAL.finditer(reply))
    if finals:
        return reply[finals[-1].end() :]
    if _ANY_CHANNEL.search(reply):
        return None
    said: list[str] = []
    depth, at = 0, 0
    for tag in _TAG.finditer(reply):
        if tag["open"]:
            if depth == 0:
                said.append(reply[at : tag.start()])
            depth += 1
        else:
            if depth == 0:
                said.clear()
            depth = max(0, depth - 1)
        at = tag.end()
    if depth:
        return None
    return "\n\n".join(part for part in [*said, reply[at:]] if part.strip())
