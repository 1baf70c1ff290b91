"""A feature that an endpoint refuses is asked for differently, and the data say so."""

from __future__ import annotations

import json

from faulty_server import completion


def test_temperature_is_dropped_where_it_is_refused_and_every_row_says_so(served, administer):
    from valuealign.sampling_settings import Sampling

    refused = {"error": {"message": "Unsupported parameter: 'temperature' is not supported"}}
    server = served([("status", (400, refused))])
    given = administer(server, sampling=Sampling(temperature=0.2))
    assert given.outcome.complete
    assert ["temperature" in body for body in server.bodies] == [True] + [False] * 6
    flags = given.rows("SELECT DISTINCT extra FROM attempts WHERE final")
    assert [json.loads(row[0]) for row in flags] == [{"dropped": ["temperature"]}]


def test_structured_output_falls_back_with_a_flag(served, administer):
    refused = {"error": {"message": "response_format is not supported by this model"}}
    server = served([("status", (400, refused))], always=("body", completion('{"answer": "3"}')))
    given = administer(server, elicitation="json")
    assert given.outcome.complete
    assert given.rows(
        "SELECT DISTINCT value, elicitation FROM responses JOIN administrations "
        "ON administrations.id = administration"
    ) == [(3.0, "json")]
    assert "json_fallback" in given.rows("SELECT extra FROM attempts WHERE final")[0][0]


def test_a_system_role_that_is_refused_is_folded_and_the_data_say_so(served, administer):
    import valuealign as va

    refused = {"object": "error", "message": "System role not supported", "code": 400}
    server = served([("status", (400, refused))])
    given = administer(server, personas=[va.Persona("p", "You are a nurse.")])
    assert given.outcome.complete
    assert [m["role"] for m in server.bodies[0]["messages"]] == ["system", "user"]
    for body in server.bodies[1:]:
        (message,) = body["messages"]
        assert message["content"].startswith("You are a nurse.\n\n")
    long = va.responses(given.store).long
    assert set(long["adapted"]) == {'{"system_folded": true}'}
    assert "system role" in given.said


def test_no_logprobs_stop_a_run_after_three_replies_and_a_first_one_with_some_does_not(
    served, administer
):
    top = [{"token": "4", "logprob": -0.1}]
    some = completion(logprobs={"content": [{"token": "4", "logprob": -0.1, "top_logprobs": top}]})
    some["choices"][0]["logprobs"] = some.pop("logprobs")
    given = administer(served(), elicitation="logprobs")
    assert "gives no log-probabilities: 3 replies held none" in given.outcome.stopped
    assert len(given.attempts) == 3
    mixed = served(["ok", "ok", ("body", some)])
    again = administer(mixed, elicitation="logprobs", model="other", on_change="continue")
    assert again.outcome.complete


def test_a_refusal_without_a_word_is_answered_without_a_seed_and_only_before_any_answer(
    served, administer
):
    server = served([("status", 400)])
    given = administer(server)
    assert given.outcome.complete
    assert ["seed" in body for body in server.bodies] == [True] + [False] * 6
    later = served(["ok", ("status", 400)])
    again = administer(later, model="other", on_change="continue")
    assert not again.outcome.complete
    assert all("seed" in body for body in later.bodies)


def test_refusals_of_requests_in_flight_together_are_one_lesson(served, administer):
    server = served([("status", 400)] * 4)
    server.latency = 0.2
    given = administer(server, concurrency=4)
    assert given.outcome.complete
    (flags,) = set(given.rows("SELECT extra FROM attempts WHERE final"))
    assert json.loads(flags[0]) == {"dropped": ["seed"]}
