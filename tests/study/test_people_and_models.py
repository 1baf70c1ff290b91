"""People who fill in the form and a model go through one study, verdict and report."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import yaml
from people_at_a_form import Visitor

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.errors import StudyError
from valuealign.serve.run_server import serving
from valuealign.serve.survey import survey_of
from valuealign.shipped import shipped
from valuealign.study.agreement_tables import stands
from valuealign.study.rater_agreement import agreement_table, ratings_by_rater

N_PEOPLE, EACH = 30, 4
SD_STIMULUS, SD_RATER = 1.1, 0.5
SAYS = {
    "information": {"en": "We ask how people see descriptions."},
    "consent": [{"en": "I take part of my own free will."}],
    "contact": "study@example.org",
    "help_line": {"en": "Call 000 000, day and night."},
    "page": "list",
}


def with_participants(name, folder, **says):
    """A copy of a shipped study that says something to participants."""
    content = yaml.safe_load((shipped("studies") / f"{name}.yaml").read_text(encoding="utf-8"))
    path = folder / f"{name}.yaml"
    content["analyses"] = ["agreement", "effects"]
    path.write_text(yaml.safe_dump({**content, "participants": {**SAYS, **says}}), "utf-8")
    return path


def quality(app, item):
    """How good an app is in one respect: the same for every rater, apart from what is planted."""
    base = random.Random(f"{app}{item}").gauss(0, SD_STIMULUS)
    return 3 + base + (1.2 if item == "crisis_help" and "help line" in app else 0)


def rating(app, item, draw):
    """A rating of one rater: the quality, an error of their own, on the scale."""
    return int(np.clip(round(quality(app, item) + draw.gauss(0, SD_RATER)), 1, 5))


@pytest.fixture(scope="module")
def appraised(tmp_path_factory):
    """Thirty people who rate four apps each, through HTTP; then a model."""
    folder = tmp_path_factory.mktemp("people")
    path = with_participants("elyoseph-2024-appraisal", folder, each=EACH)
    with serving(survey_of("app-appraisal", study=path), folder / "s.db") as served:
        for k in range(N_PEOPLE):
            draw = random.Random(k)
            visitor = Visitor(served.base_url)
            visitor.begin()
            visitor.fill_in(
                lambda text, name, _, draw=draw: str(rating(text, name.removeprefix("a-"), draw))
            )
    store = folder / "s.db"
    return va.run_study(path, "sim:vignette", store=store, display=Quiet()), store


def table(result, analysis):
    """The numbers behind one section."""
    (section,) = [one for one in result.sections if one.analysis == analysis]
    return next(iter(section.data.values()))


def planted_alpha():
    """Agreement of two such raters about very many apps."""
    draw = np.random.default_rng(0)
    apps = 3 + draw.normal(0, SD_STIMULUS, 200_000)
    one, two = (np.clip(np.round(apps + draw.normal(0, SD_RATER, apps.size)), 1, 5) for _ in "ab")
    return float(np.corrcoef(one, two)[0, 1])


def test_agreement_of_people_is_what_was_planted(appraised):
    rows = table(appraised[0], "agreement").query("among == 'people'")
    assert set(rows["n_raters"]) == {N_PEOPLE}
    assert set(rows["n_units"]) == {20}
    truth = planted_alpha()
    covered = (rows["ci_lower"] <= truth) & (truth <= rows["ci_upper"])
    assert covered.mean() >= 0.75, (truth, rows)
    assert abs(rows["value"].mean() - truth) < 0.08
    assert set(rows["kind"]) == {"ordinal"}


def test_people_and_the_model_are_raters_of_one_table(appraised):
    found = table(appraised[0], "agreement")
    everyone = found.query("among == 'all'")
    assert set(everyone["n_raters"]) == {N_PEOPLE + 1}
    assert "models" not in set(found["among"])
    assert (everyone["value"].to_numpy() < 0.9).all()


def test_a_planted_effect_is_found_in_people(appraised):
    """Each app has a quality of its own in every respect, so no other effect is exactly zero."""
    effects = table(appraised[0], "effects")
    mine = effects[effects["model"] == "people:sample"].set_index(["item", "effect"])
    assert mine.loc[("crisis_help", "crisis: met - missed"), "ci_lower"] > 0
    found = appraised[0].findings.set_index(["check", "respondent"])
    assert found.loc[("crisis_seen", "people:sample"), "agrees"] == "yes"


def test_people_and_a_model_go_through_verdict_and_report(tmp_path):
    path = tmp_path / "mine.yaml"
    study = {
        "id": "mine",
        "title": "Values",
        "instruments": [{"instrument": "moods.yaml"}],
        "participants": {**SAYS, "forms": ["direction=published,reversed"]},
    }
    path.write_text(yaml.safe_dump(study), "utf-8")
    (tmp_path / "moods.yaml").write_bytes((Path(__file__).parents[1] / "moods.yaml").read_bytes())
    store = tmp_path / "s.db"
    survey = survey_of("moods.yaml", study=path)
    assert [q.form.direction for q in survey.questionnaires] == ["published", "reversed"]
    with serving(survey, store) as served:
        for k in range(8):
            draw = random.Random(k)
            visitor = Visitor(served.base_url)
            visitor.begin()
            visitor.fill_in(lambda text, name, options, draw=draw: draw.choice(options))
    va.administer(tmp_path / "moods.yaml", "sim:yes", store=store, display=Quiet())
    given = va.responses(store)
    verdict = va.verdict(given)
    assert set(verdict.headline) == {"people:sample", "sim:yes"}
    claims = verdict.table.set_index(["respondent", "claim"])["standing"]
    assert claims["people:sample", "describe"] == "permitted"
    report = va.write_report(given, tmp_path / "r.html").path.read_text(encoding="utf-8")
    assert "people:sample" in report


@pytest.mark.parametrize("name", ["elyoseph-2024-appraisal", "tavory-2024-care"])
def test_each_study_runs_with_models_as_raters(tmp_path, name):
    result = va.run_study(
        name, ["sim:vignette", "sim:additive"], store=tmp_path / "s.db", display=Quiet()
    )
    assert [section.analysis for section in result.sections] == ["agreement", "cells", "effects"]
    assert not any("not available" in note for s in result.sections for note in s.notes)
    found = result.findings.set_index(["check", "respondent"])["agrees"]
    assert found.iloc[0] == "yes"
    assert "all" in found.index.get_level_values("respondent")
    rows = result.published
    assert rows.loc[rows["value"].notna(), "source"].notna().all()
    assert rows.loc[rows["value"].isna(), "reason"].str.contains("not at hand|none was").all()
    assert any("not the author" in text or "are ours" in text for text in result.notes)


@pytest.mark.parametrize(
    ("numbers", "agrees"),
    [
        ((0.8, 0.667, 0.9), "yes"),
        ((0.8, 0.6669, 0.9), "inconclusive"),
        ((0.5, 0.3, 0.6669), "no"),
        ((0.5, 0.3, 0.667), "inconclusive"),
    ],
)
def test_agreement_is_judged_by_its_interval(numbers, agrees):
    assert stands(numbers, 0.667)[0] == agrees


def long_of(ratings):
    """Responses of raters, as a store gives them."""
    import pandas as pd

    rows = [
        {
            "item_id": "a",
            "stimulus": f"s{unit}",
            "stimulus_variant": "original",
            "model": model,
            "persona": persona,
            "value": float(value),
        }
        for (model, persona), values in ratings.items()
        for unit, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


class OneItem:
    """An instrument with one item."""

    item_ids = ("a",)


def test_people_of_one_group_are_raters_of_their_own():
    same = {("people:sample", "p1"): [1, 2, 3, 2], ("people:sample", "p2"): [1, 2, 3, 2]}
    found = agreement_table(ratings_by_rater(long_of(same)), OneItem())
    assert found["among"].tolist() == ["all"]
    assert found["value"].tolist() == [1.0]
    both = same | {("gpt", None): [3, 1, 2, 2], ("gpt2", None): [3, 1, 2, 2]}
    found = agreement_table(ratings_by_rater(long_of(both)), OneItem()).set_index("among")
    assert found.loc[["people", "models"], "value"].tolist() == [1.0, 1.0]
    assert found.loc["all", "value"] < 0.9
    assert found.loc["all", "n_raters"] == 4


def test_one_rater_has_no_agreement_and_repeated_ratings_are_means():
    import pandas as pd

    one = long_of({("gpt", None): [1, 2, 3]})
    found = agreement_table(ratings_by_rater(one), OneItem())
    assert found["reason"].tolist() == ["1 of the raters rated it; agreement needs two raters"]
    twice = long_of({("gpt", None): [1, 2, 3], ("b", None): [2, 2, 3]})
    again = twice.assign(value=twice["value"] + 1)
    rated = ratings_by_rater(pd.concat([twice, again]))
    assert rated["value"].tolist() == [1.5, 2.5, 3.5, 2.5, 2.5, 3.5]
    assert agreement_table(rated, OneItem())["kind"].tolist() == ["interval"]


def test_an_item_that_is_not_there_is_an_error_with_a_line(tmp_path):
    path = with_participants("tavory-2024-care", tmp_path)
    path.write_text(path.read_text().replace("item: guilt", "item: gilt"), "utf-8")
    with pytest.raises(StudyError, match=r"yaml:\d+: care-checklist has no item 'gilt'; did you"):
        va.load_study(path)
