"""One option, plainly stated: alone, in an answering sentence, or with an explanation beside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.options import Options, option_of, options
from valuealign.administration.read.sentences import (
    ANSWERING,
    DOUBT,
    OPENERS,
    PERSON,
    REASON,
    SCALE,
    TURNS,
)
from valuealign.instrument.presented import Option, Presented

_MOST_SEGMENTS = 4000

_SENTENCE = re.compile(r"[^.!?;]*(?:[.](?=\S)[^.!?;]*)*[.!?;]?", re.DOTALL)
_CLAUSE = re.compile(
    r",\s+(?=(?:but|so|and|yet|therefore|thus|aber|also|dann|my\s+(?:final\s+)?answer\s+is)\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"^(?:but|so|and|yet|aber|dann)\s+", re.IGNORECASE)
_KEYS = (
    "answer",
    "response",
    "choice",
    "rating",
    "option",
    "value",
    "score",
    "selection",
    "antwort",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """An option stated in one segment of a reply.

    Parameters
    ----------
    option : Option or str
        Or why the statement names none.
    marked : bool
        Whether words say that this is the answer ("I would say").
    """

    option: Option | str
    marked: bool
    how: str


def option_reading(text: str, presented: Presented) -> Reading:
    """What a text says where one of some options is the answer.

    Parameters
    ----------
    text : str
        As :func:`valuealign.administration.read.text.spoken` gives it.
    presented : Presented

    Returns
    -------
    Answer or Unreadable
    """
    named = options(presented)
    if found := _from_json(text, named):
        return found
    segments = _segments(_without_list(text, named))
    stated = [_stated(segment, named) for segment in segments]
    places = [k for k, each in enumerate(stated) if each is not None]
    # An option on its own counts where it opens the reply or is its last line, nowhere else.
    counted = [
        k
        for k in places
        if stated[k].marked or k == 0 or _closes(k, segments, text)  # type: ignore[union-attr]
    ]
    if not counted:
        return Unreadable("no option stated plainly")
    if _qualified(segments, counted, named):
        return Unreadable("an option with more words of another")
    # What does not count as an answer may still contradict one.
    chosen = [stated[k] for k in (*counted, *(k for k in places if k not in counted))]
    return _agreed([each for each in chosen if each is not None], segments, counted, named)


def _closes(k: int, segments: list[str], text: str) -> bool:
    """Whether a segment is the last line of a text, after a line that was finished."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if k != len(segments) - 1 or lines[-1] != segments[k]:
        # "I like it, so 4": a closing clause that says it follows; "Sure! 4".
        follows = bool(re.match(r"(?:so|dann)\b", segments[k], re.IGNORECASE))
        greeted = len(lines) == 1 and k == 1 and len(segments[0].split()) <= 2
        return k == len(segments) - 1 and (follows or greeted)
    return len(lines) < 2 or lines[-2][-1] in ".!?:)\"'"


def _qualified(segments: list[str], counted: list[int], named: Options) -> bool:
    """Whether the segment after an option holds only words of the labels ("Agree. Strongly.")."""
    known = {word for label in named.by_words for word in label.split()}
    following = [segments[k + 1] for k in counted if k + 1 < len(segments)]
    for segment in following:
        words = re.findall(r"\w+", segment.casefold())
        if words and set(words) <= known and _plain(segment.strip(" .!")) not in named.by_words:
            return True
    return False


def _agreed(
    chosen: list[Stated], segments: list[str], places: list[int], named: Options
) -> Reading:
    for each in chosen:
        if isinstance(each.option, str):
            return Unreadable(each.option)
    found = {each.option for each in chosen}
    if len(found) > 1:
        return Unreadable("two options stated")
    (option,) = found
    if not isinstance(option, Option):
        return Unreadable("names no option")
    if _turned_round(segments, places, option, named):
        return Unreadable("taken back")
    if option.code is None:
        return Answer("undefined option")
    return Answer(chosen[0].how, option.code)


def _turned_round(segments: list[str], places: list[int], option: Option, named: Options) -> bool:
    """Whether words of correction stand in a segment that names another option."""
    after = segments[min(places) + 1 :]
    return any(TURNS.search(s) and _others(s, option, named) for s in after[:200])


def _others(segment: str, option: Option, named: Options) -> bool:
    """Whether a segment names an option that is not this one."""
    words = {named.by_words[_plain(m[0])] for m in named.any_words.finditer(segment)}
    tokens = {named.by_token[_plain(m[0])] for m in named.any_token.finditer(segment)
              if _plain(m[0]) in named.by_token}  # fmt: skip
    return bool((words | tokens) - {option})


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\.0+$", "", text.casefold()).split())


def _segments(text: str) -> list[str]:
    """Lines, and in them sentences and clauses, that can each be a statement of its own."""
    found: list[str] = []
    for line in text.split("\n"):
        if _ALONE.fullmatch(line.strip()):
            found.append(line.strip())
            continue
        for sentence in _sentences(line):
            found += [clause.strip() for clause in _CLAUSE.split(sentence) if clause.strip()]
        if len(found) > _MOST_SEGMENTS:
            return [*found[: _MOST_SEGMENTS // 2], *_tail(text)]
    return found


def _sentences(line: str) -> list[str]:
    """Sentences; the number that opens a line ("1. I think") is no sentence of its own."""
    parts = [part for part in _SENTENCE.findall(line) if part.strip()]
    if len(parts) > 1 and _ALONE.fullmatch(parts[0].strip()):
        return ["".join(parts[:2]), *parts[2:]]
    return parts


_ALONE = re.compile(r"[(\[]?\w{1,3}[)\].:]{0,2}")


def _tail(text: str) -> list[str]:
    """The end of a very long text, where an answer may stand after much thinking aloud."""
    return [line.strip() for line in text[-4000:].split("\n") if line.strip()]


def _stated(segment: str, named: Options) -> Stated | None:
    """The option a segment states, if stating one is all it does."""
    if len(segment) > 2000 or segment.endswith("?"):
        return None
    joined = _JOINT.match(segment)
    rest = segment[joined.end() :] if joined else segment
    for marked, pattern in _patterns(named.presented):
        found = pattern.fullmatch(rest)
        if found is None:
            continue
        bare = not marked and not found["lead"]
        if bare and joined and joined[0].strip().casefold() not in ("so", "dann"):
            return None
        option = option_of(found, named)
        tail = found["reason"] or ""
        if _another_scale(found, named) or _pronoun(found, named, marked or bool(found["lead"])):
            return Stated("another scale" if found["top"] else "no option", marked, "")
        if isinstance(option, Option):
            if bare and tail and not _is_reason(tail) and not _alone_then(tail, found):
                return None
            first = tail.split(",")[1] if tail.startswith(",") and "," in tail[1:] else tail
            if _only_label_words(tail, named):
                option = "an option with more words of another"
            elif DOUBT.match(first.strip(" ,:-(")) or _others(tail[:400], option, named):
                option = "more than one option"
        return Stated(option, marked, "words" if found["words"] else "token")
    return None


def _alone_then(tail: str, found: re.Match[str]) -> bool:
    """After words, a colon may open the explanation; after a number nothing may."""
    return bool(found["words"] or found["also"]) and tail.lstrip()[:1] in ":-("


def _only_label_words(tail: str, named: Options) -> bool:
    known = {word for label in named.by_words for word in label.split()}
    words = re.findall(r"\w+", tail.casefold())
    return bool(words) and set(words) <= known


def _another_scale(found: re.Match[str], named: Options) -> bool:
    """Whether "on a scale from 1 to 10" is about another scale than this one."""
    numbers = [int(o.token) for o in named.presented.options if o.token.isdecimal()]
    return bool(found["top"]) and int(found["top"]) != max(numbers, default=-1)


def _pronoun(found: re.Match[str], named: Options, led: bool) -> bool:
    """Whether a token in a sentence is an ordinary word: "I choose one", "it is a"."""
    token = found["token"] or ""
    letter = len(token) == 1 and token.isalpha() and token.islower()
    shown = {option.token for option in named.presented.options}
    return led and (token.casefold() == "one" or (letter and token not in shown))


def _is_reason(tail: str) -> bool:
    return bool(re.match(r"\s*[,:]?\s*(?:because|since|as|given|weil|da|denn|-|\()", tail, re.I))


@lru_cache(maxsize=512)
def _patterns(presented: Presented) -> tuple[tuple[bool, re.Pattern[str]], ...]:
    """The sentences that state an option: a bare one, an answering one, one about the person."""
    named = options(presented).named
    tail = rf"(?P<reason>{REASON})\s*[.!;,:]*\s*"
    space = re.compile(r"(?<!\\)\s+")
    answering, openers, scale, person, reason = (
        space.sub("", part).replace(r"\ ?", r"\s*").replace(r"\ ", r"\s+")
        for part in (ANSWERING, OPENERS, SCALE, PERSON, tail)
    )
    words_only = re.sub(
        r"\(\?P<token>.*?\|\[\(", "(?P<token>(?!))(?P<of>(?!))(?P<also>(?!))|[(", named
    )
    first, second = scale.replace("<TOP>", "<top>"), scale.replace("(?P<TOP>", "(?:")
    none = "(?P<top>(?!x)x)?"
    sentences = (
        (False, rf"{first}(?P<lead>{openers}){named}{reason}"),
        (True, rf"{openers}{first}(?P<lead>{answering})\s*{second}{named}{reason}"),
        (True, rf"{none}{openers}(?P<lead>{person})\s*{words_only}{reason}"),
    )
    return tuple((marked, re.compile(text, re.IGNORECASE)) for marked, text in sentences)


def _without_list(text: str, named: Options) -> str:
    """The text without a restated scale: lines or parts that pair every token with its words."""
    listed = 0
    kept: list[str] = []
    for line in text.split("\n"):
        pairs = [(m["t"], m["w"]) for m in _pairs(named.presented).finditer(line)]
        if pairs and len("".join(t + w for t, w in pairs)) > 0.6 * len(line) - 12:
            listed += len(pairs)
            continue
        kept.append(line)
    return "\n".join(kept) if listed >= min(2, len(named.presented.options)) and kept else text


@lru_cache(maxsize=512)
def _pairs(presented: Presented) -> re.Pattern[str]:
    """A token with its own words, as a scale is listed."""
    parts = [
        rf"{re.escape(o.token)}\s*[=:.)-]\s*{re.escape(o.label)}"
        for o in presented.options
        if o.label and o.token != o.label
    ]
    each = "|".join(sorted(parts, key=len, reverse=True)) or r"(?!)"
    return re.compile(
        rf"(?<!\w)(?=(?:{each}))(?P<t>\w+)(?P<w>\s*[=:.)-]\s*[^,;\n]+)", re.IGNORECASE
    )


def _from_json(text: str, named: Options) -> Reading | None:
    """An answer in a JSON object or string; ``None`` where the text is no JSON."""
    if text[:1] not in '{"[':
        return None
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except _TwiceError:
        return Unreadable("a JSON field stands twice")
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        answer = _answer_in(value)
        if _contradicted(value, answer, named):
            return Unreadable("two options in JSON")
        value = answer
    elif isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _json_value(value, named)


class _TwiceError(ValueError):
    """A JSON object names a field twice; which one counts is not for us to say."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _contradicted(value: dict[str, Any], answer: Any, named: Options) -> bool:
    """Whether another field names another option in full ("label": ...)."""
    mine = _json_value(answer, named)
    others = [v for v in value.values() if isinstance(v, str) and v is not answer]
    read = [_json_value(other, named) for other in others]
    return any(isinstance(r, Answer) and r.value != mine.value for r in read)


def _answer_in(value: dict[str, Any]) -> Any:
    known = {str(key).casefold(): v for key, v in value.items()}
    named = [known[key] for key in _KEYS if key in known]
    if len(named) == 1:
        return named[0]
    return next(iter(value.values())) if len(value) == 1 and not named else None


def _json_value(value: Any, named: Options) -> Reading:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return Unreadable("JSON without one option")
    text = str(value).strip()
    found = re.fullmatch(rf"\s*(?:{named.named})\s*[.!]?", text, re.IGNORECASE)
    if found is None:
        return Unreadable("JSON names no option")
    option = option_of(found, named)
    if isinstance(option, str):
        return Unreadable(option)
    return Answer("json", option.code) if option.code is not None else Answer("undefined option")
