"""Retries, rates and money: what is waited for, what stops a run, what a budget allows."""

from __future__ import annotations

import asyncio
import email.utils
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.endpoint.limits import Bucket, Pace, TimeLimits, duration
from valuealign.administration.reply.complaint import Complaint
from valuealign.administration.reply.reply import Exchange, Reply
from valuealign.administration.run.cost import Budget, Price, load_prices, most_tokens
from valuealign.administration.run.retry import (
    PATIENT,
    Circuit,
    NoLogprobs,
    decide,
    retry_after,
)
from valuealign.errors import PlanError


def step(status, number=1, *, code=None, headers=None, kind="http"):
    """What is done after an attempt."""
    exchange = Exchange(kind, status, headers or {}, error="e")
    said = Complaint(codes=(code,) if code else ())
    return decide(exchange, Reply(kind, error="said", complaint=said), number)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(status):
    assert step(status).step == "retry"
    assert step(status, PATIENT.attempts).step == "give up"


@pytest.mark.parametrize("status", [401, 402, 403, 404, 302])
def test_what_cannot_succeed_stops_the_run_at_once_and_says_what_to_do(status):
    decision = step(status)
    assert decision.step == "stop"
    assert decision.why


def test_no_quota_is_no_rate_limit():
    assert step(429, code="insufficient_quota").step == "stop"
    assert step(429, code="rate_limit_exceeded").throttled


def test_timeouts_resets_and_cut_replies_are_tried_again_and_a_huge_reply_is_not():
    assert step(None, kind="timeout").step == step(None, kind="connection").step == "retry"
    assert step(200, kind="oversize").step == "give up"
    assert decide(Exchange("ok", 200), Reply("malformed"), 1).step == "retry"
    assert step(400).step == "give up"


def test_retry_after_is_honoured_in_each_of_its_spellings():
    now = time.time()
    assert retry_after({"retry-after": "3"}, now) == 3.0
    assert retry_after({"retry-after-ms": "250", "retry-after": "9"}, now) == 0.25
    date = email.utils.formatdate(now + 30, usegmt=True)
    assert retry_after({"retry-after": date}, now) == pytest.approx(30, abs=1.5)
    assert retry_after({"retry-after": "soon"}, now) is None
    assert step(429, headers={"retry-after": "7"}).wait == 7.0
    assert step(429, headers={"retry-after": "86400"}).step == "stop"


def test_the_circuit_opens_after_five_cells_in_a_row_and_an_answer_closes_it():
    circuit = Circuit(most=5)
    failed = Reply("http", error="bad request")
    assert [circuit.gave_up(failed) for _ in range(4)] == [None] * 4
    circuit.answered()
    assert [circuit.gave_up(failed) for _ in range(4)] == [None] * 4
    assert "bad request" in circuit.gave_up(failed)


@given(st.floats(1, 10_000), st.lists(st.floats(0, 5), min_size=1, max_size=80))
def test_a_bucket_never_lets_more_through_than_its_rate(per_minute, gaps):
    bucket, now, sent = Bucket(per_minute), 0.0, []
    for gap in gaps:
        now += gap
        sent.append(now + bucket.take(1, now=now))
    span = max(sent) - sent[0]
    burst = max(1.0, per_minute / 10)
    assert len(sent) <= span * per_minute / 60 + burst + 1 + 1e-6


@given(st.text())
def test_any_rate_limit_header_has_a_duration(text):
    assert duration(text) >= 0


def test_after_429_everyone_pauses_and_fewer_go_together():
    async def run():
        pace = Pace(8)
        start = time.monotonic()
        pace.throttled(0.3)
        pace.throttled(0.3)  # told to two requests that were out together
        async with pace.turn(1):
            return pace.allowed, time.monotonic() - start

    allowed, waited = asyncio.run(run())
    assert allowed == 4.0
    assert waited >= 0.3


def test_no_more_are_out_than_allowed():
    async def run():
        pace, most, out = Pace(8), 0, 0
        pace.allowed = 2.0

        async def one():
            nonlocal most, out
            async with pace.turn(1):
                out += 1
                most = max(most, out)
                await asyncio.sleep(0.005)
                out -= 1

        await asyncio.gather(*[one() for _ in range(10)])
        return most

    assert asyncio.run(run()) == 2


AMOUNTS = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), max_size=60)


@given(AMOUNTS, st.data())
def test_whatever_is_in_flight_the_budget_is_never_overrun(requests, data):
    budget = Budget({"m": Price(2.0, 10.0)}, limit=0.05)
    flying, paid = [], 0.0
    for prompt, completion in requests:
        reserved = budget.reserve("m", prompt, completion)
        if reserved is not None:
            flying.append((reserved, prompt, completion))
        if flying and data.draw(st.booleans()):
            landed, most_in, most_out = flying.pop()
            used = (data.draw(st.integers(0, most_in)), data.draw(st.integers(0, most_out)))
            paid += budget.settle(landed, "m", used, sent=True)
        worst = paid + sum(Price(2.0, 10.0).of(p, c) for _, p, c in flying)
        assert worst <= 0.05 + 1e-12


def test_a_reply_without_counts_may_have_cost_all_that_was_set_aside():
    budget = Budget({"m": Price(1.0, 1.0)}, limit=1.0)
    reserved = budget.reserve("m", 400_000, 0)
    assert budget.settle(reserved, "m", (None, None), sent=True) is None
    assert budget.spent == pytest.approx(0.4)


def test_a_budget_without_a_price_is_refused_with_the_line_to_write():
    budget = Budget({}, limit=1.0)
    with pytest.raises(PlanError, match="needs the price of 'gpt-4o'"):
        budget.check({"gpt-4o": None})


@given(st.text())
def test_a_byte_is_never_more_than_a_token(text):
    assert most_tokens(text) >= len(text)


def test_prices_come_from_the_users_own_file(tmp_path, monkeypatch):
    monkeypatch.setenv("VALUEALIGN_CONFIG", str(tmp_path))
    assert load_prices() == {}
    (tmp_path / "prices.yaml").write_text("gpt-4o: {input: 2.5, output: 10}\n", encoding="utf-8")
    assert load_prices() == {"gpt-4o": Price(2.5, 10.0)}
    bad = tmp_path / "bad.yaml"
    bad.write_text("gpt-4o: {input: free, output: 10}\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"bad.yaml: the price of 'gpt-4o'"):
        load_prices(bad)


def test_a_request_may_take_five_times_its_longest_silence_unless_a_limit_is_set():
    assert TimeLimits.of(2.0) == TimeLimits(2.0, 10.0, 2.0)
    assert TimeLimits.of(120.0) == TimeLimits()
    assert TimeLimits.of(120.0, 30.0).total == 30.0


def test_a_wait_that_is_over_at_once_where_the_run_stops():
    async def run():
        pace, stopping = Pace(1, rpm=1), asyncio.Event()
        pace.throttled(30.0)
        assert 29 < pace.waiting <= 30
        asyncio.get_running_loop().call_later(0.05, stopping.set)
        start = time.monotonic()
        async with pace.turn(1, stopping):
            return time.monotonic() - start

    assert asyncio.run(run()) < 5


def test_a_run_without_logprobs_stops_at_the_third_reply_and_not_after_one_that_had_some():
    none, some = NoLogprobs(), NoLogprobs()
    assert [none.seen(False) for _ in range(2)] == [None, None]
    assert "3 replies held none" in none.seen(False)
    assert [some.seen(given) for given in (False, False, True, False, False, False)] == [None] * 6
