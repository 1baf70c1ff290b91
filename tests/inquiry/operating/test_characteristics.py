"""Error rates: resumable, exact, and small where they must be."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from valuealign.errors import DataError
from valuealign.inquiry.operating.characteristics import operating_characteristics
from valuealign.inquiry.operating.page import page
from valuealign.inquiry.operating.rates import PLACE, exact_bound, exact_p, rated, rates
from valuealign.inquiry.verdict.rules import load_rules

ROW = {"kind": "rows", "truth": "items permuted", "n": 500, "construct": "", "occasions": 0}


def table(permitted, total=200, truth="items permuted"):
    standings = ["permitted"] * permitted + ["not permitted"] * (total - permitted)
    rows = [ROW | {"truth": truth, "standings": {"structure": s}} for s in standings]
    return rates(rows, "x").iloc[0]


@pytest.mark.parametrize(("permitted", "holds"), [(0, True), (12, True), (13, False), (20, False)])
def test_a_false_claim_meets_the_bar_up_to_a_count(permitted, holds):
    """Of 200: 12 permits have an upper bound of .096, 13 of .101."""
    assert table(permitted)["holds"] is holds


def test_the_exact_test_decides_where_the_bound_does_not():
    """Of 2,000, 130 permits have an upper bound of .075, and 5 % is rejected."""
    row = table(130, 2000)
    assert row["upper"] < 0.1
    assert row["p"] < 0.01
    assert row["holds"] is False
    assert table(115, 2000)["holds"] is True


@pytest.mark.parametrize(("permitted", "holds"), [(159, False), (160, True)])
def test_a_true_claim_meets_the_bar_from_a_count(permitted, holds):
    assert table(permitted, truth="people")["holds"] is holds


@pytest.mark.parametrize(
    ("permitted", "total", "truth", "holds"),
    [
        (0, 28, "items permuted", None),
        (0, 29, "items permuted", True),
        (6, 28, "items permuted", False),
        (5, 28, "items permuted", None),
        (28, 28, "people", None),
        (16, 28, "people", False),
        (17, 28, "people", None),
    ],
)
def test_few_replicates_can_miss_a_bar_and_not_meet_it(permitted, total, truth, holds):
    assert table(permitted, total, truth)["holds"] is holds


def test_a_claim_that_is_neither_has_no_bar():
    row = ROW | {"truth": "all loadings x .6", "standings": {"structure": "permitted"}}
    assert rates([row], "x").iloc[0]["holds"] is None


def test_exact_numbers_are_scipy_s():
    from scipy.stats import binomtest

    test = binomtest(13, 200, 0.05, alternative="greater")
    assert exact_p(13, 200) == pytest.approx(test.pvalue)
    assert exact_bound(13, 200) == pytest.approx(
        binomtest(13, 200, alternative="less").proportion_ci(0.95).high
    )


def run(tmp_path, replicates, truths=("uniform noise",), **options):
    return operating_characteristics(
        "pvq-21",
        kinds=["respondent"],
        truths=list(truths),
        replicates=replicates,
        path=tmp_path / "replicates.jsonl",
        **options,
    ).table


def test_resumed_equals_uninterrupted_whatever_was_cut_off(tmp_path):
    whole = run(tmp_path, 8, seed=3)
    file = tmp_path / "replicates.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:5]) + lines[5][:20])
    again = run(tmp_path, 8, seed=3)
    pd.testing.assert_frame_equal(whole, again)
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 8
    pd.testing.assert_frame_equal(whole, run(tmp_path, 8, seed=3))


def test_what_is_there_is_not_drawn_again_and_another_seed_is(tmp_path):
    run(tmp_path, 4)
    file = tmp_path / "replicates.jsonl"
    changed = [json.loads(line) for line in file.read_text().splitlines()]
    for row in changed:
        row["standings"]["rank_scales"] = "permitted"
    file.write_text("".join(json.dumps(row) + "\n" for row in changed))
    assert run(tmp_path, 4).set_index("claim")["permitted"]["rank_scales"] == 4
    assert run(tmp_path, 4, seed=2).set_index("claim")["permitted"]["rank_scales"] == 0


def test_workers_do_not_change_the_draws(tmp_path):
    alone = run(tmp_path / "a", 6)
    together = run(tmp_path / "b", 6, workers=2)
    pd.testing.assert_frame_equal(alone, together)


def test_a_broken_file_and_an_unknown_truth_are_named(tmp_path):
    (tmp_path / "replicates.jsonl").write_text("{}\n{}\n")
    with pytest.raises(DataError, match=r"replicates\.jsonl:1: this line is not a replicate"):
        run(tmp_path, 2)
    with pytest.raises(DataError, match="no planted truth is named 'noise'"):
        run(tmp_path / "c", 2, truths=["noise"])


@pytest.mark.slow
def test_twenty_replicates_of_each_cell_keep_the_bar():
    """What an exact test at 1 % rejects, in either direction, is named."""
    result = operating_characteristics("pvq-21", kinds=["respondent", "pair"], replicates=20)
    named = result.failures[result.failures["claim"] != "values_differ"]
    assert named.empty  # strong values differ in 74 % with 21 items, which the page says


def test_rows_are_judged_and_a_false_truth_is_shared_among_constructs():
    result = operating_characteristics(
        "pvq-21",
        kinds=["rows"],
        truths=["people", "one loading x .6", "items permuted"],
        n=500,
        latent_n=1000,
        replicates=4,
    )
    by = result.table.set_index(["truth", "n", "construct", "claim"])["permitted"]
    assert by["people", 500, "", "structure"] == 4
    assert by["items permuted", 500, "", "structure"] == 0
    weak = result.table.query("truth == 'one loading x .6' and claim == 'latent_means'").iloc[0]
    assert (weak["construct"], weak["replicates"], weak["permitted"]) == ("each in turn", 4, 0)
    assert "items permuted" not in set(result.table.query("n == 1000")["truth"])


def test_the_page_says_what_misses_the_bar():
    rows = [ROW | {"standings": {"structure": "permitted"}}] * 40
    text = page(rates(rows, "pvq-21 with people"))
    assert "0 of 1 false claims" in text
    assert "items permuted at n = 500: `structure` is false and is permitted in 100%." in text
    assert "| items permuted | `structure` | must not | 1.000 |" in text


def test_other_rules_conclude_otherwise_and_share_no_replicates(tmp_path):
    text = load_rules().model_dump(mode="json", exclude_none=True)
    text["claims"] = [c for c in text["claims"] if c["id"] == "rank_scales"]
    for need in text["claims"][0]["needs"]:
        if need["number"] == "scale_reliability":
            need["at_least"] = -100.0
        if need["number"] == "scales_p":
            need["at_most"] = 1.0
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(text), "utf-8")
    plain = run(tmp_path, 6, ["item accidents"])
    lax = run(tmp_path, 6, ["item accidents"], rules=file)
    assert set(lax["claim"]) == {"profile", "rank_scales"}
    by = [t.set_index("claim")["permitted"]["rank_scales"] for t in (plain, lax)]
    assert by[0] < by[1]
    lines = (tmp_path / "replicates.jsonl").read_text().splitlines()
    assert len(lines) == 12


def test_rules_decide_how_many_occasions_are_enough(tmp_path):
    """The functions' own number of occasions is not asked: the rules' is, on both sides."""
    text = load_rules().model_dump(mode="json", exclude_none=True)
    (need,) = [n for n in text["gate"] if n["number"] == "fewest_occasions"]
    rates_of = {}
    for occasions, needed in ((1, 1), (3, 4)):
        need["at_least"] = needed
        file = tmp_path / f"{needed}.yaml"
        file.write_text(yaml.safe_dump(text), "utf-8")
        table = run(tmp_path, 4, ["the average person"], rules=file, occasions=occasions)
        rates_of[occasions, needed] = table.set_index("claim").loc["profile"]
    assert rates_of[1, 1]["permitted"] >= 3
    assert rates_of[3, 4]["inconclusive"] == 4
    plain = run(tmp_path, 4, ["the average person"], occasions=1).set_index("claim")
    assert plain.loc["profile", "inconclusive"] == 4


def test_latent_means_need_their_ladder_whatever_the_rules_say_of_structure(tmp_path):
    """A stricter claim of structure does not let latent means pass without their own numbers."""
    text = load_rules().model_dump(mode="json", exclude_none=True)
    for claim in text["claims"]:
        for need in claim.get("needs", ()):
            if claim["id"] == "structure" and need["number"] == "pattern_r":
                need["at_least"] = 0.999
            if claim["id"] == "latent_means" and need["number"] == "loading_ratio":
                need["below"] = 1.0001
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(text), "utf-8")
    table = operating_characteristics(
        "pvq-21",
        kinds=["rows"],
        truths=["people"],
        n=(),
        latent_n=1000,
        replicates=1,
        rules=file,
    ).table
    assert set(table["permitted"]) == {0}


def test_a_structure_of_several_constructs_is_one_rate():
    both = {"structure": "permitted", "latent_means": "permitted"}
    rows = [
        ROW | {"truth": "people", "n": 2000, "construct": name, "standings": both}
        for name in ("openness", "enhancement")
    ]
    table = rates(rows, "x").set_index(["claim", "construct"])["replicates"]
    assert table.to_dict() == {
        ("structure", ""): 2,
        ("latent_means", "openness"): 1,
        ("latent_means", "enhancement"): 1,
    }


def test_both_bounds_of_a_rate_are_exact():
    from scipy.stats import binomtest

    row, test = table(13, 20), binomtest(13, 20, alternative="greater")
    assert row["lower"] == pytest.approx(test.proportion_ci(0.95).low)
    assert table(0, 20)["lower"] == 0


def test_the_page_is_the_one_that_the_counts_give():
    """Run: python -m benchmarks.verdict --table"""
    root = Path(__file__).parents[3]
    counts = pd.read_csv(root / "benchmarks" / "verdict_rates.csv", keep_default_na=False)
    assert not counts.duplicated(list(PLACE)).any()
    assert (root / "docs" / "error_rates.md").read_text("utf-8") == page(rated(counts))
