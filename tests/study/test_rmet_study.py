"""The picture study recovers what is planted in a respondent that decodes its pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.plan.form_pictures import item_pictures
from valuealign.administration.run.progress import Quiet
from valuealign.errors import InstrumentError, PlanError, StudyError
from valuealign.instrument.media import install_media
from valuealign.instrument.pictures.drawn_face import drawn
from valuealign.instrument.pictures.picture_rules import SHOWN
from valuealign.simulation import serve
from valuealign.simulation.simulated_sight import FIRST, LAPSE, Sight
from valuealign.study.accuracy.accuracy_expectations import (
    AboveGuessing,
    ControlLowers,
    ItemsAlike,
    RightAgainstPeople,
)
from valuealign.study.accuracy.accuracy_findings import accuracy_findings
from valuealign.study.accuracy.accuracy_sections import (
    control_difference,
    position_share,
    split_difference,
    splits_section,
)
from valuealign.study.accuracy.right_answers import RightAnswers, right_answers, share_of

FACES = va.load_instrument("schematic-faces")
STUDY = "elyoseph-2024-rmet"
OCCASIONS = 4


def planted(shown: str) -> np.ndarray:
    """The probability of a right answer at each item, by what the respondent sees there."""
    sight = Sight(FACES)
    found = []
    for item in FACES.items:
        pictures = item_pictures(FACES, item.id, shown)
        word = sight.expression(pictures[0].data) if pictures else None
        words = [option.label["en"] for option in item.options]
        if word not in words:
            found.append(0.25)
        else:
            right = word == item.attributes["expression"]
            found.append(LAPSE * 0.25 + (1 - LAPSE) * right)
    return np.array(found)


def near(found, expected: float) -> bool:
    """Whether an estimate is within four standard errors; the endpoint's port sets the draws."""
    return abs(found.share - expected) < 4 * (found.ci_upper - found.ci_lower) / 3.92


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Answers through a loopback endpoint that gets the pictures as any vision model does."""
    store = tmp_path_factory.mktemp("faces") / "a.db"
    with serve("faces", FACES) as endpoint:
        given = va.administer(
            FACES,
            "seer",
            base_url=endpoint.base_url,
            store=store,
            occasions=OCCASIONS,
            forms=f"pictures={','.join(SHOWN)}",
            display=Quiet(),
        )
        assert endpoint.requests == 36 * 5 * OCCASIONS
    return right_answers(given.long, FACES)


def test_the_planted_accuracy_of_every_condition_is_recovered(answers):
    for who, shown, rows in answers.each():
        assert who == "seer"
        p = planted(shown)
        error = np.sqrt((p * (1 - p)).sum() / OCCASIONS) / 36
        assert abs(rows["right"].mean() - p.mean()) < 4 * error, shown
    assert planted("shown").mean() == pytest.approx(1 - 0.75 * LAPSE)
    assert planted("scrambled").mean() == planted("absent").mean() == 0.25
    assert planted("inverted").mean() < 0.2  # misled, and not only blinded


@pytest.mark.parametrize("control", ["inverted", "scrambled", "exchanged", "absent"])
def test_the_planted_effect_of_every_control_is_recovered(answers, control):
    found = control_difference(answers, "seer", control)
    effect = planted("shown").mean() - planted(control).mean()
    assert near(found, effect)
    assert found.ci_lower > 0.2


def test_the_planted_habit_of_the_first_option_is_recovered_where_nothing_is_seen(
    answers,
):
    blind = answers.of("seer", "absent")
    first = position_share(blind, 1)
    expected = FIRST + (1 - FIRST) / 4
    assert near(first, expected)
    assert first.share > 0.3
    seen = position_share(answers.of("seer", "shown"), 1)
    habit = 0.25 + LAPSE * FIRST * 0.75
    assert near(seen, habit)


def test_places_are_those_that_were_shown(answers):
    rows = answers.rows
    hits = rows[rows["right"] == 1]
    assert (hits["position"] == hits["right_position"]).all()
    misses = rows[(rows["right"] == 0) & rows["position"].notna()]
    assert (misses["position"] != misses["right_position"]).all()
    assert set(rows["right_position"]) == {1.0, 2.0, 3.0, 4.0}


def test_kinds_of_item_that_are_seen_equally_well_do_not_differ(answers):
    found = split_difference(answers, "seer", "outline", ("round", "square"))
    assert near(found, 0.0)
    notes = " ".join(splits_section(answers).notes)
    assert "expression has 8 levels" in notes


def made(p, *, occasions: int = 3, seed: int = 1, shown: str = "shown") -> pd.DataFrame:
    """Answers of a respondent that is right at each item with a stated probability."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "model": "m",
            "item_id": item.id,
            "value": float(item.answer if rng.random() < chance else item.answer % 4 + 1),
            "pictures": shown,
            "administration_id": f"{shown}{k}",
            "seed": 1 + k,
            "direction": "published",
            "labels": "numbers",
            "language": "en",
        }
        for k in range(occasions)
        for item, chance in zip(FACES.items, np.broadcast_to(p, 36), strict=True)
    ]
    return pd.DataFrame(rows)


def judged(expects, frame) -> list[str]:
    answers = right_answers(frame, FACES)
    return [row["agrees"] for row in accuracy_findings(expects, answers)]


def test_above_guessing_is_decided_by_the_exact_test_on_each_side():
    once = lambda n: made([1.0] * n + [0.0] * (36 - n), occasions=1)  # noqa: E731
    expects = AboveGuessing(kind="above_guessing", instrument=FACES.id)
    assert judged(expects, once(14)) == ["yes"]  # p = .046
    assert judged(expects, once(13)) == ["inconclusive"]  # p = .092
    assert judged(expects, once(4)) == ["inconclusive"]
    assert judged(expects, once(3)) == ["no"]
    again = made([1.0] * 14 + [0.0] * 22, occasions=5)  # the same items again are not evidence
    assert judged(expects, again) == ["inconclusive"]


def test_people_are_compared_by_the_interval():
    frame = made([1.0] * 30 + [0.0] * 6, occasions=1)  # 30 of 36: 24.2 to 33.7
    says = lambda mean, side: RightAgainstPeople(  # noqa: E731
        kind="right_against_people", instrument=FACES.id, mean=mean, n=122, direction=side
    )
    assert judged(says(24.1, "above"), frame) == ["yes"]
    assert judged(says(24.3, "above"), frame) == ["inconclusive"]
    assert judged(says(33.8, "above"), frame) == ["no"]
    assert judged(says(33.8, "below"), frame) == ["yes"]


def test_items_are_alike_only_where_the_interval_is_within_the_margin():
    split = lambda margin: ItemsAlike(  # noqa: E731
        kind="items_alike",
        instrument=FACES.id,
        by="outline",
        levels=("round", "square"),
        margin=margin,
    )
    round_ = np.array([item.attributes["outline"] == "round" for item in FACES.items])
    same = made(0.95, occasions=8, seed=3)
    interval = split_difference(right_answers(same, FACES), "m", "outline", ("round", "square"))
    widest = max(-interval.ci_lower, interval.ci_upper)
    assert judged(split(widest + 0.001), same) == ["yes"]
    assert judged(split(widest - 0.001), same) == ["inconclusive"]
    assert judged(split(0.2), made(np.where(round_, 0.98, 0.3))) == ["no"]


def test_a_control_is_judged_beside_the_pictures_and_needs_both():
    expects = ControlLowers(kind="control_lowers", instrument=FACES.id, pictures="absent")
    both = lambda p: pd.concat([made(0.9), made(p, shown="absent", seed=2)])  # noqa: E731
    assert judged(expects, both(0.3)) == ["yes"]
    assert judged(expects, both(0.9)) == ["inconclusive"]
    worse = pd.concat([made(0.3), made(0.95, shown="absent")])
    assert judged(expects, worse) == ["no"]
    rows = list(accuracy_findings(expects, right_answers(made(0.9), FACES)))
    assert rows[0]["because"] == "no form was given with pictures=absent"


def test_an_unreadable_answer_is_wrong_and_takes_no_place():
    frame = made(1.0, occasions=1)
    frame.loc[:17, "value"] = np.nan
    answers = right_answers(frame, FACES)
    assert share_of(answers.rows).share == 0.5
    assert answers.rows["position"].isna().sum() == 18


def test_the_study_names_what_it_needs_and_runs_on_the_users_pictures(tmp_path):
    study = va.load_study(STUDY)
    with pytest.raises(InstrumentError, match=r"wording rmet FOLDER.*pictures=absent"):
        va.run_study(study, "sim:random", store=tmp_path / "a.db")
    with pytest.raises(PlanError, match="did you mean 'rmet'"):
        study.only(["rmett"])
    words = study.only(["rmet"], ["pictures=absent"])
    result = va.run_study(words, "sim:random", store=tmp_path / "a.db", display=Quiet())
    found = result.findings.set_index("check")
    assert found.loc["needs_the_picture", "because"] == "no form was given with pictures=shown"
    assert found.loc["words_alone", "agrees"] in ("yes", "inconclusive")
    assert not any(check.startswith("drawn") for check in found.index)
    eyes = tmp_path / "eyes"
    eyes.mkdir()
    for k, item in enumerate(FACES.items, start=1):
        (eyes / f"item {k}.png").write_bytes(drawn(item.media[0].drawn).data)
    assert install_media(va.load_instrument("rmet"), eyes).n_pictures == 36
    result = va.run_study(
        study.only(["rmet"]), "sim:random", store=tmp_path / "b.db", display=Quiet()
    )
    conditions = [section.table for section in result.sections if section.analysis == "accuracy"]
    assert conditions[0]["pictures"].tolist() == list(SHOWN)
    notes = [note for s in result.sections if s.analysis == "splits" for note in s.notes]
    assert any(note.startswith("valence: not available") for note in notes)


def test_the_command_repeats_the_part_that_needs_no_pictures(tmp_path):
    where = ["--store", str(tmp_path / "a.db"), "--model", "sim:faces"]
    options = ["--instrument", "schematic-faces", "--form", "pictures=shown,absent"]
    done = CliRunner().invoke(valuealign, ["study", "replicate", STUDY, *options, *where])
    assert done.exit_code == 0, done.output
    assert "given with schematic-faces alone" in done.output
    assert "no form was given with pictures=inverted" in done.output


@pytest.mark.parametrize(
    ("expects", "said"),
    [
        ("{kind: above_guessing, instrument: pvq-21}", "pvq-21 has no right answers"),
        ("{kind: above_guessing, instrument: rmet, pictures: inverted}", "pictures=inverted"),
        (
            "{kind: items_alike, instrument: rmet, by: sex, levels: [a, b], margin: .1}",
            "no attribute 'sex'",
        ),
        (
            "{kind: items_alike, instrument: rmet, by: sex_of_eyes, levels: [male, femal], "
            "margin: .1}",
            "did you mean 'female'",
        ),
    ],
)
def test_an_expectation_names_what_is_there(expects, said, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "id: mine\ntitle: Mine\ninstruments: [{instrument: rmet}, {instrument: pvq-21}]\n"
        f"checks:\n  - {{id: a, says: b, expects: {expects}}}\n"
    )
    with pytest.raises(StudyError, match=said):
        va.load_study(tmp_path / "mine.yaml")


def test_pictures_of_one_colour_show_no_face():
    assert Sight(FACES).expression(small_picture(1, side=160)) is None
    assert isinstance(right_answers(made(0.5), FACES), RightAnswers)
