"""Requests: the body that goes out, and what is learnt from a refusal."""

from __future__ import annotations

import pytest

from valuealign.administration.endpoint.refused_fields import learn
from valuealign.administration.endpoint.request_adaptation import Adapted
from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.elicit import is_reasoning, request
from valuealign.administration.render.render import render
from valuealign.administration.reply.complaint import Complaint
from valuealign.respondent import Respondent
from valuealign.sampling_settings import Sampling


def sent(instrument, *, model="gpt-4o", form=None, api="chat", adapted=None, **changes):
    """The request for the first cell of a plan."""
    who = Respondent(model, "http://h/v1", sampling=changes.pop("sampling", Sampling()))
    plan = Plan(instrument, (who,), parse_forms(form), **changes)
    cell = next(plan.administrations()).cell(0)
    return request(cell, render(cell), api=api, adapted=adapted or Adapted())


def test_a_choice_leaves_the_endpoints_own_sampling_alone(moods):
    body = sent(moods).body
    assert set(body) == {"model", "messages", "seed", "max_tokens"}


def test_a_choice_is_held_to_the_options_where_the_endpoint_takes_a_grammar(moods):
    held = sent(moods, adapted=Adapted(grammar=True)).settings["grammar"]
    assert held == 'root ::= "1" | "2" | "3" | "4"'
    free = sent(moods, adapted=Adapted(grammar=True), elicitation="text").settings
    whole = sent(moods, adapted=Adapted(grammar=True), form="context=whole").settings
    assert "grammar" not in free
    assert "grammar" not in whole


def test_sampling_settings_go_out_as_they_were_given(moods):
    settings = {"temperature": 0.0, "top_p": 0.5, "seed": 7, "max_tokens": 3}
    assert settings.items() <= sent(moods, sampling=Sampling(**settings)).body.items()


def test_reasoning_models_get_room_to_reason_under_the_name_they_know(moods):
    body = sent(moods, model="o3-mini").body
    assert "max_tokens" not in body
    assert body["max_completion_tokens"] > 4000
    assert [is_reasoning(m) for m in ("openai/o1", "gpt-5", "gpt-4o", "solo-1")] == [
        True,
        True,
        False,
        False,
    ]


def test_json_admits_the_options_as_presented_and_nothing_else(moods):
    schema = sent(moods, elicitation="json").body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["answer"]["enum"] == ["1", "2", "3", "4"]
    assert schema["additionalProperties"] is False
    whole = sent(moods, elicitation="json", form="context=whole labels=words").body
    schema = whole["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["1", "2", "3", "4", "5", "6"]
    assert schema["properties"]["6"]["enum"][0] == "not like me at all"


def test_logprobs_ask_for_the_alternatives(moods):
    body = sent(moods, elicitation="logprobs").body
    assert (body["logprobs"], body["top_logprobs"]) == (True, 20)


def test_whole_option_texts_are_scored_by_echo(moods):
    found = sent(moods, elicitation="logprobs", form="labels=words")
    assert found.path == "/completions"
    assert found.body["echo"] is True
    assert [p.rsplit("Answer: ")[-1] for p in found.body["prompt"]] == [
        "not like me at all",
        "not like me",
        "like me",
        "very much like me",
    ]


def test_the_responses_api_says_the_same_in_its_own_words(moods):
    found = sent(moods, api="responses", elicitation="json", sampling=Sampling(temperature=0.3))
    assert found.path == "/responses"
    assert found.body["text"]["format"]["schema"]["properties"]["answer"]["enum"]
    assert found.body["input"][-1]["role"] == "user"
    assert found.body["store"] is False
    assert "messages" not in found.body


def adapt(adapted, settings, message):
    """What is learnt from a sentence."""
    return learn(adapted, settings, Complaint(text=message.lower()))


@pytest.mark.parametrize(
    ("settings", "message", "effect"),
    [
        ({"temperature": 1.5}, "Unsupported value: 'temperature' is not supported", "temperature"),
        ({"seed": 1}, "Unknown parameter: seed", "seed"),
    ],
)
def test_a_setting_a_model_does_not_take_is_dropped_and_the_data_say_so(settings, message, effect):
    adapted = Adapted()
    assert effect in adapt(adapted, settings, message)
    assert adapted.flags() == {"dropped": [effect]}


def test_a_value_out_of_range_is_the_users_to_mend(moods):
    assert adapt(Adapted(), {"temperature": 9.0}, "temperature must be at most 2") is None


def test_structured_output_falls_back_to_words_with_a_flag(moods):
    adapted = Adapted()
    settings = sent(moods, elicitation="json").settings
    assert adapt(adapted, settings, "response_format json_schema is unavailable")
    again = sent(moods, elicitation="json", adapted=adapted)
    assert "response_format" not in again.body
    assert adapted.flags() == {"json_fallback": True}
    assert "JSON" in again.body["messages"][-1]["content"]


def test_max_tokens_is_renamed_where_it_is_refused(moods):
    adapted = Adapted()
    message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    assert adapt(adapted, {"max_tokens": 24}, message)
    assert "max_completion_tokens" in sent(moods, adapted=adapted).body


def test_everything_a_message_names_is_dropped_at_once_and_nothing_twice():
    adapted = Adapted()
    message = "temperature and seed are not supported"
    assert adapt(adapted, {"temperature": 1.0, "seed": 1}, message)
    assert adapted.dropped == {"temperature", "seed"}
    assert adapt(adapted, {}, message) is None
