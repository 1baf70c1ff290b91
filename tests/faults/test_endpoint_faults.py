"""The fault table: what the user sees, what the store holds, and that a rerun finishes."""

from __future__ import annotations

import json
from functools import partial

import pytest
from faulty_server import completion

from valuealign.administration.run.retry import Patience
from valuealign.errors import BudgetExceeded, CircuitOpen, ServedModelChanged
from valuealign.sampling_settings import Sampling

ERROR = {"error": {"message": "try later", "type": "server_error"}}
LIMIT = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (("status", (429, LIMIT)), "http"),
        (("status", (429, LIMIT, {"retry-after": "0.05"})), "http"),
        (("status", (500, ERROR)), "http"),
        (("status", 503), "http"),
        ("reset", "connection"),
        (("hang", 3.0), "timeout"),
        (("raw", b'{"choices": [{"message": {"cont'), "malformed"),
        (("body", {"choices": []}), "malformed"),
        (("body", {"foo": 1}), "malformed"),
        ("html", "malformed"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_passing_fault_is_kept_as_an_attempt_and_asked_again(served, administer, fault, status):
    server = served(["ok", fault])
    given = administer(server, timeout=1.0)
    assert given.outcome.complete
    assert given.attempts == ["ok", status, *["ok"] * 5]
    assert given.outcomes == ["answer"] * 6
    assert given.rows("SELECT count(*) FROM attempts WHERE number = 2 AND final") == [(1,)]


@pytest.mark.parametrize(
    ("fault", "status"),
    [(("status", (429, LIMIT)), "http"), ("reset", "connection"), (("hang", 3.0), "timeout")],
    ids=["429", "reset", "hang"],
)
def test_a_fault_of_the_very_first_request_is_no_other(served, administer, fault, status):
    # Only the first request to an address goes through the whole client.
    server = served([fault])
    given = administer(server, timeout=1.0)
    assert given.outcome.complete
    assert given.attempts == [status, *["ok"] * 6]
    assert len({headers["User-Agent"] for headers in server.headers}) == 1


@pytest.mark.parametrize(
    ("fault", "outcome", "how"),
    [
        (("body", completion(None)), "unreadable", "no text"),
        (
            ("body", completion(None, message={"tool_calls": [{"id": "x"}]})),
            "unreadable",
            "tool call",
        ),
        (("body", completion(None, message={"refusal": "I can't help."})), "refusal", "endpoint"),
        (("body", completion("", finish_reason="content_filter")), "refusal", "endpoint"),
        (("body", completion("I would say 4 bec", finish_reason="length")), "unreadable", "cut"),
        (("status", (400, {"error": {"code": "content_filter"}})), "refusal", "endpoint"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_reply_that_is_no_answer_is_data_and_is_not_asked_again(
    served, administer, fault, outcome, how
):
    server = served([fault])
    given = administer(server)
    assert given.outcome.complete
    assert given.outcomes.count(outcome) == 1
    assert how in given.rows("SELECT how FROM responses WHERE outcome = ?", outcome)[0][0]
    assert len(server.bodies) == 6
    again = administer(server)
    assert again.outcome.complete
    assert len(server.bodies) == 6


COUNTED = {"completion_tokens_details": {"reasoning_tokens": 24}}
CUT = [
    completion("", message={"reasoning_content": "Let me see"}, finish_reason="length"),
    completion("<think>Let me see", finish_reason="length"),
    completion(None, usage=COUNTED, finish_reason="length"),
]


@pytest.mark.parametrize("cut", CUT, ids=["apart", "tags", "counted"])
def test_a_model_that_is_cut_while_thinking_is_given_room_once_and_for_all(served, administer, cut):
    server = served([("body", cut)])
    given = administer(server)
    assert given.outcome.complete
    assert given.outcomes == ["answer"] * 6
    limits = [body["max_tokens"] for body in server.bodies]
    assert limits[0] < 100
    assert len(limits) == 7
    assert min(limits[1:]) > 8000
    (flags,) = given.rows("SELECT DISTINCT extra FROM attempts WHERE number = 2")
    assert "room_to_reason" in flags[0]


def test_a_limit_of_the_users_own_stays(served, administer):
    server = served(always=("body", CUT[1]))
    given = administer(server, sampling=Sampling(max_tokens=16))
    assert given.outcomes == ["unreadable"] * 6
    assert {body["max_tokens"] for body in server.bodies} == {16}


def test_ten_megabytes_are_cut_at_two_recorded_as_failed_and_asked_by_the_next_run(
    served, administer
):
    server = served([("flood", 10_000_000)])
    given = administer(server)
    assert not given.outcome.complete
    assert given.outcomes.count("failed") == 1
    ((size, final),) = given.rows(
        "SELECT length(body), final FROM attempts WHERE status='oversize'"
    )
    assert (size, final) == (2_000_000, 0)
    again = administer(server)
    assert again.outcome.complete
    assert again.outcomes == ["answer"] * 6
    assert len(server.bodies) == 7


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (("status", (401, {"error": {"message": "bad key"}})), "check OPENAI_API_KEY"),
        (("status", (404, {"error": {"code": "model_not_found"}})), "check --model"),
        (("status", (429, {"error": {"code": "insufficient_quota"}})), "no quota left"),
        (("status", (429, LIMIT, {"retry-after": "9000"})), "wait 150 minutes"),
        (("status", (307, {}, {"location": "https://elsewhere/v1"})), "https://elsewhere/v1"),
    ],
    ids=["bad key", "wrong model", "no quota", "long wait", "redirect"],
)
def test_a_run_that_can_only_fail_stops_at_once_and_says_what_to_do(
    served, administer, fault, says
):
    server = served(always=fault)
    given = administer(server, concurrency=1)
    assert isinstance(given.outcome.error, CircuitOpen)
    assert says in given.outcome.stopped
    assert len(server.bodies) == 1
    server.always = None
    again = administer(server)
    assert again.outcome.complete
    assert again.outcomes == ["answer"] * 6


def test_a_run_in_which_everything_fails_stops_after_a_handful(served, administer):
    server = served(always=("status", (400, {"error": {"message": "images are not allowed"}})))
    given = administer(server)
    assert isinstance(given.outcome.error, CircuitOpen)
    assert "images are not allowed" in given.outcome.stopped
    assert len(server.bodies) == 5


def test_a_fault_that_does_not_pass_gives_the_cell_up_and_the_rest_is_done(served, administer):
    server = served([("status", 500)] * 6)
    given = administer(server)
    assert not given.outcome.complete
    assert sorted(given.outcomes) == ["answer"] * 5 + ["failed"]
    assert given.attempts == ["http"] * 6 + ["ok"] * 5
    again = administer(server)
    assert again.outcome.complete
    assert "5 done, 1 to ask" in again.said
    assert again.outcomes == ["answer"] * 6
    assert again.rows("SELECT max(number) FROM attempts") == [(7,)]


def test_the_key_is_in_no_store_no_log_and_no_error(served, administer, monkeypatch, caplog):
    key = "sk-very-secret-0123456789"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    echoed = {"error": {"message": f"Incorrect API key provided: {key}."}}
    server = served(["ok"], always=("status", (401, echoed)))
    with caplog.at_level("DEBUG"):
        given = administer(server)
    assert server.headers[0]["Authorization"] == f"Bearer {key}"
    assert key not in given.outcome.stopped + given.said + caplog.text
    for path in given.store.parent.iterdir():
        assert key.encode() not in path.read_bytes()


def test_the_budget_is_never_overrun_whatever_is_in_flight(served, administer, tmp_path):
    prices = tmp_path / "prices.yaml"
    prices.write_text("m: {input: 1000, output: 1000}\n", encoding="utf-8")
    server = served(
        always=("body", completion(usage={"prompt_tokens": 150, "completion_tokens": 20}))
    )
    given = administer(server, budget=0.8, prices=prices, concurrency=6)
    assert isinstance(given.outcome.error, BudgetExceeded)
    assert 0 < given.outcome.progress.cost <= 0.8
    assert "raise --budget" in given.outcome.stopped
    ((spent,),) = given.rows("SELECT sum(cost) FROM attempts")
    assert spent == pytest.approx(given.outcome.progress.cost)
    assert administer(server, budget=100.0, prices=prices).outcome.complete


def test_another_model_in_mid_plan_stops_the_run_unless_the_user_chose_to_go_on(served, administer):
    other = ("body", {**completion(), "model": "m-2027"})
    server = served(["ok", "ok", other])
    given = administer(server)
    assert isinstance(given.outcome.error, ServedModelChanged)
    assert "'m-2026' and now by 'm-2027'" in given.outcome.stopped
    # The reply that showed it is kept: it was paid for.
    assert given.outcome.progress.done == 3
    server.script, server.always = [], other
    again = administer(server, on_change="continue")
    assert again.outcome.complete
    models = again.rows("SELECT model_returned, count(*) FROM attempts GROUP BY 1 ORDER BY 1")
    assert models == [("m-2026", 2), ("m-2027", 4)]


def test_another_version_of_the_instrument_stops_the_run_before_anything_is_asked(
    served, administer, moods
):
    server = served()
    administer(server)
    content = moods.content()
    content["items"][0]["stem"]["en"]["he"] = "He wakes up smiling."
    changed = type(moods).model_validate(content)
    with pytest.raises(ServedModelChanged, match="another version of the instrument"):
        administer(server, instrument=changed)
    assert len(server.bodies) == 6
    assert administer(server, instrument=changed, on_change="continue").outcome.complete
    assert len(server.bodies) == 12


def test_a_growing_conversation_is_taken_up_where_it_stopped(served, administer):
    server = served(["ok", "ok", *[("status", 500)] * 6])
    given = administer(server, forms="context=growing")
    assert not given.outcome.complete
    assert given.outcome.progress.done == 2
    again = administer(server, forms="context=growing")
    assert again.outcome.complete
    roles = [[m["role"] for m in body["messages"]] for body in server.bodies]
    assert roles[-1] == ["user", "assistant"] * 5 + ["user"]
    assert roles[8] == ["user", "assistant"] * 2 + ["user"]


def test_a_reply_that_no_encoding_holds_does_not_end_a_conversation(served, administer):
    server = served([("body", completion("4\ud800"))])
    given = administer(server, forms="context=growing")
    assert given.outcome.complete
    assert server.bodies[-1]["messages"][1]["content"] == "4\ufffd"


def test_a_compressed_reply_is_read_and_what_it_unpacks_to_is_bounded(served, administer):
    server = served([("gzip", completion("3")), ("gzip", completion("x" * 10_000_000))])
    given = administer(server)
    assert given.attempts == ["ok", "oversize", *["ok"] * 4]
    assert given.rows("SELECT value FROM responses ORDER BY item LIMIT 1") == [(3.0,)]
    assert given.rows("SELECT max(length(body)) FROM attempts") == [(2_000_000,)]


def test_every_request_is_the_first_with_a_body_of_its_own(served, administer):
    server = served()
    administer(server)
    assert len({json.dumps(body) for body in server.bodies}) == 6
    lengths = [int(headers["Content-Length"]) for headers in server.headers]
    rest = [{k: v for k, v in h.items() if k != "Content-Length"} for h in server.headers]
    assert all(each == rest[0] for each in rest)
    assert lengths == [len(json.dumps(body, separators=(",", ":"))) for body in server.bodies]
    assert rest[0]["Content-Type"] == "application/json"
    assert rest[0]["Authorization"].startswith("Bearer ")


def test_a_whole_form_is_one_reply_for_every_item(served, administer):
    text = "\n".join(f"{k}. {k % 4 + 1}" for k in range(1, 7))
    server = served(always=("body", completion(text)))
    given = administer(server, forms="context=whole direction=reversed")
    assert given.outcome.complete
    assert len(server.bodies) == 1
    values = [row[0] for row in given.rows("SELECT value FROM responses ORDER BY item")]
    assert values == [3.0, 2.0, 1.0, 4.0, 3.0, 2.0]


def test_interleaved_fingerprints_end_no_run_and_are_a_column(served, administer):
    import valuealign as va

    prints = [("body", {**completion(), "system_fingerprint": name}) for name in "ababac"]
    given = administer(served(prints))
    assert given.outcome.complete
    assert given.said.count("fingerprint of m was") == 1
    assert sorted(va.responses(given.store).long["system_fingerprint"]) == list("aaabbc")
    assert va.responses(given.store).long["adapted"].isna().all()


def test_a_stray_refusal_of_the_key_after_answers_is_asked_again(served, administer):
    stray = [("status", (code, {"error": {"message": "odd"}})) for code in (401, 403, 404, 307)]
    given = administer(served(["ok", *stray]))
    assert given.outcome.complete
    assert given.attempts == ["ok", *["http"] * 4, *["ok"] * 5]


def test_a_key_that_is_revoked_in_mid_run_stops_it_after_a_handful(served, administer, moods):
    server = served(["ok"], always=("status", (401, {"error": {"message": "revoked"}})))
    given = administer(server)
    assert isinstance(given.outcome.error, CircuitOpen)
    assert "revoked" in given.outcome.stopped
    assert given.outcomes.count("failed") == 5


def test_a_reader_that_fails_loses_no_reply_and_ends_no_run(served, administer, monkeypatch):
    from valuealign.administration.reply import item_records as findings

    def fails(*_):
        raise RecursionError

    monkeypatch.setattr(findings, "read", fails)
    given = administer(served())
    assert given.outcome.complete
    assert set(given.rows("SELECT outcome, how FROM responses")) == {
        ("unreadable", "the reader failed (RecursionError); the reply is kept")
    }
    assert given.rows("SELECT count(*) FROM attempts WHERE text = '4' AND final") == [(6,)]


@pytest.mark.parametrize(("headers", "complete"), [({"retry-after": "0.01"}, True), ({}, False)])
def test_a_wait_that_the_endpoint_names_is_no_failed_attempt(served, administer, headers, complete):
    given = administer(served([("status", (429, LIMIT, headers))] * 10))
    assert given.outcome.complete == complete
    assert given.outcomes.count("failed") == (0 if complete else 1)
    assert given.attempts.count("http") == 10


def test_waits_end_too(served, administer, monkeypatch):
    from valuealign.supply import administer as administering

    brief = partial(administering.Asker, patience=Patience(waits=3))
    monkeypatch.setattr(administering, "Asker", brief)
    server = served([("status", (429, LIMIT, {"retry-after": "0.01"}))] * 9)
    given = administer(server)
    assert given.outcomes.count("failed") == 1
    assert given.attempts == ["http"] * 9 + ["ok"] * 5
