"""Further request fields: sent, part of the respondent, and never a key."""

from __future__ import annotations

import json

import pytest

from valuealign.administration.endpoint.extra import checked_extra, read_extra
from valuealign.errors import PlanError
from valuealign.respondent import Persona, Respondent
from valuealign.sampling_settings import Sampling

URL = "https://api.openai.com/v1"


def test_a_respondent_without_extra_keeps_the_id_of_older_stores():
    # Made before respondents had further fields; a store of that time resumes without a request.
    assert Respondent("gpt-4o", URL).id == "b4adfe6b094c737a"
    assert Respondent("gpt-4o", URL, Persona("p", "You."), Sampling(temperature=0.5)).id == (
        "e5c7ede4e6cfa162"
    )
    assert Respondent("gpt-4o", URL, extra={}).content() == Respondent("gpt-4o", URL).content()


def test_other_fields_are_another_respondent_and_their_order_is_not():
    a = Respondent("m", URL, extra={"a": 1, "b": {"c": False}})
    assert a.id == Respondent("m", URL, extra={"b": {"c": False}, "a": 1}).id
    assert len({a.id, Respondent("m", URL).id, Respondent("m", URL, extra={"a": 1}).id}) == 3


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ([], {}),
        (["enable_thinking=false"], {"enable_thinking": False}),
        (
            ["a=1", "b=1.5", "c=null", 'd="x y"', "e=[1]"],
            {"a": 1, "b": 1.5, "c": None, "d": "x y", "e": [1]},
        ),
        (["service_tier=flex"], {"service_tier": "flex"}),
        (['provider={"order": ["a=b"]}'], {"provider": {"order": ["a=b"]}}),
        (['{"a": 1, "b": 2}', "c=3"], {"a": 1, "b": 2, "c": 3}),
    ],
)
def test_fields_are_read_as_json_or_as_a_word(given, fields):
    assert read_extra(given) == fields


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["enable_thinking"], "not NAME=VALUE"),
        (["=1"], "not NAME=VALUE"),
        (["a=False"], "write a=false"),
        (["a={x"], "not JSON"),
        (["a=1 2"], "not JSON"),
        (["a=NaN"], "not a finite number"),
        (["a=1e999"], "not a finite number"),
        (["a=1", "a=2"], "twice"),
        (
            [
                '{"a": 1',
            ],
            "not JSON",
        ),
    ],
)
def test_what_is_neither_is_refused_with_an_example(given, says):
    with pytest.raises(PlanError, match=says):
        read_extra(given)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"temperature": 0}, "--temperature"),
        ({"max_tokens": 1}, "--max-tokens"),
        ({"messages": []}, "--persona"),
        ({"stream": True}, "read whole"),
        ({"n": 2}, "one reply"),
        ({"api_key": "x"}, "set OPENAI_API_KEY"),
        ({"nested": {"k": "sk-0123456789"}}, "hold a key"),
        ({"a": float("nan")}, "not plain JSON"),
        ({"a": object()}, "not plain JSON"),
        ({"a": "x" * 20_001}, "20,0"),
        ({"": 1}, "expected a name"),
        ({1: 1}, "expected a name"),
    ],
)
def test_fields_that_cannot_be_kept_are_refused(extra, says):
    with pytest.raises(PlanError, match=says):
        checked_extra(extra, ["sk-0123456789"])


def test_fields_are_sent_with_every_request_and_kept(moods, tmp_path, monkeypatch):
    import sqlite3

    from valuealign.administration.run.progress import Quiet
    from valuealign.simulation import serve
    from valuealign.supply.administer import administer

    store = tmp_path / "s.db"
    with serve("yes", moods) as endpoint:
        for extra in ({"enable_thinking": False}, None, {"enable_thinking": False}):
            administer(
                moods, "m", base_url=endpoint.base_url, store=store, extra=extra, display=Quiet()
            )
    rows = sqlite3.connect(store).execute(
        "SELECT kind, text FROM contents WHERE kind IN ('settings', 'respondent')"
    )
    texts = [(kind, json.loads(text)) for kind, text in rows]
    kept = [text.get("extra") for kind, text in texts if kind == "respondent"]
    sent = [text.get("enable_thinking") for kind, text in texts if kind == "settings"]
    assert sorted(kept, key=str) == [None, {"enable_thinking": False}]
    assert sorted(sent, key=str) == [False, None]
    ((n,),) = sqlite3.connect(store).execute("SELECT count(*) FROM attempts")
    assert n == 12  # the third run asked nothing
