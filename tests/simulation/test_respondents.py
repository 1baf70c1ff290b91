"""Respondents of known truth: what they are is what comes back through the page."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.elicit import Adapted, request
from valuealign.administration.render.render import render
from valuealign.errors import LocalModelError, PlanError
from valuealign.respondent import Persona, Respondent
from valuealign.shipped import shipped
from valuealign.simulation import NAMES, serve, simulated
from valuealign.simulation.simulated_judges import JUDGES
from valuealign.simulation.simulated_people import factor_truth, human_truth
from valuealign.simulation.simulated_vignettes import PLANTED


def asked(instrument, form=None, person="You are person 1.", elicitation="choice", occasion=1):
    """The requests of one administration."""
    who = Respondent("sim", "simulation:", Persona("p", person))
    plan = Plan(instrument, (who,), parse_forms(form), occasions=occasion, elicitation=elicitation)
    administration = next(a for a in plan.administrations() if a.occasion == occasion)
    for position in range(administration.n_cells):
        cell = administration.cell(position)
        prompt = render(cell)
        yield cell, prompt, request(cell, prompt, api="chat", adapted=Adapted()).body


def said(reply):
    """The text of a completion."""
    return reply["choices"][0]["message"]["content"]


def codes(who, instrument, form=None, **changes):
    """Item id to the code in the instrument's direction, worked out from the page alone."""
    found = {}
    for cell, prompt, body in asked(instrument, form, **changes):
        (item_id,) = cell.item_ids
        tokens = {option.token: option.code for option in prompt.presented[item_id].options}
        found[item_id] = tokens[said(who.reply(body))]
    return found


def test_the_same_request_gets_the_same_reply(moods):
    who, again = simulated("factor", moods), simulated("factor", moods)
    for _, _, body in asked(moods):
        assert who.reply(body) == again.reply(body)


def test_direction_and_labels_change_tokens_and_not_what_is_meant(moods):
    truth = factor_truth(moods)
    assert truth.passing.max() < 0.2  # little passes, so that people answer alike twice
    for person in ("You are A.", "You are B."):
        who = simulated("factor", moods)
        plain = np.array(list(codes(who, moods, person=person).values()))
        for form in ("direction=reversed", "labels=letters", "labels=words direction=reversed"):
            other = np.array(list(codes(who, moods, form, person=person).values()))
            assert np.abs(plain - other).max() <= 1


def shares(who, instrument, form=None, **changes):
    """Item id to the probability of each code, as the log probabilities of the page say it."""
    found = {}
    for cell, prompt, body in asked(instrument, form, elicitation="logprobs", **changes):
        (item_id,) = cell.item_ids
        tokens = {option.token: option.code for option in prompt.presented[item_id].options}
        (place,) = who.reply(body)["choices"][0]["logprobs"]["content"]
        listed = {tokens[t["token"]]: np.exp(t["logprob"]) for t in place["top_logprobs"]}
        found[item_id] = [listed.get(code, 0.0) for code in sorted(tokens.values())]
    return found


def test_whoever_means_it_answers_the_opposed_stem_the_other_way_round(moods):
    """A code is as probable as its mirror image under the opposed stem, whoever is drawn."""
    for k in range(20):
        who = simulated("factor", moods, seed=k)
        straight = shares(who, moods, person=f"You are {k}.")
        opposed = shares(who, moods, "content=opposed", person=f"You are {k}.")
        for item_id, known in straight.items():
            np.testing.assert_allclose(opposed[item_id], known[::-1], atol=1e-10)
        assert any(np.ptp(known) > 0.5 for known in straight.values())


@pytest.mark.parametrize("form", [None, "direction=reversed", "content=opposed"])
def test_yes_agrees_whatever_it_says_and_token_answers_whatever_it_stands_for(moods, form):
    assert set(codes(simulated("yes", moods), moods, form).values()) == {4.0}
    token = set(codes(simulated("token", moods), moods, form).values())
    assert token == {1.0 if form == "direction=reversed" else 4.0}


def test_the_refuser_refuses_three_times_in_ten(moods):
    who = simulated("refuser", moods)
    replies = [
        said(who.reply(body))
        for k in range(100)
        for _, _, body in asked(moods, person=f"You are {k}.")
    ]
    share = sum("can't answer" in reply for reply in replies) / len(replies)
    assert abs(share - 0.3) < 4 * (0.3 * 0.7 / 600) ** 0.5


def test_the_covariance_of_many_persons_is_the_stated_one():
    """Before rounding: the decomposition into what stays and what passes adds up exactly."""
    truth = human_truth("pvq21-de-ess9")
    sample = json.loads((shipped("populations") / "pvq21-de-ess9.json").read_text("utf-8"))
    np.testing.assert_allclose(truth.covariance, sample["covariance"], atol=1e-12)
    np.testing.assert_allclose(truth.root @ truth.root.T, truth.stable, atol=1e-10)
    assert np.linalg.eigvalsh(truth.stable)[0] > 0
    assert truth.passing.min() > 0


@pytest.mark.slow
def test_a_stated_factor_model_comes_back_from_the_replies(moods):
    from valuealign.analysis.factors.efa import efa

    who = simulated("factor", moods, seed=3)
    rows = [list(codes(who, moods, person=f"You are {k}.").values()) for k in range(1200)]
    values = np.array(rows)
    correlation = np.corrcoef(values.T)
    truth = factor_truth(moods).covariance
    stated = truth / np.sqrt(np.outer(np.diag(truth), np.diag(truth)))
    # Rounding to four points takes about a tenth of a correlation; chance about 0.03.
    off = ~np.eye(6, dtype=bool)
    slope = (correlation[off] @ stated[off]) / (stated[off] @ stated[off])
    assert 0.8 < slope < 1.02
    assert np.corrcoef(correlation[off], stated[off])[0, 1] > 0.97
    assert efa(values, 2).loadings.shape == (6, 2)


def test_a_person_for_whom_a_scale_matters_most_answers_it_higher(moods):
    plain, anchored = [], []
    for k in range(40):
        who = simulated("factor", moods, seed=k)
        plain.append(codes(who, moods, person="You are a person.")["m4"])
        said_so = "You are a person for whom calm matters most."
        anchored.append(codes(who, moods, person=said_so)["m4"])
    assert np.mean(anchored) > np.mean(plain) + 0.7


def test_a_whole_form_is_answered_line_by_line_and_a_schema_is_obeyed(moods):
    ((_, _, body),) = asked(moods, "context=whole")
    lines = said(simulated("yes", moods).reply(body)).splitlines()
    assert lines == [f"{k}. 4" for k in range(1, 7)]
    for _, _, body in asked(moods, elicitation="json"):
        answer = json.loads(said(simulated("factor", moods).reply(body)))
        assert answer["answer"] in ("1", "2", "3", "4")


def test_log_probabilities_add_up_to_one(moods):
    for _, _, body in asked(moods, elicitation="logprobs"):
        (place,) = simulated("factor", moods).reply(body)["choices"][0]["logprobs"]["content"]
        assert sum(np.exp(t["logprob"]) for t in place["top_logprobs"]) == pytest.approx(1.0)


def test_keyed_words_are_known_more_often_than_guessed(words):
    right = total = 0
    for k in range(80):
        who = simulated("factor", words)
        for item_id, code in codes(who, words, person=f"You are {k}.").items():
            right += code == words.item(item_id).answer
            total += 1
    assert 0.5 < right / total < 0.95


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "messages",
                    "role",
                    "content",
                    "text",
                    "type",
                    "response_format",
                    "json_schema",
                    "schema",
                    "properties",
                    "seed",
                    "max_tokens",
                    "input",
                    "logprobs",
                    "top_logprobs",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(ANY)
def test_any_request_gets_an_answer_or_a_status(body):
    from pathlib import Path

    from valuealign.instrument.load import load_instrument

    moods = load_instrument(Path(__file__).parents[1] / "moods.yaml")
    status, reply = simulated("factor", moods).answer("/v1/chat/completions", body)
    assert (status, "choices" in reply) in {(200, True), (400, False)}


def test_the_loopback_endpoint_speaks_http_to_several_at_once(moods):
    bodies = [body for _, _, body in asked(moods)]

    def post(url, body):
        call = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(call, timeout=10) as reply:
            return json.loads(reply.read())

    with serve("yes", moods) as endpoint, ThreadPoolExecutor(6) as pool:
        url = f"{endpoint.base_url}/chat/completions"
        assert {said(r) for r in pool.map(lambda b: post(url, b), bodies)} == {"4"}
        assert endpoint.requests == 6
        reply = post(f"{endpoint.base_url}/responses", {"input": bodies[0]["messages"]})
        assert reply["output"][0]["content"][0]["text"] == "4"


def test_a_port_that_is_taken_is_said(moods):
    with serve("yes", moods) as endpoint:
        port = int(endpoint.base_url.split(":")[-1].split("/")[0])
        with pytest.raises(LocalModelError, match="cannot be used"), serve("yes", moods, port=port):
            pass


def test_names_are_checked_and_people_are_promised_only_where_there_are_any(moods):
    with pytest.raises(PlanError, match="did you mean 'human'"):
        simulated("humen", moods)
    with pytest.raises(PlanError, match="no human sample of moods"):
        simulated("human", moods)
    with pytest.raises(PlanError, match="moods has no such items; ask about drawn faces"):
        simulated("faces", moods)
    for name in ("summariser", "elsewhere"):
        with pytest.raises(PlanError, match="summarises stimuli that have a reference"):
            simulated(name, moods)
    special = {"human", "demographic", "faces", "summariser", "elsewhere", *PLANTED, *JUDGES}
    for name in set(NAMES) - special:
        assert simulated(name, moods).name == name
