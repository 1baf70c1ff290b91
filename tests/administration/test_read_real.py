"""Real replies in other dress say the same; denied, doubled or cut they say nothing.

The replies are public and read in place; none is copied here.
"""

from __future__ import annotations

import json
import re

import pytest

from valuealign.administration.read import read
from valuealign.instrument.presented import Option, Presented

WORDS = (
    "not like me at all",
    "not like me",
    "a little like me",
    "somewhat like me",
    "like me",
    "very much like me",
)
LABEL = re.compile("|".join(sorted(WORDS, key=len, reverse=True)), re.IGNORECASE)
SIX = Presented(
    "labelled",
    tuple(Option(str(k), words, float(k)) for k, words in enumerate(WORDS, start=1)),
)
SCALE = "\n".join(f"{option.token} = {option.label}" for option in SIX.options)


@pytest.fixture(scope="module")
def replies(shared):
    """Every reply with its code."""
    lines = shared("llm/valueportrait/replies.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["reply"], row["expected"]) for row in rows]


def _token(reply):
    return str(WORDS.index(LABEL.match(reply)[0].lower()) + 1)


SAME = {
    "small letters": str.lower,
    "capitals": str.upper,
    "bold": lambda reply: LABEL.sub(r"**\g<0>**", reply, count=1),
    "spaces": lambda reply: "  \n" + reply.replace(" ", "  ") + "\n\n",
    "quotation": lambda reply: f"> {reply}",
    "thinking": lambda reply: f"<think>Is it like me? 3. Not like me.</think>\n\n{reply}",
    "preamble": lambda reply: f"Let me think about this.\n\n{reply}",
    "announced": lambda reply: f"**Rating:** {reply}",
    "said": lambda reply: f"I would say: {reply}",
    "restated scale": lambda reply: f"{SCALE}\n\n{reply}",
    "numbered": lambda reply: f"{_token(reply)} - {reply}",
    "said again": lambda reply: f"{reply}\n\nFinal answer: {LABEL.match(reply)[0]}",
    "reasons first": lambda reply: f"I plan ahead and so do they.\n\nFinal answer: {reply}",
}


@pytest.mark.parametrize("dress", SAME)
def test_another_dress_does_not_change_what_a_reply_says(replies, dress):
    for reply, code in replies:
        assert read(SAME[dress](reply), SIX).value == code, reply


def _other(reply):
    return WORDS[int(_token(reply)) % 6]


TAKEN_AWAY = {
    "denied": lambda reply: f"I would not say {reply}",
    "another before": lambda reply: f"{_other(reply)} or {reply}",
    "another first": lambda reply: f"{_other(reply)}. {reply}",
    "another last": lambda reply: f"{reply}\n\nFinal answer: {_other(reply)}",
    "taken back": lambda reply: f"{reply}\n\nActually, {_other(reply)}.",
    "asked": lambda reply: f"{LABEL.match(reply)[0]}?",
    "another number": lambda reply: f"{int(_token(reply)) % 6 + 1} - {reply}",
    "cut": lambda reply: f"<think>{reply}",
    "only the reasons": lambda reply: LABEL.sub("", reply, count=1),
}


@pytest.mark.parametrize("change", TAKEN_AWAY)
def test_what_denies_or_doubles_a_reply_leaves_it_without_a_value(replies, change):
    for reply, _ in replies:
        assert read(TAKEN_AWAY[change](reply), SIX).value is None, reply


def test_in_the_other_direction_words_keep_their_code_and_tokens_turn_round(replies):
    turned = [Option(str(k), o.label, o.code) for k, o in enumerate(reversed(SIX.options), start=1)]
    offered = Presented("labelled", tuple(turned), "reversed")
    for reply, code in replies:
        assert read(reply, offered).value == code
        assert read(str(7 - code), offered).value == code
