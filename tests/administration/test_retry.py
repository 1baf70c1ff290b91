"""What follows an attempt, on each side of every status, wait and count."""

from __future__ import annotations

import math
import time

import pytest

from valuealign.administration.reply.complaint import Complaint
from valuealign.administration.reply.reply import Exchange, Reply
from valuealign.administration.run.retry import (
    ABSURD_WAIT,
    PATIENT,
    Circuit,
    Decision,
    NoLogprobs,
    Patience,
    backoff,
    decide,
    retry_after,
)


def decided(status, number=1, *, headers=None, error="said", **complaint) -> Decision:
    """What follows an error of this status."""
    exchange = Exchange("http", status, headers or {}, error="e")
    reply = Reply("http", error=error, complaint=Complaint(**complaint))
    return decide(exchange, reply, number)


def test_a_good_reply_is_kept_whatever_the_attempt():
    for number in (1, PATIENT.attempts, PATIENT.attempts + 1):
        assert decide(Exchange("ok", 200), Reply("ok", text="4"), number) == Decision("keep")


@pytest.mark.parametrize("status", ["http", "malformed"])
def test_a_filtered_reply_is_kept_and_a_refused_connection_is_not(status):
    assert decide(Exchange("http", 400), Reply(status, refusal="filter"), 1) == Decision("keep")
    assert decide(Exchange("http", 400), Reply("http"), 1) == Decision("give up")


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (399, "stop"),
        (400, "give up"),
        (499, "give up"),
        (500, "retry"),
        (405, "give up"),
        (407, "give up"),
        (408, "retry"),
        (409, "retry"),
        (410, "give up"),
        (422, "give up"),
        (423, "retry"),
        (424, "give up"),
        (425, "retry"),
        (426, "give up"),
        (428, "give up"),
        (429, "retry"),
        (430, "give up"),
        (0, "retry"),
        (299, "retry"),
        (300, "stop"),
        (401, "stop"),
        (402, "stop"),
        (403, "stop"),
        (404, "stop"),
        (504, "retry"),
    ],
)
def test_each_status_has_its_step(status, step):
    assert decided(status).step == step


def test_the_last_attempt_is_the_sixth():
    assert Patience(attempts=6, waits=60, longest_wait=600.0) == PATIENT
    assert decided(500, 5).step == "retry"
    assert decided(500, 6) == Decision("give up")


@pytest.mark.parametrize(("status", "throttled"), [(429, True), (503, True), (500, False)])
def test_429_and_503_ask_for_fewer_requests_and_other_errors_do_not(status, throttled):
    for headers in ({}, {"retry-after": "3"}):
        assert decided(status, headers=headers).throttled is throttled
    assert (decided(502).throttled, decided(504).throttled) == (False, False)


@pytest.mark.parametrize(
    "complaint",
    [
        {"codes": ("rate_limit_exceeded",)},
        {"text": "too many requests"},
        {"text": "rate limit reached"},
        {"codes": ("other",), "text": "throttling"},
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_a_rate_limit_under_another_status_is_waited_for(status, complaint):
    decision = decided(status, **complaint)
    assert (decision.step, decision.throttled) == ("retry", True)


def test_a_rate_limit_is_not_made_of_the_end_of_a_code_and_the_start_of_a_sentence():
    assert decided(400, codes=("rate",), text="limit of the field").step == "retry"
    assert decided(400, codes=("quota",), text="limit of the field").step == "give up"


def test_an_error_in_a_reply_of_status_200_counts_as_the_status_in_its_body():
    def of(http_status, told):
        reply = Reply("malformed", complaint=Complaint(status=told))
        return decide(Exchange("ok", http_status), reply, 1).step

    assert of(200, 400) == "give up"
    assert of(299, 400) == "give up"
    assert of(200, 500) == "retry"
    assert of(200, None) == "retry"
    assert of(None, 400) == "give up"
    assert of(300, 400) == "stop"


def test_the_status_in_the_body_does_not_replace_an_error_status():
    told = Complaint(status=400)
    for kind, status in (("malformed", 500), ("http", 200), ("http", None)):
        reply = Reply(kind, complaint=told)
        assert decide(Exchange("http", status), reply, 1).step == "retry"


@pytest.mark.parametrize("code", ["insufficient_quota", "billing_not_active"])
def test_no_quota_stops_only_under_429_and_402(code):
    stop = decided(429, codes=(code,))
    assert (stop.step, stop.certain) == ("stop", True)
    assert stop.why.startswith("the account has no quota left (said); add credit")
    assert decided(500, codes=(code,)).step == "retry"
    assert decided(402).certain
    assert decided(402, error=None).why.startswith("the account has no quota left; add")


def test_what_stops_the_run_says_what_to_mend():
    assert (
        decided(401).why
        == "the endpoint refuses the key (said); check OPENAI_API_KEY and --base-url"
    )
    assert decided(403).why == decided(401).why
    assert decided(404).why == "there is no such model or path (said); check --model and --base-url"
    assert decided(400, codes=("model_not_found",)).why == decided(404).why
    assert decided(301).why == "said; give that address as --base-url"
    assert decided(301, error=None).why.startswith("the endpoint redirects; give")
    assert not any(decided(status).certain for status in (301, 401, 403, 404))


def test_a_reply_that_was_too_long_is_not_asked_for_again():
    oversize = Exchange("oversize", 200)
    assert decide(oversize, Reply("oversize"), 1) == Decision("give up")


def test_the_longer_of_two_waits_holds():
    headers = {"retry-after": "7"}
    for told, wait in ((9.0, 9.0), (3.0, 7.0)):
        decision = decided(500, headers=headers, wait=told)
        assert (decision.wait, decision.named) == (wait, True)
    assert not decided(500).named


def test_a_wait_of_ten_minutes_is_waited_for_and_a_longer_one_stops_the_run():
    longest = PATIENT.longest_wait
    assert decided(500, wait=longest) == Decision("retry", longest, named=True)
    stop = decided(500, wait=900.0)
    assert (stop.step, stop.certain) == ("stop", True)
    assert "asks to wait 15 minutes" in stop.why
    assert decided(500, wait=longest + 0.1).step == "stop"


@pytest.mark.parametrize(
    ("wait", "shown"),
    [(11.0, "11 seconds"), (119.0, "119 seconds"), (120.0, "2 minutes"), (9000.0, "150 minutes")],
)
def test_who_is_less_patient_stops_earlier_and_says_how_long_the_wait_is(wait, shown):
    exchange = Exchange("http", 500)
    reply = Reply("http", complaint=Complaint(wait=wait))
    brief = Patience(attempts=2, longest_wait=10.0)
    assert f"asks to wait {shown};" in decide(exchange, reply, 1, brief).why
    assert decide(exchange, Reply("http"), 1, brief).step == "retry"
    assert decide(exchange, Reply("http"), 2, brief).step == "give up"


def test_a_wait_beyond_two_weeks_is_not_believed():
    assert ABSURD_WAIT == 14 * 86_400
    assert decided(500, wait=ABSURD_WAIT).step == "stop"
    unbelieved = decided(500, wait=ABSURD_WAIT + 1)
    assert (unbelieved.step, unbelieved.named) == ("retry", False)


@pytest.mark.parametrize(
    ("number", "middle"), [(1, 0.5), (2, 1.0), (5, 8.0), (7, 32.0), (8, 60.0), (30, 60.0)]
)
def test_the_wait_doubles_from_half_a_second_to_a_minute_with_jitter(number, middle):
    waits = [backoff(number) for _ in range(400)]
    assert min(waits) >= 0.75 * middle
    assert max(waits) <= 1.25 * middle
    assert min(waits) < 0.85 * middle
    assert max(waits) > 1.15 * middle


def test_a_failed_attempt_waits_as_long_as_its_number_says():
    waits = [decided(500, 3).wait for _ in range(50)]
    assert 1.5 <= min(waits) <= max(waits) <= 2.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "-1", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "500", "retry-after": "9"}, 0.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 90.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:09 GMT"}, None),
        ({"retry-after": "Thu, 99 Foo 1970 99:99:99 GMT"}, None),
    ],
)
def test_retry_after_is_seconds_milliseconds_or_a_date_and_never_negative(headers, seconds):
    assert retry_after(headers, 10.0) == seconds


def test_a_date_is_counted_from_now():
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 40))
    assert 35 < decided(503, headers={"retry-after": date}).wait < 41
    assert math.isfinite(decided(503, headers={"retry-after": "x"}).wait)


def test_a_run_stops_at_the_fifth_cell_in_a_row_that_is_given_up():
    circuit = Circuit()
    assert [circuit.gave_up(Reply("timeout")) for _ in range(4)] == [None] * 4
    assert circuit.gave_up(Reply("timeout")) == (
        "5 requests in a row failed (timeout); nothing more was sent: mend the cause and run the "
        "same command"
    )
    assert circuit.gave_up(Reply("timeout")).startswith("6 requests")


@pytest.mark.parametrize(
    ("text", "named"),
    [("top_k must be set", True), ("a field is required", True), ("bad request", False)],
)
def test_a_missing_field_is_said_to_be_sent_with_extra(text, named):
    circuit = Circuit(most=1)
    why = circuit.gave_up(Reply("http", error="e", complaint=Complaint(text=text)))
    assert why.startswith("1 requests in a row failed (e)")
    assert ("--extra" in why) is named


def test_an_answer_with_log_probabilities_ends_the_watch_for_them():
    watch = NoLogprobs()
    assert [watch.seen(False), watch.seen(False)] == [None, None]
    assert watch.seen(False).startswith("this endpoint gives no log-probabilities: 3 replies")
    watch = NoLogprobs(most=1)
    assert watch.seen(True) is None
    assert watch.seen(False) is None
