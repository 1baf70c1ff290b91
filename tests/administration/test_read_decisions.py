"""The reader's own decisions, each with the reply on either side of it."""

from __future__ import annotations

import pytest
from tricky_kinds import SCALES

from valuealign.administration.read import read
from valuealign.administration.read.refusal import declines, is_refusal


def value(reply, scale="agree"):
    found = read(reply, SCALES[scale])
    return found.value if found.outcome == "answer" else found.outcome


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("I cannot answer that.", True),
        ("I cannot stand lies.", False),
        ("", False),
    ],
)
def test_a_refusal_is_about_answering(reply, said):
    assert is_refusal(reply) is said
    assert declines(reply) is said


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("4", 4.0),
        ("4 and 4", "unreadable"),
        ("4 and 5", "unreadable"),
        ("4. Agree a little", 4.0),
        ("4. Agree strongly", "unreadable"),
        ("6", "unreadable"),
        ("4/5", 4.0),
        ("4/6", "unreadable"),
    ],
)
def test_number_words_and_scale_agree_or_nothing_is_read(reply, expected):
    assert value(reply) == expected
