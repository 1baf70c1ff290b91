"""Stimuli from the command to the frame: asked once, stored once, never pooled unseen."""

from __future__ import annotations

import json
import sqlite3

import pytest
from click.testing import CliRunner
from stimulus_files import ROWS
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError, PlanError, StimulusError
from valuealign.simulation import serve
from valuealign.stimulus.load_stimuli import parse_stimuli
from valuealign.supply.preparation import done_already, prepare

SET = "burden-belonging"
ASKED = ("crisis-outlook", "sim:vignette")


def test_what_is_answered_is_not_asked_again_and_a_new_variant_is(tmp_path):
    store = tmp_path / "a.db"
    stimuli = va.load_stimuli(SET)
    with serve("vignette", va.load_instrument("crisis-outlook"), stimuli=stimuli) as endpoint:
        asked = {"base_url": endpoint.base_url, "store": store, "about": SET}
        va.administer("crisis-outlook", "m", limit=3, **asked)
        assert endpoint.requests == 12
        va.administer("crisis-outlook", "m", **asked)
        assert endpoint.requests == 48
        prepared = prepare("crisis-outlook", "m", **asked)
        assert done_already(prepared) == prepared.plan.n_cells == 48
        va.administer("crisis-outlook", "m", **asked)
        assert endpoint.requests == 48
        va.administer("crisis-outlook", "m", variant="misspelt", limit=1, **asked)
        assert endpoint.requests == 52


def test_factors_and_facts_are_columns_and_texts_are_not(tmp_path):
    stimuli = parse_stimuli(
        ROWS.replace("fields: {text: text", "fields: {vignette: text").replace(
            "{text:", "{vignette:"
        )
    )
    given = va.administer("crisis-outlook", "sim:random", about=stimuli, store=tmp_path / "a.db")
    design = given.design.astype(object).where(given.design.notna(), None)
    found = {n: design[n].tolist() for n in design.columns if n.startswith("stimulus")}
    assert found == {
        "stimulus": ["r1", "r2"],
        "stimulus_set": ["walks", "walks"],
        "stimulus_base": ["r1", "r2"],
        "stimulus_variant": ["original", "original"],
        "stimulus_sex": ["f", "m"],
        "stimulus_age": [34.0, 2.5],
        "stimulus_truth_outcome": ["attempt", None],
    }
    assert "It snows." not in design.astype(str).to_numpy()
    assert set(found) <= set(given.long.columns)
    assert set(found) <= set(given.wide.columns)


def test_cells_of_a_design_are_conditions_that_are_pooled_only_by_declaration(tmp_path):
    store = tmp_path / "a.db"
    va.administer(*ASKED, about=SET, store=store)
    apart = va.responses(store)
    assert apart.design["respondent"].nunique() == 4
    assert "burden high" in apart.design["respondent"][0]
    assert len(apart.counts()) == 4
    pooled = va.responses(store, pool=["stimulus_burden", "stimulus_belonging"])
    (name,) = pooled.design["respondent"].unique()
    assert "burden high and low pooled" in name
    with pytest.raises(DataError, match="did you mean 'stimulus_burden'"):
        _ = va.responses(store, pool=["stimulus_burdn"]).design


def test_base_texts_numbers_and_truth_do_not_make_respondents(tmp_path):
    given = va.administer(*ASKED, about=SET, store=tmp_path / "a.db")
    per_cell = given.design.groupby("respondent")["stimulus_base"].nunique()
    assert per_cell.tolist() == [3, 3, 3, 3]


def test_variants_of_one_stimulus_are_two_conditions(tmp_path):
    store = tmp_path / "a.db"
    va.administer(*ASKED, about=SET, variant=["original", "aside"], limit=1, store=store)
    names = va.responses(store).design["respondent"].tolist()
    assert names == ["sim:vignette (variant original)", "sim:vignette (variant aside)"]


def test_a_stimulus_stands_in_the_store_once_and_the_plan_says_which_were_used(tmp_path):
    store = tmp_path / "a.db"
    va.administer(*ASKED, about=SET, occasions=3, sample=4, seed=7, store=store)
    with sqlite3.connect(store) as connection:
        query = "SELECT count(*), count(DISTINCT hash) FROM contents WHERE kind = 'stimulus'"
        assert connection.execute(query).fetchone() == (4, 4)
        (text,) = connection.execute("SELECT text FROM contents WHERE kind = 'plan'").fetchone()
    about = json.loads(text)["about"]
    assert (about["set"], about["n"], about["sample"]) == (SET, 4, 4)
    assert about["hash"] == va.load_stimuli(SET).hash


def test_a_store_may_hold_administrations_with_and_without_stimuli(tmp_path):
    store = tmp_path / "a.db"
    va.administer(*ASKED, about=SET, limit=1, store=store)
    va.administer("pvq-21", "sim:human", store=store)
    design = va.responses(store).design
    assert design["stimulus"].isna().tolist() == [False, True]
    assert va.responses(store, instrument="pvq-21").wide["pvq01"].notna().all()


@pytest.mark.parametrize("option", [{"variant": "aside"}, {"limit": 1}, {"sample": 1}])
def test_an_option_that_chooses_stimuli_needs_a_set(option):
    with pytest.raises(PlanError, match="name a set: --about SET"):
        prepare("pvq-21", "sim:human", **option)


def test_a_set_that_is_not_there_is_an_error_with_a_suggestion():
    with pytest.raises(StimulusError, match="did you mean 'burden-belonging'"):
        prepare(*ASKED, about="burden-belongin")


def test_the_command_takes_stimuli_and_its_dry_run_asks_nothing(tmp_path):
    store = str(tmp_path / "a.db")
    words = ["administer", "--instrument", "crisis-outlook", "--model", "sim:vignette", "--json"]
    words += ["--about", SET, "--variant", "all", "--sample", "2", "--store", store]
    done = CliRunner().invoke(valuealign, [*words, "--dry-run"])
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)
    assert (shown["about"], shown["stimuli"], shown["requests"]) == (SET, 12, 48)
    assert not (tmp_path / "a.db").exists()
    assert "content note: " in done.stderr
    done = CliRunner().invoke(valuealign, words)
    assert json.loads(done.stdout)["answers"] == 48


@pytest.mark.parametrize("form", ["context=whole", "context=growing", "order=random labels=words"])
def test_the_simulated_reader_sees_the_stimulus_in_every_form(tmp_path, form):
    given = va.administer(
        *ASKED, about=SET, occasions=6, forms=form, elicitation="text", store=tmp_path / "a.db"
    )
    means = given.wide.groupby(["stimulus_burden", "stimulus_belonging"])["mental_pain"].mean()
    assert means["high", "low"] - means["low", "high"] > 1.0


def test_a_report_names_the_stimuli_with_their_content_note_and_limits_of_use(tmp_path):
    given = va.administer(*ASKED, about=SET, store=tmp_path / "a.db")
    va.write_report(given, tmp_path / "r.html")
    page = " ".join((tmp_path / "r.html").read_text(encoding="utf-8").split())
    assert "They name no method and no act." in page
    assert "is not for assessing the risk of any person" in page
    assert "Stimuli" in page
    assert "Dana, 34" not in page


def test_scores_of_stimuli_are_not_confused_with_their_facts(tmp_path):
    store = str(tmp_path / "a.db")
    va.administer(*ASKED, about=SET, store=store)
    done = CliRunner().invoke(valuealign, ["score", "--store", store, "--json"])
    assert done.exit_code == 0, done.output
    assert {row["score"] for row in json.loads(done.stdout)["scores"]} == {"RISK", "n_missing"}
    each = CliRunner().invoke(valuealign, ["score", "--store", store, "--each", "--json"])
    assert json.loads(each.stdout)["scores"][0]["stimulus"] == "dana.high.low"


def test_responses_about_stimuli_may_come_from_elsewhere(tmp_path):
    given = va.administer(*ASKED, about=SET, occasions=2, store=tmp_path / "a.db")
    columns = ["model", "occasion", "item_id", "value", "stimulus", "stimulus_burden"]
    again = va.as_responses(given.long[columns], "crisis-outlook")
    assert len(again.design) == len(given.design) == 24
    assert again.design["respondent"].nunique() == 2
    assert again.wide["mental_pain"].tolist() == given.wide["mental_pain"].tolist()
