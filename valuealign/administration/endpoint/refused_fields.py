"""Learning which request fields an endpoint does not accept from its errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from valuealign.administration.endpoint.request_adaptation import LIMITS, Adapted
from valuealign.administration.reply.complaint import Complaint
from valuealign.sampling_settings import SETTING_FACTS

_UNSUPPORTED = re.compile(
    r"support|unknown|unrecogni[sz]ed|unexpected|not (yet |currently |been )*"
    r"(allowed|permitted|implemented|enabled|available|recogni[sz]ed|accepted|valid|a valid|known)"
    r"|unavailable|forbidden|disallowed|deprecated|disabled|incompatible"
    r"|cannot be (used|set|specified)"
    r"|can't be used|must (not be|be omitted)|invalid (parameter|argument|field|key|property)"
    r"|extra (inputs?|fields?)|additional propert|no longer|not found: |不支持|未知|无效",
    re.IGNORECASE,
)
_CODES = re.compile(r"unsupported|unknown|extra|forbidden|unrecogni[sz]ed|not_?supported", re.I)
# What follows lists what an endpoint does take.
_TAKEN = re.compile(
    r"(?<!un)(?<!not )supported (parameters?|fields?|values?|arguments?|keys?|options?|params)\b"
    r"|expected one of|one of the following|(valid|allowed|available|permitted|accepted) "
    r"(parameters?|fields?|values?|arguments?|keys?|options?)( are|:|include)|did you mean",
    re.IGNORECASE,
)
_NAMED_SYSTEM = r"(['\"`]system['\"`]|system['\"`]? (role|message|prompt|instruction)s?)"
_SYSTEM = re.compile(
    rf"{_NAMED_SYSTEM}[^.]{{0,40}}(not (yet |currently )?(be )?(support|allow|enabled|permitted"
    r"|available|valid)|unsupported|not accept)"
    r"|(does not|doesn't|do not|cannot|not) (support|accept|have|handle|use)"
    rf"[^.]{{0,40}}{_NAMED_SYSTEM}"
    r"|developer (instruction|message|role)[^.]{0,30}not (enabled|supported)"
    r"|only [^.]{0,20}\buser\b[^.]{0,30}\bassistant\b|roles? must alternate|alternate user"
    r"|(unsupported|invalid|unknown|unexpected|unrecogni[sz]ed)( message)? role"
    r"|first message[^.]{0,40}\buser\b",
    re.IGNORECASE,
)
_SPELLINGS = {
    **{name: facts.spellings or (name,) for name, facts in SETTING_FACTS.items()},
    "random_seed": SETTING_FACTS["seed"].spellings,
    "max_completion_tokens": ("max_completion_tokens", "maxcompletiontokens"),
    "max_output_tokens": ("max_output_tokens", "maxoutputtokens"),
    "top_logprobs": ("top_logprobs", "toplogprobs"),
    "logprobs": ("logprobs", "responselogprobs", "logprob", "log probabilities"),
    "response_format": (
        "response_format",
        "json_schema",
        "structured outputs?",
        "json mode",
        "response_schema",
        "responseschema",
        "guided_json",
        "guided decoding",
    ),
    "text": (r"text\.format", "json_schema", "structured outputs?"),
    "reasoning": ("reasoning", r"reasoning\.effort"),
    "store": ("store",),
    "include": ("include", r"message\.output_text\.logprobs"),
    "grammar": ("grammar",),
}
_LIMITS = (*LIMITS, "max_output_tokens")
_SAYS_NOTHING = re.compile(
    r"[\s.!:;,-]*(((http )?4\d\d|bad request|invalid (request|input|parameters?|arguments?|body)"
    r"|unprocessable (entity|content)|validation error|extra (inputs|fields) (are )?not permitted"
    r"|(unknown|unsupported|invalid) (parameter|field|argument)s?|provider returned error|error"
    r"|badrequesterror|nginx[/\d.]*|invalid_request_error)[\s.!:;,-]*)*",
    re.IGNORECASE,
)
_OURS = ("seed", "random_seed")
"""Always sent: any complaint about one is reason to leave it out."""
_NUMBER = re.compile(r"(?<![\w.\-])\d{1,7}(?![\w\-]|\.\d)")
_MOST = re.compile(
    r"context|too (large|long|many|high|big)|maximum|max allowed|at most|exceed|greater than"
    r"|less than|<|above|up to|between|within|range",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"(at least|minimum( value)?( is| of)?|greater than or equal to|>=|no less than)"
    r"\D{0,20}(\d{1,6})",
    re.IGNORECASE,
)


def learn(
    adapted: Adapted,
    settings: Mapping[str, Any],
    complaint: Complaint,
    *,
    messages: Sequence[Any] = (),
    own_limit: bool = False,
) -> str | None:
    """Learn from an error which request fields the endpoint does not accept.

    Parameters
    ----------
    adapted : Adapted
        Changed in place.
    settings : mapping
        The settings that were sent.
    complaint : Complaint
        What the endpoint said.
    messages : sequence
        What was shown.
    own_limit : bool
        Whether the user chose the output limit, which is then the user's to change.

    Returns
    -------
    str or None
        What will be done differently, or ``None`` where nothing was learnt.

    Examples
    --------
    >>> adapted = Adapted()
    >>> learn(adapted, {"seed": 1}, Complaint(text="unknown parameter: seed"))
    'seed is refused here and no longer sent'
    """
    words = _Words(complaint)
    learnt = [
        *_about_system(adapted, messages, words),
        *_about_schema(adapted, settings, words),
        *_about_logprobs(adapted, settings, words),
        *(() if own_limit else _about_limit(adapted, settings, words)),
    ]
    if not learnt:
        learnt = list(_about_settings(adapted, settings, words, own_limit=own_limit))
    return "; ".join(learnt) or None


def guess(adapted: Adapted, settings: Mapping[str, Any], complaint: Complaint) -> str | None:
    """Omit fields that an endpoint may not accept when its error names none.

    Parameters
    ----------
    adapted : Adapted
        Changed in place.
    settings : mapping
        The settings that were sent.
    complaint : Complaint

    Returns
    -------
    str or None
        What will be done differently; ``None`` where the refusal says more than "bad request", or
        where nothing is left that can be left out.

    Examples
    --------
    >>> guess(Adapted(), {"seed": 1}, Complaint(text="bad request"))
    'the refusal names no field: asked again without seed'
    """
    if complaint.names or not _SAYS_NOTHING.fullmatch(complaint.text):
        return None
    for name in (*_OURS, "max_completion_tokens", "max_tokens"):
        if name in settings:  # what was sent together with others is left out once for all
            adapted.dropped.add(name)
            return f"the refusal names no field: asked again without {name}"
    return None


class _Words:
    """The words of an error, prepared for searching."""

    def __init__(self, complaint: Complaint) -> None:
        cut = _TAKEN.search(complaint.text)
        self.text = complaint.text[: cut.start()] if cut else complaint.text
        fields = " ".join(complaint.names)
        self._names = f"{fields} {re.sub(r'[^a-z0-9_]+', ' ', fields)}"
        codes = " ".join(complaint.codes)
        self.refuses = bool(_UNSUPPORTED.search(self.text) or _CODES.search(codes))

    def names(self, setting: str) -> bool:
        """Whether a setting is named."""
        spellings = "|".join(_SPELLINGS.get(setting, (re.escape(setting),)))
        pattern = re.compile(rf"(?<![a-z0-9_])(?:{spellings})(?![a-z0-9_])")
        return bool(pattern.search(self.text) or pattern.search(self._names))

    def names_role(self) -> bool:
        """Whether the role of a message is named as the field that is wrong."""
        return bool(re.search(r"\brole\b", self._names))

    def numbers(self) -> list[int]:
        """Every whole number."""
        return [int(number) for number in _NUMBER.findall(self.text)]


def _about_system(adapted: Adapted, messages: Sequence[Any], words: _Words) -> Iterable[str]:
    roles = {each.get("role") for each in messages if isinstance(each, Mapping)}
    if "system" not in roles:
        return
    named = words.names_role() and ("system" in words.text or words.refuses)
    if _SYSTEM.search(words.text) or named:
        adapted.folded = True
        yield "there is no system role here: its text is put in front of the question"


def _about_schema(adapted: Adapted, settings: Mapping[str, Any], words: _Words) -> Iterable[str]:
    for name in ("response_format", "text"):
        if name in settings and words.names(name):
            adapted.no_schema = True
            yield "structured output is refused here: JSON is asked for in words"


def _about_logprobs(adapted: Adapted, settings: Mapping[str, Any], words: _Words) -> Iterable[str]:
    asked = settings.get("top_logprobs", settings.get("logprobs"))
    about = words.names("top_logprobs") or words.names("logprobs")
    if not about or "echo" in settings or ("logprobs" not in settings and asked is None):
        return
    n = asked if isinstance(asked, int) and not isinstance(asked, bool) else 0
    fewer = [number for number in words.numbers() if 0 < number < n]
    if fewer or (n > 1 and not words.refuses):
        adapted.top_logprobs = min(adapted.top_logprobs, max(fewer, default=5 if n > 5 else 1))
        yield f"at most {adapted.top_logprobs} alternatives of a token are given here"
    elif "integer" in words.text and settings.get("logprobs") is True:
        adapted.logprobs_count = True
        yield "logprobs is a number of alternatives here"
    else:
        whole = words.names("logprobs") or "top_logprobs" not in settings
        names = {"logprobs", "top_logprobs"} if whole else {"top_logprobs"}
        adapted.dropped |= names & set(settings)
        yield f"{' and '.join(sorted(names & set(settings)))} is refused here and no longer sent"


def _about_limit(adapted: Adapted, settings: Mapping[str, Any], words: _Words) -> Iterable[str]:
    name = next((each for each in _LIMITS if each in settings), None)
    if name is None or not isinstance(settings[name], int):
        return
    limit: int = settings[name]
    named = any(words.names(each) for each in _LIMITS)
    least = _LEAST.search(words.text) if named else None
    if least and int(least[4]) > limit and adapted.least_tokens is None:
        adapted.least_tokens = int(least[4])
        yield f"at least {least[4]} output tokens must be asked for here"
    elif "context" in words.text and "token" in words.text and limit >= 128:
        adapted.most_tokens = limit // 2
        yield f"at most {limit // 2} output tokens are asked for here"
    elif named and _MOST.search(words.text):
        lower = [number for number in words.numbers() if 16 <= number < limit]
        if lower:
            adapted.most_tokens = max(lower)
            yield f"at most {max(lower)} output tokens can be asked for here"


def _about_settings(
    adapted: Adapted, settings: Mapping[str, Any], words: _Words, *, own_limit: bool
) -> Iterable[str]:
    for name in settings:
        limit = not own_limit and name in _LIMITS
        if name not in _SPELLINGS or not words.names(name):
            continue
        if not (words.refuses or name in _OURS or limit):
            continue
        if own_limit and name in _LIMITS and _MOST.search(words.text):
            continue  # a number that is out of range, and the user's own
        adapted.dropped.add(name)
        if name == "max_tokens":
            adapted.completion_tokens = True
            yield "max_tokens is refused here: max_completion_tokens is sent instead"
        elif name == "max_completion_tokens":
            yield "max_completion_tokens is refused here: max_tokens is sent instead"
        else:
            yield f"{name} is refused here and no longer sent"
