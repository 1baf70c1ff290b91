"""Reading takes time in proportion to the text: twice the text, about twice the time."""

from __future__ import annotations

import time

import pytest
import tricky_kinds as tricky

from valuealign.administration.read import read

SHORT, LONG = 29_000, 58_000
LINEAR, QUADRATIC = 2, 4
UNTIMED = 0.1
"""Seconds below which a clock tells no growth; a quadratic reader is far above at this length."""
PIECES = [
    "4. ",
    "so ",
    "I would say that ",
    '"',
    " 'a ",
    '"a" ',
    "like me ",
    "1 or ",
    "because ",
    "4 or maybe 5? ",
    "I agree with the statement ",
    "I would rate the statement that ",
    "My opinion on the statement about the statement ",
    "I cannot provide a ",
    "1. a\n",
    "4 - ",
    "I do not have the ability to ",
    "My answer is:\n",
    "the two ",
    "I very ",
    "while i, ",
    "I would rate the extent of my agreement with the extent of my agreement with ",
    "a, ",
    "4: ",
    "for the statement, ",
    "*a* I ",
    "In terms of ",
    "not like me at ",
    "agree or disagree or ",
    "\n\n4\n\n",
]


def _seconds(text, scale):
    """The least of a few timings, since a machine that is busy only adds."""
    found = []
    for _ in range(2):
        start = time.process_time()
        read(text, scale)
        found.append(time.process_time() - start)
    return min(found)


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_text_takes_about_twice_the_time(piece):
    text = piece * (LONG // len(piece))
    long = _seconds(text, tricky.SCALES["plain"])
    if long > UNTIMED:
        growth = long / _seconds(text[:SHORT], tricky.SCALES["plain"])
        assert growth < (LINEAR + QUADRATIC) / 2, growth
    assert long < 5
