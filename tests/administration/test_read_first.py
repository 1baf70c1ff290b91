"""A second list of hard replies, by another hand than the reader's: held against it unseen."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from valuealign.administration.read import read
from valuealign.instrument.response_scale import Labelled

_SPEC = importlib.util.spec_from_file_location(
    "first_replies", Path(__file__).parent / "first_replies.py"
)
first = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(first)
PVQ = Labelled(
    points=[{"code": k, "label": {"en": words}} for k, words in enumerate(first.LABELS, start=1)]
)


@pytest.mark.parametrize(("reply", "code"), first.PLAIN)
def test_what_is_plainly_stated_is_read(reply, code):
    found = read(reply, PVQ)
    assert (found.outcome, found.value) == ("answer", code), found.how


@pytest.mark.parametrize("reply", first.NOT_PLAIN)
def test_what_is_not_plainly_stated_is_never_given_a_value(reply):
    assert read(reply, PVQ).value is None


@pytest.mark.parametrize("reply", first.DECLINED)
def test_declining_is_a_refusal(reply):
    assert read(reply, PVQ).outcome == "refusal"
