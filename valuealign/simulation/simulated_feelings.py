"""Simulated answers to scenes whose levels are known, and raters with a known error and bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml

from valuealign.instrument.item import Item

FEELER = "feeler"
ERROR_SD = 0.6
"""Standard deviation of a rater's error, in levels, before rounding."""
BIAS = MappingProxyType({"rater": 0.0, "lenient": 0.7})
"""Rater -> what it adds to every level."""
_Draw = np.random.Generator


def feeling_reply(item: Item, draw: _Draw) -> str:
    """An answer to a scene: a sentence of a drawn level for each person, and some padding."""
    said = _said()
    other = str(item.attributes.get("other", "the other person")).removeprefix("your ")
    other = f"My {other}" if str(item.attributes.get("other", "")).startswith("your ") else other
    sentences = [
        _one(said["own"][int(draw.integers(5))], draw),
        *[_one(said["padding"], draw) for _ in range(int(draw.integers(4)))],
        _one(said["other"][int(draw.integers(5))], draw).replace(
            "{Other}", other[:1].upper() + other[1:]
        ),
    ]
    return " ".join(sentences)


def true_levels(reply: str) -> dict[str, int]:
    """The level of each person in a simulated answer, and whether their feelings differ.

    Examples
    --------
    >>> true_levels("I would be sad and relieved. My friend would be angry and ashamed.")
    {'own': 4, 'other': 4, 'distinct': 1}
    """
    said = _said()
    levels = {
        person: next(
            (
                level
                for level, sentences in said[person].items()
                for each in sentences
                if each.removeprefix("{Other}") in reply
            ),
            0,
        )
        for person in ("own", "other")
    }
    shared = sum(reply.count(each) for each in said["same"])
    several = min(levels.values()) >= 3
    return {**levels, "distinct": int(several and shared < 2)}


def level_shares(
    name: str, body: Mapping[str, Any], item_id: str, codes: Sequence[float | None], draw: _Draw
) -> list[float]:
    """The shares of a rater's options: the true level with the rater's bias and error, rounded.

    Parameters
    ----------
    name : str
        One of :data:`BIAS`.
    body : mapping
        The request, in which the answer is quoted.
    item_id : str
        The item of the rubric.
    codes : sequence of float
        Of the options, in the order shown.
    draw : Generator
    """
    answer = true_levels(_quoted(body))
    truth = answer.get(_said()["items"].get(item_id, ""), 0)
    known = [code for code in codes if code is not None]
    if max(known) <= 1:
        value = float(truth if draw.random() < 0.9 else 1 - truth)
    else:
        value = truth + BIAS[name] + draw.normal(0.0, ERROR_SD)
    nearest = min(known, key=lambda code: abs(code - value))
    return [1.0 if code == nearest else 0.0 for code in codes]


def _quoted(body: Mapping[str, Any]) -> str:
    messages = body.get("messages") or body.get("input") or []
    text = "\n".join(str(m.get("content")) for m in messages if isinstance(m, Mapping))
    return " ".join(line[2:] for line in text.splitlines() if line.startswith("> "))


def _one(sentences: Sequence[str], draw: _Draw) -> str:
    return str(sentences[int(draw.integers(len(sentences)))])


@cache
def _said() -> dict[str, Any]:
    path = files("valuealign.simulation") / "feelings.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
