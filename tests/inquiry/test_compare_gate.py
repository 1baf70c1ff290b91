"""Who does not answer the items has no place among people; nulls and collapse."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import valuealign as va

DE = "pvq21-de-ess9"
PVQ = va.load_instrument("pvq-21")
FORMS = list(itertools.product(("published", "reversed"), ("stem", "opposed")))
LABELS = ("numbers", "words", "letters")


def planted(answer, *, seed=1, occasions=3, forms=None, model="planted"):
    """Replies of a respondent: `answer(rng, opposed, turned)` gives 21 codes as published."""
    rng = np.random.default_rng(seed)
    rows = []
    for direction, content in forms or FORMS:
        for labels, occasion in itertools.product(LABELS, range(1, occasions + 1)):
            values = answer(rng, content == "opposed", direction == "reversed")
            design = {
                "model": model,
                "direction": direction,
                "content": content,
                "labels": labels,
                "occasion": occasion,
            }
            rows.append(dict(zip(PVQ.item_ids, values, strict=True)) | design)
    return va.as_responses(pd.DataFrame(rows), PVQ)


def person(rng, opposed, turned):
    """Somebody with values, and errors."""
    mean = np.resize([6, 5, 2, 4, 1, 6, 3], 21)
    values = 7 - mean if opposed else mean
    return np.clip(values + rng.integers(-1, 2, 21), 1, 6)


def always_four(rng, opposed, turned):
    """The option shown as 4, with 5 % random errors."""
    shown = np.where(rng.random(21) < 0.05, rng.integers(1, 7, 21), 4)
    return 7 - shown if turned else shown


def noise(rng, opposed, turned):
    """Any option."""
    return rng.integers(1, 7, 21)


def agrees(rng, opposed, turned):
    """With whatever is said."""
    return np.clip(5 + rng.integers(-1, 2, 21), 1, 6)


def compared(given, **more):
    return va.compare(given, DE, draws=20, **more)


@pytest.mark.parametrize("answer", [always_four, noise, agrees])
def test_no_standing_no_percentile_and_nobody_nearest(answer):
    for seed in range(6):
        found = compared(planted(answer, seed=seed))
        assert set(found.scales["standing"]) == {"inconclusive"}
        assert found.scales["percentile"].isna().all()
        assert found.nearest.empty
        assert found.gates["planted"] == "not permitted"
        assert found.scales["reason"].str.contains("does not answer the items").all()
        assert "does not answer the items" in found.unavailable["people nearest to planted"]


def test_who_answers_the_items_stands_among_people():
    found = compared(planted(person))
    assert found.gates["planted"] == "permitted"
    assert {"equivalent", "different"} & set(found.scales["standing"])
    assert found.scales["percentile"].notna().all()
    assert len(found.nearest)


@pytest.mark.parametrize(
    ("forms", "says"),
    [
        ([("published", "stem")], "no reversed response scale; no opposed stems"),
        ([("published", "stem"), ("reversed", "stem")], "no opposed stems"),
        ([("published", "stem"), ("published", "opposed")], "no reversed response scale"),
    ],
)
def test_without_the_forms_of_the_gate_nothing_is_concluded(forms, says):
    found = compared(planted(person, forms=forms))
    assert found.gates["planted"] == "inconclusive"
    assert set(found.scales["standing"]) == {"inconclusive"}
    assert found.scales["reason"].str.contains(says).all()
    assert found.nearest.empty


def test_scores_alone_do_not_say_whether_items_were_answered():
    scores = va.score(planted(person), centre="mrat")
    found = compared(scores)
    assert set(found.scales["standing"]) == {"inconclusive"}
    assert found.scales["reason"].str.contains("give the responses themselves").all()


def test_people_need_no_gate():
    found = va.compare("pvq21-us-gss2012", DE, margins=0.2)
    assert found.gates == {}
    assert "equivalent" in set(found.scales["standing"])


def test_every_correlation_with_people_is_reached_by_their_own_mean():
    found = compared(planted(person))
    nulls = found.nulls[found.nulls["statistic"] == "profile correlation"].set_index("null")
    assert nulls.loc["everyone gives people's mean", "best"] == pytest.approx(1)
    assert nulls.loc["everyone gives people's mean", "reached"]
    assert nulls.loc["uniform answers", "median"] == pytest.approx(0, abs=0.1)
    assert any("null respondent does as well" in flag for flag in found.flags)


def test_a_distance_has_the_floor_that_error_alone_gives():
    row = compared(planted(person)).profiles.iloc[0]
    assert 0 < row["noise_floor"] < row["distance"]
    assert row["distance"] ** 2 * row["n_scales"] == pytest.approx(row["distance_squared"])


def test_the_family_of_tests_is_declared():
    """A respondent's adjusted p depends on others only where all tests are one family."""
    both = pd.concat([planted(person).long, planted(agrees, model="other", seed=2).long])
    columns = ["model", "item_id", "value", "direction", "content", "labels", "occasion"]
    given = va.as_responses(both[columns], PVQ)

    def adjusted(data, family):
        table = compared(data, family=family).scales
        return table[table["respondent"] == "planted"]["pvalue_fdr"].to_numpy()

    alone = adjusted(planted(person), "respondent")
    np.testing.assert_allclose(adjusted(given, "respondent"), alone)
    assert not np.allclose(adjusted(given, "all"), alone)
    assert compared(given).family == "all"


def personas(spread, n=120):
    """Personas around people's mean: spread 1 differ as people do, 0 not at all."""
    moments = va.load_population(DE).moments
    rng = np.random.default_rng(3)
    own = rng.multivariate_normal(moments.mean, moments.covariance, n, method="cholesky")
    mean = np.asarray(moments.mean)
    rows = []
    for k, x in enumerate(mean + spread * (own - mean)):
        for direction, content in FORMS:
            values = np.clip(np.round(7 - x if content == "opposed" else x), 1, 6)
            design = {"model": "m", "persona": f"p{k}", "direction": direction, "content": content}
            rows.append(dict(zip(PVQ.item_ids, values, strict=True)) | design)
    return va.as_responses(pd.DataFrame(rows), PVQ)


def test_personas_that_differ_as_people_do_and_personas_that_collapse():
    wide, narrow = (compared(personas(s), unit="personas").collapse.iloc[0] for s in (1.0, 0.2))
    assert wide["standing"] == "permitted"
    assert narrow["standing"] == "not permitted"
    assert narrow["variance_ratio"] < 0.2 < wide["variance_ratio"]


def test_a_respondent_without_scores_is_left_out_and_named():
    """One that can hardly be read does not take the comparison from the others."""

    def silent(rng, opposed, turned):
        return np.where(np.arange(21) == 3, 4.0, np.nan)

    columns = ["model", "item_id", "value", "direction", "content", "labels", "occasion"]
    both = pd.concat([planted(person).long, planted(silent, model="silent").long])
    found = compared(va.as_responses(both[columns], PVQ))
    assert set(found.scales["respondent"]) == {"planted"}
    assert "too many are missing for a score" in found.unavailable["scores of silent"]
    assert found.gates == {"planted": "permitted"}
