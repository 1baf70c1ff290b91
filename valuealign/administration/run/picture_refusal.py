"""Recognition of endpoints and models that take no pictures."""

from __future__ import annotations

import re

from valuealign.administration.reply.reply import Reply
from valuealign.administration.run.retry import Decision

_PICTURE = r"image[_ ]?(url|input|content|part|file|data)?s?|picture|vision|multi-?modal|mmproj"
_REFUSED = (
    r"not (a |an |yet |currently )*(support|multi-?modal|enabled|allow|accept|available|valid"
    r"|compiled|vision|provided)|n't support|unsupported|only supported by|unknown variant"
    r"|no endpoints found|missing data|cannot (process|read|accept|take|handle)"
    r"|invalid content type|does not (take|accept|have|understand)|unexpected"
    r"|not_supported|text.only|expected .?text"
)
_TEXT_ONLY = re.compile(
    rf"({_PICTURE})[^.]{{0,90}}({_REFUSED})|({_REFUSED})[^.]{{0,90}}({_PICTURE})", re.I
)
_CONTENT = re.compile(
    r"content\W{0,3}(must be|should be|is not|expected|input should be)[^.]{0,40}\bstr"
    r"|valid string\b.*\bcontent|not an? (multi-?modal|vision)"
    r"|can only concatenate str \(not \W?list",
    re.I,
)
_TOO_LARGE = re.compile(
    r"too (large|big|small|many)|exceed|maximum|resolution|dimension|invalid base64|corrupt", re.I
)


def without_pictures(reply: Reply, model: str) -> Decision | None:
    """Stop the run where a model that has not answered yet says that it takes no pictures.

    Parameters
    ----------
    reply : Reply
        To a request with pictures.
    model : str

    Returns
    -------
    Decision or None
        None where the reply is something else; a picture that is too large is not a refusal of
        all pictures.

    Examples
    --------
    >>> from valuealign.administration.reply.complaint import Complaint
    >>> said = Complaint("no image input", text="this model does not support image input")
    >>> without_pictures(Reply("http", complaint=said), "m").why[:22]
    'm refuses pictures ("n'
    """
    said = " ".join((reply.complaint.text, *reply.complaint.codes, *reply.complaint.names))
    if reply.status == "ok" or _TOO_LARGE.search(said):
        return None
    if not (_TEXT_ONLY.search(said) or _CONTENT.search(said)):
        return None
    words = " ".join((reply.complaint.message or said).split())
    why = (
        f'{model} refuses pictures ("{words[:160]}"); use a model that takes pictures, or ask with '
        "the words only: --form pictures=absent"
    )
    return Decision("stop", why=why, certain=True)
