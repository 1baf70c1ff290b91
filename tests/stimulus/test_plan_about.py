"""A plan that is about stimuli: what identifies it, what it shows, and what it never shows."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from stimulus_files import ROWS

import valuealign as va
from valuealign.administration.endpoint.request_adaptation import Adapted
from valuealign.administration.plan.form import Form, parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.elicit import request
from valuealign.administration.render.render import render
from valuealign.administration.run.cost_estimate import estimate
from valuealign.administration.run.plan_records import administration_record
from valuealign.errors import InstrumentError, PlanError
from valuealign.instrument.load import parse_instrument
from valuealign.instrument.write_instrument import yaml_of
from valuealign.respondent import Respondent
from valuealign.stimulus.chosen import choose
from valuealign.stimulus.load_stimuli import parse_stimuli

WHO = (Respondent("m", "http://endpoint/v1"),)


def about_instrument(**changed):
    """An instrument about a text, with each part that may show it."""
    stem = {"en": {"plain": "After reading {text}, one may worry about {sex}."}}
    content = {
        "id": "worry",
        "version": "1.0",
        "title": {"en": "Worry"},
        "construct": {"en": "Worry about a text"},
        "citations": [{"text": "Unpublished.", "reason": "a test"}],
        "rights": {"wording": {"holder": "A", "terms": "CC0", "redistribution": True}},
        "wording": {"kind": "own", "notice": "own"},
        "languages": ["en"],
        "about": {"text": "text", "sex": "category", "outcome": "truth", "summary": "reference"},
        "instructions": [{"id": "read", "text": {"en": {"plain": "Read this: {text}"}}}],
        "response_scale": {
            "kind": "labelled",
            "points": [{"code": k, "label": {"en": f"point {k}"}} for k in (1, 2, 3)],
        },
        "items": [
            {"id": "w1", "stem": stem, "opposed": {"en": {"plain": "{text}: be calm."}}},
            {"id": "w2", "stem": {"en": {"plain": "One may stay calm."}}},
        ],
        "scoring": {"method": "mean", "missing": {"max_share": 0}},
        "administration": {"context": "item", "stem": "plain"},
    }
    return parse_instrument(yaml_of(content | changed), name="worry.yaml")


def rows(**replaced):
    """Rows whose truth and reference are words that stand nowhere else."""
    text = ROWS.replace('"attempt"', "TRUTHWORD").replace('"Rain."', '"REFERENCEWORD"')
    for old, new in replaced.items():
        text = text.replace(old, new)
    return parse_stimuli(text)


def bodies(plan, api="chat"):
    """Every request of a plan, as it is sent."""
    for given in plan.administrations():
        for position in range(given.n_cells):
            cell = given.cell(position)
            growing = given.form.context == "growing"
            history = [(i, "2") for i in given.item_ids[:position]] if growing else []
            yield request(cell, render(cell, history), api=api, adapted=Adapted())


@pytest.mark.parametrize("context", ["item", "whole", "growing"])
@pytest.mark.parametrize("elicitation", ["choice", "text", "json"])
@pytest.mark.parametrize("api", ["chat", "responses"])
def test_truth_and_reference_never_reach_a_request(context, elicitation, api):
    forms = parse_forms([f"context={context} direction=published,reversed"])
    plan = Plan(about_instrument(), WHO, forms, 1, elicitation, about=choose(rows()))
    sent = [json.dumps(each.body, ensure_ascii=False) for each in bodies(plan, api)]
    assert any("It {age} rains." in text for text in sent)
    assert not any("TRUTHWORD" in text or "REFERENCEWORD" in text for text in sent)
    assert next(plan.administrations()).stimulus.truth == {"outcome": "TRUTHWORD"}


@pytest.mark.parametrize("name", ["outcome", "summary"])
@pytest.mark.parametrize("part", ["instruction", "stem", "opposed"])
def test_no_text_of_an_instrument_may_name_a_hidden_field(name, part):
    text = {"en": {"plain": "It says {" + name + "}"}}
    items = [{"id": "w1", "stem": {"en": {"plain": "{text}"}}}]
    changed = {"items": items}
    if part == "instruction":
        changed = {"instructions": [{"id": "read", "text": text}]}
    else:
        items[0][part] = text
    with pytest.raises(InstrumentError, match="a respondent never sees it"):
        about_instrument(**changed)


def test_a_slot_that_is_no_field_is_refused_with_its_line():
    items = [{"id": "w1", "stem": {"en": {"plain": "{txt}"}}}]
    with pytest.raises(InstrumentError, match=r"worry\.yaml:\d+: .*did you mean 'text'"):
        about_instrument(items=items)


def test_a_stimulus_that_contains_braces_is_shown_as_it_is():
    stimuli = rows(**{"It {age} rains.": "He wrote {sex} and {outcome}."})
    plan = Plan(about_instrument(), WHO, about=choose(stimuli))
    first = next(bodies(plan)).body["messages"][0]["content"]
    assert "Read this: He wrote {sex} and {outcome}." in first
    assert "After reading He wrote {sex} and {outcome}., one may worry about f." in first


def test_a_conversation_shows_the_stimulus_of_the_instruction_once():
    instrument = va.load_instrument("crisis-outlook")
    plan = Plan(
        instrument, WHO, (Form(context="growing"),), about=choose("burden-belonging", limit=1)
    )
    messages = list(bodies(plan))[-1].body["messages"]
    assert sum("Dana, 34" in str(message["content"]) for message in messages) == 1


def test_a_plan_crosses_stimuli_with_everything_else():
    two = (*WHO, Respondent("n", "http://endpoint/v1"))
    about = choose("burden-belonging", variant=["original", "hesitant"], limit=3)
    forms = parse_forms("direction=published,reversed")
    plan = Plan(va.load_instrument("crisis-outlook"), two, forms, 2, about=about)
    given = list(plan.administrations())
    assert len(given) == plan.n_administrations == 2 * 2 * 2 * 6
    assert sum(each.n_cells for each in given) == plan.n_cells == 48 * 4
    assert len({administration_record(each).key for each in given}) == 48
    assert len({each.seed for each in given}) == 48
    assert len({each.cell(0).id for each in given}) == 48


def test_a_plan_without_stimuli_has_the_identity_it_had():
    plan = Plan(va.load_instrument("pvq-21"), WHO)
    given = next(plan.administrations())
    assert "about" not in plan.content()
    assert "about" not in plan.instrument.content()
    record = administration_record(given)
    assert (record.stimulus, record.stimulus_hash) == (None, None)


def test_another_version_of_a_set_asks_only_what_changed():
    instrument = about_instrument()

    def keys(stimuli):
        plan = Plan(instrument, WHO, about=choose(stimuli))
        return [administration_record(each).key for each in plan.administrations()]

    first = keys(rows())
    assert keys(rows(**{'version: "1.0"': 'version: "2.0"'})) == first
    changed = keys(rows(**{"It snows.": "It hails."}))
    assert (changed[0] == first[0], changed[1] == first[1]) == (True, False)


@pytest.mark.parametrize(
    ("instrument", "about", "says"),
    [
        ("crisis-outlook", None, r"asked about a stimulus with vignette \(text\); .*--about SET"),
        ("pvq-21", "burden-belonging", "asked about no stimulus"),
        ("worry", "burden-belonging", "burden-belonging has no 'text'"),
    ],
)
def test_stimuli_that_do_not_fit_are_refused_before_anything_is_asked(instrument, about, says):
    loaded = about_instrument() if instrument == "worry" else va.load_instrument(instrument)
    with pytest.raises(PlanError, match=says):
        Plan(loaded, WHO, about=choose(about) if about else None)


def test_a_field_of_another_kind_is_refused():
    with pytest.raises(PlanError, match="needs 'sex' as text; in walks it is category"):
        Plan(about_instrument(about={"text": "text", "sex": "text"}), WHO, about=choose(rows()))


def test_a_language_that_the_set_does_not_have_is_refused():
    with pytest.raises(PlanError, match="walks is not written in 'en', only in de"):
        Plan(about_instrument(), WHO, about=choose(rows(**{"[en]": "[de]"})))


def test_the_estimate_prices_every_stimulus():
    def tokens(stimuli):
        found = estimate(Plan(about_instrument(), WHO, occasions=2, about=choose(stimuli)), {})
        return found.prompt_tokens, found.n_requests

    short, n = tokens(rows())
    longer, same = tokens(rows(**{"It snows.": "It snows. " + "And then it stops. " * 100}))
    assert n == same == 8
    # The last stimulus is 1,900 characters longer; twice in one stem, once in the other.
    assert longer - short > 2 * 1_400


def test_a_plan_over_many_stimuli_is_lazy():
    many = "\n".join(f"  - id: r{k}\n    values: {{text: t{k}}}" for k in range(5000))
    head = ROWS.partition("fields:")[0]
    stimuli = parse_stimuli(f"{head}fields: {{text: text}}\nrows:\n{many}\n")
    instrument = about_instrument(
        about={"text": "text"}, items=[{"id": "a", "stem": {"en": {"plain": "x"}}}]
    )
    tracemalloc.start()
    plan = Plan(instrument, WHO, about=choose(stimuli))
    first = next(plan.administrations())
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert first.stimulus.id == "r0"
    assert used < 100 * 5000
