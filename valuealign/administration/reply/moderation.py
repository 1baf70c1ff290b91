"""Recognition of refusals by moderation filters among errors.

A filter refuses one prompt or one reply; the respondent's cell is then a refusal. An account that
was suspended for what it sent is another matter: it stops the run.
"""

from __future__ import annotations

import re

from valuealign.administration.reply.complaint import Complaint

_FINISHES = {
    "content_filter",
    "content_filtered",
    "safety",
    "prohibited_content",
    "blocklist",
    "spii",
    "recitation",
    "sensitive",
    "refusal",
    "guardrail_intervened",
    "guardrails",
    "moderation",
    "image_safety",
    "language_filter",
    "violation",
}
_CODES = {
    "contentfilter",
    "contentfiltered",
    "contentfiltererror",
    "contentpolicyviolation",
    "contentpolicyviolationerror",
    "responsibleaipolicyviolation",
    "datainspectionfailed",
    "moderationblocked",
    "moderationerror",
    "inputmoderation",
    "promptblocked",
    "safety",
    "prohibitedcontent",
    "guardrailintervened",
    "guardrailviolation",
    "contentmoderation",
    "sensitivecontent",
    "unsafecontent",
    "cyberpolicyviolation",
    "contentblocked",
}
_SAYS = re.compile(
    r"content[ _-]?(management )?(filter|polic)|contentpolicyviolation|responsible ?ai"
    r"|\b(input|prompt|message|content|text|output|response)\b[^.]{0,60}"
    r"\b(was|were|is|has been|been|got|being)\b[^.]{0,30}\b(flagged|blocked|filtered|moderated)"
    r"|(flagged|blocked|rejected|filtered) (by|for|as|due to)[^.]{0,60}"
    r"\b(moderation|safety|(content|usage) polic|content filter|guardrail|harm|unsafe|sensitive)"
    r"|(usage|safety|acceptable use) polic|safety (system|filter|setting|reason)"
    r"|inappropriate content|requires? moderation|moderation (system|filter|endpoint|api)"
    r"|guardrail|datainspectionfailed|data_inspection_failed|敏感|违规|不安全",
    re.IGNORECASE,
)
_WHOSE = r"\b(account|organi[sz]ation|api[ -]key)\b"
_ACCOUNT = re.compile(
    rf"{_WHOSE}(?:(?!input|prompt|content|message|request)[^.]){{0,60}}"
    r"(suspend|deactivat|terminat|banned|disabled|revoked|restricted|flagged|blocked)"
    rf"|\b(suspend|deactivat|terminat|revok)\w*\b[^.]{{0,40}}{_WHOSE}",
    re.IGNORECASE,
)
_STATUSES = (None, 400, 403, 406, 422, 424, 451, 500)


def is_moderated(complaint: Complaint, status: int | None = None) -> bool:
    """Whether an error is a moderation filter's refusal of this prompt or reply.

    Parameters
    ----------
    complaint : Complaint
    status : int, optional
        The HTTP error status; ``None`` for an error inside a reply of status 200.

    Examples
    --------
    >>> is_moderated(Complaint(codes=("content_filter",)), 400)
    True
    >>> is_moderated(Complaint(text="your account was suspended for policy violations"), 403)
    False
    """
    if _ACCOUNT.search(complaint.text):
        return False
    if any(_bare(code) in _CODES for code in complaint.codes):
        return True
    return status in _STATUSES and _SAYS.search(complaint.text) is not None


def is_filtered_finish(reason: object) -> bool:
    """Whether a reply's finish reason is a moderation filter.

    Examples
    --------
    >>> is_filtered_finish("SAFETY"), is_filtered_finish("stop")
    (True, False)
    """
    return isinstance(reason, str) and reason.strip().lower().replace("-", "_") in _FINISHES


def _bare(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())
