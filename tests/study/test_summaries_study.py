"""The summaries study: planted overlap is recovered, and a judge's planted bias is corrected."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from answering_server import answering
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.render import render
from valuealign.analysis.overlap.rouge import rouge_n, words
from valuealign.errors import DataError, PlanError, StudyError
from valuealign.respondent import Respondent
from valuealign.simulation.simulated_respondents import simulated
from valuealign.simulation.simulated_summaries import SUMMARISERS, summary
from valuealign.stimulus.chosen import choose
from valuealign.study.overlap_file import OverlapBeyondOthers, WithReference
from valuealign.study.overlap_tables import overlap_findings
from valuealign.study.overlapped import overlapped

STUDY = "adhikary-2024-summaries"
DIALOGUES = va.load_stimuli("counselling-dialogues")
STIMULI = [DIALOGUES.stimulus(k, "en") for k in range(len(DIALOGUES))]
ITEMS = ("symptom_history", "client_discovery", "reflecting")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("summaries") / "a.db"


@pytest.fixture(scope="module")
def result(store):
    """The study with one who keeps words of the reference, and one who has another's."""
    return va.run_study(STUDY, ["sim:summariser", "sim:elsewhere"], store=store)


def planted(item):
    """The mean F1 of many summaries that keep each word with the stated probability."""
    draw = np.random.default_rng(1)
    scores = [
        rouge_n(
            words(summary("summariser", item, one, DIALOGUES, draw)),
            words(one.reference[item]),
            1,
        )[2]
        for one in STIMULI
        for _ in range(40)
    ]
    return float(np.mean(scores))


def test_planted_overlap_is_recovered_and_no_overlap_is_not_found(result):
    agrees = result.findings.set_index(["check", "respondent"])["agrees"]
    sections = {s.title.split(": ")[1].split(" ")[0]: s.data for s in result.sections}
    assert set(sections) == set(ITEMS)
    for item in ITEMS:
        table = sections[item]["overlap"].set_index(["group", "measure"])
        own = table.loc[("sim:summariser", "rouge1")]
        error = (own["ci_upper"] - own["ci_lower"]) / (2 * 2.262)
        assert abs(own["f1"] - planted(item)) < 3 * error
        assert own["n_units"] == len(STIMULI)
        assert agrees[item, "sim:summariser"] == "yes"
        assert agrees[item, "sim:elsewhere"] == "no"
        assert table.loc[("sim:elsewhere", "rouge1"), "f1"] < 0.3
    assert all("overlap is not quality" in s.notes[0] for s in result.sections)


def test_published_values_are_marked_as_second_hand_and_none_is_compared(result):
    known = result.published[result.published["value"].notna()]
    assert known["source"].str.contains("second-hand").all()
    missing = result.published[result.published["value"].isna()]
    assert missing["reason"].str.len().min() > 10
    assert (result.findings["published"] == "an expectation of yours").all()


def test_no_reference_is_in_a_prompt():
    plan = Plan(
        va.load_instrument("session-summary"),
        (Respondent("m", "http://endpoint/v1"),),
        parse_forms(["published"]),
        1,
        "choice",
        about=choose("counselling-dialogues"),
    )
    pages = [
        str(render(each.cell(position), []).messages)
        for each in plan.administrations()
        for position in range(each.n_cells)
    ]
    assert len(pages) == len(STIMULI) * len(ITEMS)
    assert all("Counsellor" in page for page in pages)
    for one in STIMULI:
        for text in one.reference.values():
            assert not any(text[:60] in page for page in pages)


def test_references_are_about_their_dialogue_and_of_one_length():
    for one in STIMULI:
        for item, text in one.reference.items():
            assert 15 <= len(words(text)) <= 45, (one.id, item)
            overlap = {
                other.id: rouge_n(words(text), words(other.shown["dialogue"]), 1)[0]
                for other in STIMULI
            }
            assert max(overlap, key=overlap.get) == one.id, (one.id, item)


@pytest.mark.parametrize(
    ("direction", "than", "agrees"),
    [
        ("above", 0.2, "yes"),
        ("below", 0.2, "no"),
        ("above", 0.8, "no"),
        ("below", 0.8, "yes"),
        ("above", None, "inconclusive"),
    ],
)
def test_a_finding_follows_the_side_of_its_interval(direction, than, agrees):
    """With ``than`` inside the interval neither side is shown."""
    long = answers("summariser")
    each = WithReference(
        instrument="session-summary", item="symptom_history", reference="symptom_history"
    )
    found = overlapped(long, each, choose("counselling-dialogues"))
    middle = float(found.beyond.set_index("measure").loc["rouge1", "difference"])

    class Evidence:
        class study:  # noqa: N801  # stands for an attribute
            class file:  # noqa: N801
                references = (each,)

        @staticmethod
        def overlapped(_):
            return found

    expects = OverlapBeyondOthers(
        kind="overlap_beyond_others",
        instrument="session-summary",
        item="symptom_history",
        measure="rouge1",
        direction=direction,
        than=middle if than is None else than,
    )
    (row,) = overlap_findings(expects, Evidence)
    assert row["agrees"] == agrees


def answers(name, **changes):
    """Summaries of a simulated respondent, as rows of responses."""
    draw = np.random.default_rng(3)
    rows = [
        {
            "model": name,
            "item_id": "symptom_history",
            "outcome": "answer",
            "raw": summary(name, "symptom_history", one, DIALOGUES, draw),
            "language": "en",
            "stimulus": one.id,
            "stimulus_variant": "original",
        }
        for one in STIMULI
    ]
    return pd.DataFrame(rows).assign(**changes)


def test_refusals_and_reasoning_do_not_count():
    each = WithReference(
        instrument="session-summary", item="symptom_history", reference="symptom_history"
    )
    about = choose("counselling-dialogues")
    long = answers("summariser")
    thinking = long.assign(raw="<think>the reference</think>" + long["raw"])
    one, other = (overlapped(rows, each, about) for rows in (long, thinking))
    assert one.own.table["f1"].tolist() == other.own.table["f1"].tolist()
    some = long.assign(outcome=["refusal"] * 3 + ["answer"] * 7)
    assert overlapped(some, each, about).n_missing == 3
    with pytest.raises(DataError, match="no reply to symptom_history"):
        overlapped(long.assign(outcome="refusal"), each, about)


@pytest.mark.parametrize("name", SUMMARISERS)
def test_a_summariser_needs_something_to_summarise(name):
    with pytest.raises(PlanError, match="stimuli that have a reference"):
        simulated(name, va.load_instrument("session-summary"))
    with pytest.raises(PlanError, match="writes open answers"):
        simulated(name, va.load_instrument("crisis-outlook"), stimuli=DIALOGUES)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "item: symptom_history, ref|item: symptom_histori, ref",
            "symptom_histori",
        ),
        (
            "reference: symptom_history}|reference: dialogue}",
            "'dialogue'",
        ),
        (
            "item: symptom_history, measure|item: symptom_histori, measure",
            "no reference the item 'symptom_histori'",
        ),
        ("- {instrument: session-summary, item: s|- {instrument: leas, item: s", "no instrument"),
    ],
)
def test_a_study_that_refers_to_nothing_is_refused(tmp_path, change, message):
    text = va.load_study(STUDY).path.read_text("utf-8")
    before, after = change.split("|")
    assert before in text
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(StudyError, match=message):
        va.load_study(file)


RULE = """
id: {id}
version: "1.0"
title: A stand-in for raters, of no meaning
source: Written for a test.
rights: {{holder: the valuealign developers, terms: Apache-2.0, redistribution: true}}
language: en
rubric: summary-acceptability
kind: checklist
checks:
"""


def rater(folder, name, patterns):
    """Write a rule that gives 2 to a summary with one of these words, else 0; return its name."""
    items = va.load_instrument("summary-acceptability").item_ids
    lines = [f"  {item}: {{any: [{patterns}], present: 2, absent: 0}}" for item in items]
    file = folder / f"{name}.yaml"
    file.write_text(RULE.format(id=name).lstrip() + "\n".join(lines) + "\n", "utf-8")
    return f"rule:{file}"


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    """Replies of two models that are equally clear; the judge also likes a style of one of them."""
    folder = tmp_path_factory.mktemp("rated")
    draw = np.random.default_rng(5)

    def answer(body):
        style = " poetic" if body["model"] == "flowery" and draw.random() < 0.6 else ""
        kind = "clear" if draw.random() < 0.5 else "vague"
        return f"Summary {draw.integers(10**9)}: {kind}{style}."

    db = folder / "s.db"
    with answering(answer) as server:
        va.administer(
            "session-summary",
            ["plain", "flowery"],
            about="counselling-dialogues",
            occasions=2,
            base_url=server.base_url,
            store=db,
        )
    for name in (rater(folder, "people", "clear"), rater(folder, "judge", "clear, poetic")):
        about = va.replies(db, instrument="session-summary")
        va.administer("summary-acceptability", name, about=about, store=db)
    return db


def test_a_judge_who_favours_one_model_is_corrected_by_people_who_rate_a_part(rated):
    names = {"judge": "rule:judge", "people": "rule:people"}
    every = va.paired_ratings(rated, "summary-acceptability", **names)
    assert len(every) == 2 * 2 * len(STIMULI) * 3 * 7
    rows = every[every["rubric_item"] == "coherence"]
    truth = rows.groupby("model")["people"].mean()
    draw = np.random.default_rng(1)
    part = rows.assign(people=rows["people"].where(draw.random(len(rows)) < 0.4))
    result = va.corrected(part, judge="judge", people="people", by="model", cluster="stimulus")
    table = result.table.set_index(["group", "method"])
    for model in ("plain", "flowery"):
        row = table.loc[(model, "corrected")]
        assert row["ci_lower"] < truth[model] < row["ci_upper"]
    assert table.loc[("flowery", "uncorrected"), "ci_lower"] > truth["flowery"] + 0.2
    difference = result.differences.set_index("method")["pvalue"]
    assert difference["uncorrected"] < 0.01
    assert difference["corrected"] > 0.05
    bias = result.judge.set_index("group")
    assert bias.loc["flowery", "bias_lower"] > 0.2
    assert bias.loc["plain", "bias"] == 0


def test_raters_are_named_and_people_are_needed(rated):
    with pytest.raises(DataError, match="no person rated these replies, only rule:people"):
        va.paired_ratings(rated, "summary-acceptability", judge="rule:judge")
    with pytest.raises(DataError, match="there is no rater 'rule:jugde'; did you mean"):
        va.paired_ratings(rated, "summary-acceptability", judge="rule:jugde", people="rule:people")


def test_the_command_corrects_every_item_of_a_rubric(rated):
    words = ["analyze", "corrected", "--store", str(rated), "--rubric", "summary-acceptability"]
    words += ["--judge", "rule:judge", "--people", "rule:people", "--json"]
    done = CliRunner().invoke(valuealign, words)
    assert done.exit_code == 0, done.output
    out = json.loads(done.stdout)
    assert list(out) == list(va.load_instrument("summary-acceptability").item_ids)
    assert {row["group"] for row in out["coherence"]["table"]} == {"plain", "flowery"}
    assert all("every row" in flag for flag in out["coherence"]["flags"])
