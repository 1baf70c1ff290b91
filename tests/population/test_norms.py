"""Norms are read with where they come from, and refused where their arithmetic is wrong."""

from __future__ import annotations

import copy
import json

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.population.load_population import add_population
from valuealign.shipped import shipped


@pytest.fixture
def made():
    """Small norms, as a file would hold them: 2 x .2 - 1 x .4 = 0."""
    return {
        "kind": "norms",
        "id": "mine",
        "instrument": "ours",
        "population": "students",
        "source": "our own",
        "tag": "R",
        "direction": "6 = very much like me",
        "score_range": [1, 6],
        "decimals": 2,
        "n_items": {"A": 2, "B": 1},
        "wording": {"kind": "official", "language": "en"},
        "groups": [
            {
                "group": "all",
                "n": 80,
                "mean_rating": {"mean": 4.0},
                "blocks": [
                    {
                        "statistic": "centred mean",
                        "scales": {"A": {"mean": 0.2, "sd": 0.5}, "B": {"mean": -0.4, "sd": 0.6}},
                    },
                    {
                        "statistic": "raw mean",
                        "scales": {"A": {"mean": 4.2, "sd": 0.9}, "B": {"mean": 3.6, "sd": 1.0}},
                    },
                ],
            }
        ],
    }


def written(folder, value):
    path = folder / "mine.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def changed(value, **changes):
    """A copy with one cell of the first group changed: statistic_scale=mean."""
    value = copy.deepcopy(value)
    for place, mean in changes.items():
        block = value["groups"][0]["blocks"][0 if place.startswith("centred") else 1]
        block["scales"][place[-1]]["mean"] = mean
    return value


def test_every_shipped_norm_is_read_says_whence_and_how_far_it_is_checked():
    listed = va.list_populations().query("kind == 'norms'")
    assert len(listed) == len(list((shipped("populations") / "norms").glob("*.json"))) == 10
    for name in listed["id"]:
        norms = va.load_norms(name)
        table = norms.table
        assert list(table.columns[:7]) == ["group", "scale", "statistic", "n", "n_of", "mean", "sd"]
        assert table["source"].str.len().min() > 10
        assert norms.source.tag in {"P", "R", "S"}
        assert norms.source.decimals <= 3


def test_a_second_hand_norm_says_so_wherever_it_is_shown():
    listed = va.list_populations().query("kind == 'norms'")
    second = [n for n in listed["id"] if va.load_norms(n).source.tag == "S"]
    assert second == ["bwvr-us-immigrants-2019", "ipip-neo-120-johnson", "ipip-neo-300-johnson"]
    for name in second:
        norms = va.load_norms(name)
        assert "second-hand" in repr(norms)
        assert "second-hand" in norms._repr_html_()
        assert norms.table["tag"].str.contains("second-hand").all()
        assert "second-hand" in norms.describe()["tag"]
        assert "second-hand" in listed.set_index("id").loc[name, "tag"]
        first = norms.source.groups[0]
        told = norms.of(first.blocks[0].statistic, first.group).attrs["tag"]
        assert "second-hand" in told


def test_the_margins_between_countries_are_those_of_the_evidence():
    """evidence/instruments.md, section 3.2, to its two decimals."""
    sd = va.load_norms("pvq21-europe-between-country").between_country_sd
    assert {k: round(v + 1e-9, 2) for k, v in sd.items()} == {
        "SD": 0.14,
        "PO": 0.25,
        "UN": 0.14,
        "AC": 0.25,
        "SE": 0.21,
        "ST": 0.12,
        "CO": 0.17,
        "TR": 0.15,
        "HE": 0.27,
        "BE": 0.20,
    }
    with pytest.raises(DataError, match="between people"):
        _ = va.load_norms("pvqrr-de-2022-scales").between_country_sd


def test_the_arithmetic_of_centring_is_checked_with_the_items_as_weights():
    pvq = va.load_instrument("pvq-21")
    weights = {s.id: len(s.items) for s in pvq.scales}
    for name in va.list_populations(["pvq-21"]).query("kind == 'norms'")["id"]:
        norms = va.load_norms(name)
        assert norms.source.n_items == weights
        means = norms.of("centred mean")["mean"]
        total = sum(weights[k] * m for k, m in means.items()) / 2.1
        assert abs(total) <= 10 * 0.0005
        assert abs(means.sum()) > 0.2, "the plain sum is not 0, so it must not be the check"


def test_norms_and_the_sample_they_come_from_agree():
    """The 750 of the norms are the 749 complete ones of the sample and one more."""
    norms = va.load_norms("pvqrr-de-2022-scales").of("raw mean")
    people = va.load_population("pvqrr-de-2022-attentive")
    mean = dict(zip(people.source.items, people.source.mean, strict=True))
    for scale in va.load_instrument("pvq-rr").scales:
        if scale.id in norms.index:
            ours = np.mean([mean[i] for i in scale.items])
            assert ours == pytest.approx(norms.loc[scale.id, "mean"], abs=0.01), scale.id


def test_facets_add_up_to_their_domain_in_the_ipip_norms():
    """Within what their note says: .69 in the 120 items, rounding in the 300."""
    for name, most in (("ipip-neo-120-johnson", 0.695), ("ipip-neo-300-johnson", 0.11)):
        norms = va.load_norms(name)
        assert "ipip.ori.org/newNorms.htm" in norms.source.caution
        for group in norms.groups:
            mean = norms.of("sum score", group)["mean"]
            for domain in "NEOAC":
                if domain in mean.index:
                    facets = sum(mean[f"{domain}{k}"] for k in range(1, 7))
                    assert abs(facets - mean[domain]) <= most, (group, domain)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"centred_A": 0.32}, r"sum to \+0.160 .*centring forces 0"),
        ({"raw_B": 3.7}, "centring subtracts one number"),
        ({"raw_B": 6.5}, "outside 1 to 6"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(made, tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        va.load_norms(written(tmp_path, changed(made, **change)))


def test_an_sd_the_scale_has_no_room_for_is_refused(made, tmp_path):
    made["groups"][0]["blocks"][1]["scales"]["A"]["sd"] = 3.0
    with pytest.raises(DataError, match="cannot be above"):
        va.load_norms(written(tmp_path, made))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tag": "M"}, "tag: Input should be 'P', 'R' or 'S'"),
        ({"ship": False}, "ship: Extra inputs"),
        ({"n_items": {}}, "need n_items"),
        ({"caution": "a\u001b[31m"}, "control character"),
        ({"groups": []}, "groups"),
    ],
)
def test_norms_from_memory_or_withheld_have_no_place(made, tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        va.load_norms(written(tmp_path, made | change))


def test_an_unknown_n_says_why(made, tmp_path):
    made["groups"][0]["n"] = None
    with pytest.raises(DataError, match="say why"):
        va.load_norms(written(tmp_path, made))


def test_the_withheld_column_fails_the_same_check(made, tmp_path, shared):
    """The 49-group column stays out: it is read where it lies, and refused."""
    rows = json.loads(shared("evidence/norms.json").read_text(encoding="utf-8"))["verified"]
    column = {
        r["statistic"].split(":")[1]: {"mean": r["value"]} for r in rows if r.get("ship") is False
    }
    made |= {
        "n_items": dict.fromkeys(column, 3),
        "groups": [
            {
                "group": "49 cultural groups",
                "n": 53472,
                "blocks": [{"statistic": "centred mean", "scales": column}],
            }
        ],
    }
    with pytest.raises(DataError, match=r"sum to \+0.240 .* rounding allows 0.095"):
        va.load_norms(written(tmp_path, made))


def test_norms_of_ones_own_are_kept_and_listed(made, tmp_path, monkeypatch):
    monkeypatch.setenv("VALUEALIGN_DATA", str(tmp_path / "data"))
    added = add_population(written(tmp_path, made))
    assert isinstance(added, va.Norms)
    assert va.load_norms("mine").of("raw mean").loc["B", "mean"] == 3.6
    assert pd.isna(va.list_populations(["ours"])["tables"].item())


def test_each_kind_sends_a_wrong_caller_to_the_other():
    with pytest.raises(DataError, match="load_norms"):
        va.load_population("leas-cz-students")
    with pytest.raises(DataError, match="load_population"):
        va.load_norms("pvq21-de-ess9")
    with pytest.raises(DataError, match="pvqrr-de-2022-scales"):
        va.load_norms("pvqrr-de-2022-scale")
    with pytest.raises(DataError, match="name one"):
        va.load_norms("ipip-neo-120-johnson").of("sum score")
