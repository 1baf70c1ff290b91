"""Rendering: what stands before the respondent, and nothing else."""

from __future__ import annotations

import pytest

from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.render import render
from valuealign.errors import InstrumentError, PlanError
from valuealign.respondent import Persona, Respondent

GPT = Respondent("gpt-4o", "https://api.openai.com/v1")


def only(instrument, form=None, **changes):
    """The one administration of a plan."""
    who = changes.pop("who", GPT)
    return next(Plan(instrument, (who,), parse_forms(form), **changes).administrations())


def shown(instrument, form=None, position=0, **changes):
    """The last message of one request."""
    return render(only(instrument, form, **changes).cell(position)).messages[-1]["content"]


def test_one_item_shows_instruction_stem_options_and_how_to_answer(moods):
    assert shown(moods) == (
        "How much is this man like you?\n\n"
        "He wakes up cheerful.\n\n"
        "1 = not like me at all\n2 = not like me\n3 = like me\n4 = very much like me\n\n"
        "Answer with the number of one option and nothing else."
    )


def test_a_reversed_scale_lists_the_options_the_other_way_round_under_the_same_tokens(moods):
    assert "1 = very much like me\n2 = like me" in shown(moods, "direction=reversed")


def test_words_are_their_own_names_and_letters_run_from_a(moods):
    assert "- not like me at all\n- not like me\n" in shown(moods, "labels=words")
    assert "A = not like me at all\nB = not like me\n" in shown(moods, "labels=letters")


def test_the_opposed_stem_replaces_the_stem(moods):
    assert "He wakes up gloomy." in shown(moods, "content=opposed")


def test_the_persona_is_the_system_message(moods):
    who = Respondent("m", "http://h/v1", Persona("p", "You are a retired nurse."))
    first, second = render(only(moods, who=who).cell(0)).messages
    assert first == {"role": "system", "content": "You are a retired nurse."}
    assert second["role"] == "user"


def test_a_whole_form_numbers_its_statements_in_the_order_shown_and_lists_options_once(moods):
    given = only(moods, "context=whole order=reversed")
    prompt = render(given.cell(0))
    text = prompt.messages[0]["content"]
    assert "1. He sits still with ease.\n2. He takes delays in his stride.\n" in text
    assert text.count("1 = not like me at all") == 1
    assert tuple(prompt.presented) == moods.item_ids[::-1]


def test_a_whole_form_of_keyed_items_lists_each_items_own_options(words):
    text = shown(words, "context=whole")
    assert text.count("= happy") == text.count("= big") == text.count("= fast") == 1


def test_a_growing_conversation_repeats_what_was_said(moods):
    given = only(moods, "context=growing")
    messages = render(given.cell(2), [("m1", "4"), ("m2", "no idea")]).messages
    assert [m["role"] for m in messages] == ["user", "assistant"] * 2 + ["user"]
    assert messages[1]["content"] == "4"
    assert messages[3]["content"] == "no idea"
    assert messages[0]["content"].startswith("How much is this man like you?")
    assert messages[4]["content"].startswith("The next one:\n\nHis evenings are heavy.")


def test_rendering_is_pure(moods):
    given = only(moods, "order=random labels=letters")
    assert render(given.cell(3)) == render(given.cell(3))


def test_a_language_without_our_sentences_is_refused(moods):
    french = moods.model_copy(update={"languages": ("fr",)})
    with pytest.raises((PlanError, InstrumentError)):
        shown(french, "language=fr")
