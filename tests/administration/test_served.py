"""Who answers: another model stops a run, another fingerprint is reported once."""

from __future__ import annotations

import pytest

from valuealign.administration.endpoint.model_change import Served
from valuealign.administration.reply.reply import Reply
from valuealign.errors import ServedModelChanged
from valuealign.respondent import Respondent

WHO = Respondent("m", "http://h/v1")


def seen(on_change, *replies):
    """What is said of replies of these models and fingerprints."""
    said = []
    served = Served(on_change, said.append)
    for model, fingerprint in replies:
        served.check(WHO, Reply("ok", model_returned=model, system_fingerprint=fingerprint))
    return said


INTERLEAVED = [("m-1", "a"), ("m-1", "b"), ("m-1", "a"), ("m-1", "c"), ("m-1", "b")]


@pytest.mark.parametrize("on_change", ["stop", "continue"])
def test_interleaved_fingerprints_are_reported_once(on_change):
    (text,) = seen(on_change, *INTERLEAVED)
    assert "fingerprint of m was 'a' and is now 'b'" in text


def test_another_fingerprint_stops_a_run_that_is_strict():
    with pytest.raises(ServedModelChanged, match="without --on-change strict"):
        seen("strict", *INTERLEAVED[:2])
    assert seen("strict", ("m-1", "a"), ("m-1", "a")) == []


@pytest.mark.parametrize("on_change", ["stop", "strict"])
def test_another_model_stops_a_run(on_change):
    with pytest.raises(ServedModelChanged, match="'m-1' and now by 'm-2'"):
        seen(on_change, ("m-1", "a"), ("m-2", "a"))
    assert len(seen("continue", ("m-1", "a"), ("m-2", "a"), ("m-1", "a"), ("m-2", "a"))) == 2


def test_a_reply_that_names_nobody_is_no_change_and_hides_none():
    assert seen("strict", ("m-1", "a"), (None, None), ("m-1", "a"), (None, "a")) == []
    with pytest.raises(ServedModelChanged):
        seen("stop", ("m-1", None), (None, None), ("m-2", None))
