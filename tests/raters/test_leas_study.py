"""A study whose replies are rated in a step of its own, end to end and offline."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import StudyError
from valuealign.supply.preparation import done_already, prepare

STUDY = "elyoseph-2024-leas"
MINE = """
id: mine
title: Scenes, rated
instruments: [{instrument: leas, occasions: 1, forms: [published]}]
rate:
  - {step: rate, rubric: leas-levels, of: leas, raters: ["rule:leas-words"], sample: 10}
analyses: [ratings]
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The study with a model of known answers and two raters."""
    store = tmp_path_factory.mktemp("leas") / "a.db"
    return store, va.run_study(STUDY, "sim:feeler", raters=["sim:rater"], store=store)


def test_the_replies_are_rated_and_scored_and_the_raters_compared(ran):
    _, result = ran
    scores, agreement, probes = result.sections
    assert list(scores.table["rater"]) == ["rule:leas-words", "sim:rater", "mean of all"]
    assert scores.notes[0].startswith("unvalidated: rule:leas-words and sim:rater")
    assert agreement.notes[0].startswith("self: Krippendorff's alpha +0.")
    assert agreement.notes[-1].startswith("unvalidated")
    assert set(agreement.table["rubric_item"]) == {"self", "other", "distinct"}
    assert "length at equal level" in set(probes.table["probe"])
    assert any(note.startswith("not available: consistency") for note in probes.notes)


def test_agreement_is_a_finding_and_published_numbers_that_are_not_at_hand_are_null(ran):
    _, result = ran
    assert list(result.findings["agrees"]) == ["yes", "yes"]
    assert (result.findings["ci_lower"] >= 0.667).all()
    missing = result.published[result.published["value"].isna()]
    assert set(missing["what"]) == {
        "LEAS scores of the two models",
        "scores of the general population that the models were compared with",
    }
    assert missing["reason"].notna().all()
    assert result.published[result.published["value"].notna()]["source"].notna().all()


def test_the_same_study_again_asks_nothing(ran):
    store, _ = ran
    va.run_study(STUDY, "sim:feeler", raters=["sim:rater"], store=store)
    prepared = prepare("leas-levels", "sim:rater", about=va.replies(store), store=store)
    assert done_already(prepared) == prepared.plan.n_cells


def test_one_rater_has_no_agreement_and_the_study_says_how_to_get_it(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    result = va.run_study(path, "sim:feeler", store=tmp_path / "a.db")
    assert "only rule:leas-words rated; agreement needs two raters: --rater MODEL" in str(
        result.sections[1].notes
    )
    assert len(va.responses(tmp_path / "a.db", instrument="leas-levels").design) == 10


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("of: leas,", "of: lees,", "the study gives no instrument 'lees'; did you mean 'leas'"),
        ("rubric: leas-levels", "rubric: pvq-21", "pvq-21 is not asked about replies"),
        ("rule:leas-words", "rule:leas-word", "did you mean 'leas-words'"),
        ("step: rate", "steps: rate", "steps'; did you mean 'step'"),
        (", sample: 10", ', forms: ["direction=up"]', "direction is 'up'"),
    ],
)
def test_a_step_that_cannot_be_carried_out_is_an_error_with_its_line(tmp_path, old, new, says):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace(old, new))
    with pytest.raises(StudyError, match=says) as error:
        va.load_study(path)
    assert error.value.line == 6


def test_a_dry_run_says_what_is_rated_afterwards(tmp_path):
    asked = ["study", "replicate", STUDY, "--model", "sim:feeler", "--dry-run"]
    done = CliRunner().invoke(valuealign, [*asked, "--store", str(tmp_path / "a.db")])
    assert done.exit_code == 0, done.output
    assert "then rate: leas-levels about every reply to leas, by rule:leas-words" in done.stderr
