"""Human samples are read with their provenance, and a file that is none says why."""

from __future__ import annotations

import gzip
import json
import shutil

import numpy as np
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.population.load_population import add_population, doubts
from valuealign.shipped import shipped


@pytest.fixture
def made(tmp_path):
    """A small sample, as a file would hold it."""
    return {
        "id": "mine-2026",
        "instrument": "pvq-21",
        "population": "students",
        "source": "our own",
        "direction": "6 = very much like me",
        "response_range": [1, 6],
        "n_rows": 50,
        "n_complete": 48,
        "cases": "complete",
        "items": ["pvq01", "pvq02"],
        "mean": [4.0, 3.0],
        "covariance": [[1.0, 0.3], [0.3, 1.2]],
        "covariance_divisor": "n - 1",
        "wording": {"kind": "official", "language": "en"},
    }


def written(folder, value):
    path = folder / "mine-2026.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_every_shipped_sample_is_read_and_says_whose_it_is():
    listed = va.list_populations().query("kind == 'sample'")
    assert len(listed) == len(list(shipped("populations").glob("*.json"))) == 21
    assert listed["source"].str.len().min() > 10
    for name in listed["id"]:
        people = va.load_population(name)
        S = np.asarray(people.moments.covariance)
        assert np.linalg.eigvalsh(S)[0] > 0
        assert people.describe()["wording"] in {"official", "public domain", "other"}
        counts = people.frequencies
        assert (counts.sum(axis=1) >= people.n).all() or counts.empty


def test_frequencies_and_means_tell_the_same():
    people = va.load_population("pvq21-us-gss2012")
    counts = people.frequencies
    means = (counts * np.array(counts.columns)).sum(axis=1) / counts.sum(axis=1)
    assert means.to_numpy() == pytest.approx(np.array(people.source.mean), abs=1e-6)


def test_direction_is_benevolence_and_universalism_above_power():
    pvq = va.load_instrument("pvq-21")
    for name in va.list_populations().query("instrument == 'pvq-21' and kind == 'sample'")["id"]:
        mean = dict(
            zip(
                va.load_population(name).source.items,
                va.load_population(name).source.mean,
                strict=True,
            )
        )
        of = {s.id: np.mean([mean[i] for i in s.items]) for s in pvq.scales}
        assert min(of["BE"], of["UN"]) > of["PO"], name


def test_the_magnifying_glass_figures_of_germany_come_back():
    """evidence/instruments.md, computed there with lavaan on the same people."""
    people = va.load_population("pvqrr-de-2022-attentive")
    fits = {
        name: va.cfa(text, people.moments).measures
        for name, text in va.load_instrument("pvq-rr").default_lavaan.items()
    }
    expected = {
        "openness": (0.920, 0.092, 0.073),
        "enhancement": (0.875, 0.112, 0.104),
        "conservation": (0.956, 0.061, 0.039),
        "transcendence": (0.959, 0.058, 0.044),
    }
    for name, numbers in expected.items():
        found = [fits[name][k] for k in ("cfi", "rmsea", "srmr")]
        assert found == pytest.approx(numbers, abs=6e-4), name


def test_gamma_and_tables_stand_with_the_moments_they_belong_to():
    people = va.load_population("pvq21-us-gss2012")
    items = ["pvq01", "pvq11", "pvq06", "pvq15"]
    moments = people.of(items)
    robust = va.cfa("f =~ pvq01 + pvq11 + pvq06 + pvq15", moments, estimator="MLM")
    assert robust.measures["chisq_scaling_factor"] > 1
    ordinal = va.cfa("f =~ pvq01 + pvq11 + pvq06 + pvq15", moments, ordered=True, estimator="DWLS")
    assert ordinal.measures["df"] == 2
    counts = people.frequencies.loc["pvq01"].to_numpy()
    assert people.tables[0].sum(axis=1) == pytest.approx(counts)


def test_a_users_own_sample_is_kept_and_listed(made, tmp_path, monkeypatch):
    monkeypatch.setenv("VALUEALIGN_DATA", str(tmp_path / "data"))
    added = add_population(written(tmp_path, made))
    assert added.n == 48
    assert "mine-2026" in set(va.list_populations()["id"])
    assert va.load_population("mine-2026").moments.names == ("pvq01", "pvq02")


def test_a_shipped_name_cannot_be_taken(made, tmp_path, monkeypatch):
    monkeypatch.setenv("VALUEALIGN_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match="is shipped"):
        add_population(written(tmp_path, made | {"id": "pvq21-de-ess9"}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mean": [4.0]}, "1 means of 2 items"),
        ({"mean": [4.0, 9.0]}, "outside the scale"),
        ({"covariance": [[1.0]]}, "not 2 x 2"),
        ({"n_complete": 60}, "above n_rows"),
        ({"covariance": [[1.0, 1.0], [1.0, 1.0]]}, "not positive definite .*fewer people than"),
        ({"covariance": [[1.0, 0.3], [0.2, 1.2]]}, "not symmetric"),
        ({"covariance": [[1.0, 0.0], [0.0, 0.0]]}, "variance of pvq02 is 0"),
        ({"mean": [4.0, float("nan")]}, "holds NaN"),
        ({"covariance": [[1.0, 0.3], [0.3, float("inf")]]}, "holds Infinity"),
        ({"items": ["pvq01", "pvq01"]}, "stands twice"),
        ({"n_complete": 1}, "n_complete"),
        ({"colour": "red"}, "colour"),
        ({"population": "a\u001b[31m"}, "control character"),
        ({"id": "../etc"}, "id"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(made, tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        va.load_population(written(tmp_path, made | change))


def test_a_missing_n_is_said_plainly(made, tmp_path):
    del made["n_complete"]
    with pytest.raises(DataError, match=r"mine-2026.json: n_complete: is missing"):
        va.load_population(written(tmp_path, made))


def test_items_of_another_instrument_are_met_with_near_ones(made, tmp_path):
    with pytest.raises(DataError, match=r"pvq-21 has no item 'pvg02'; did you mean 'pvq02'"):
        add_population(written(tmp_path, made | {"items": ["pvq01", "pvg02"]}))


@pytest.fixture
def german(tmp_path):
    """A shipped sample under a name of one's own."""
    value = va.load_population("pvq21-de-ess9").source.model_dump(mode="json")
    return value | {"id": "mine-2026"}


def test_a_sample_the_wrong_way_round_is_not_added_unless_accepted(german, tmp_path):
    german["mean"] = [7 - m for m in german["mean"]]
    with pytest.raises(DataError, match=r"direction looks reversed.*power"):
        add_population(written(tmp_path, german))
    kept = add_population(written(tmp_path, german), accept="an experiment")
    assert "taken all the same: an experiment" in kept.source.flags[0]
    assert "an experiment" in va.load_population("mine-2026").describe()["flags"][0]


def test_a_sample_with_its_items_in_another_order_is_not_added(german, tmp_path):
    german["items"] = german["items"][3:] + german["items"][:3]
    with pytest.raises(DataError, match="another order or instrument"):
        add_population(written(tmp_path, german))


def test_every_shipped_sample_looks_right():
    for name in va.list_populations().query("kind == 'sample'")["id"]:
        assert doubts(va.load_population(name).source) == (), name


def test_tables_and_gamma_beside_a_file_are_kept_with_it(german, tmp_path):
    there = shipped("populations")
    for end in ("tables.json.gz", "gamma.npz"):
        shutil.copy(there / f"pvq21-de-ess9.{end}", tmp_path / f"mine-2026.{end}")
    kept = add_population(written(tmp_path, german))
    assert kept.tables is not None
    assert kept.gammas
    assert va.list_populations().set_index("id").loc["mine-2026", "gamma"] == "all items"


def test_packed_files_that_unpack_to_too_much_are_refused(made, tmp_path, monkeypatch):
    monkeypatch.setattr("valuealign.population.companion_files.LARGEST_UNPACKED", 2_000_000)
    monkeypatch.setattr("valuealign.population.companion_files.LARGEST", 1_000_000)
    path = written(tmp_path, made)
    np.savez_compressed(
        tmp_path / "mine-2026.gamma.npz",
        statistics=np.array(["mean:pvq01"]),
        gamma_lower=np.zeros(300_000),
    )
    with pytest.raises(DataError, match="unpacks to 2 MB; no more than 2"):
        va.load_population(path)
    (tmp_path / "mine-2026.gamma.npz").unlink()
    (tmp_path / "mine-2026.tables.json.gz").write_bytes(gzip.compress(b" " * 2_000_000))
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        va.load_population(path)


def test_files_that_are_no_population_are_refused(tmp_path, made):
    with pytest.raises(DataError, match="cannot be read"):
        va.load_population(tmp_path / "none.json")
    (tmp_path / "x.json").write_text("[" * 100_000)
    with pytest.raises(DataError, match="not JSON"):
        va.load_population(tmp_path / "x.json")
    path = written(tmp_path, made)
    (tmp_path / "mine-2026.tables.json.gz").write_bytes(gzip.compress(b"{}"))
    with pytest.raises(DataError, match="not a file of tables"):
        va.load_population(path)
    (tmp_path / "mine-2026.tables.json.gz").unlink()
    np.savez(
        tmp_path / "mine-2026.gamma.npz", statistics=np.array(["mean:zz"]), gamma_lower=np.ones(1)
    )
    with pytest.raises(DataError, match="does not fit"):
        va.load_population(path)


def test_an_unknown_name_is_met_with_a_near_one():
    with pytest.raises(DataError, match="pvqrr-de-2022"):
        va.load_population("pvqrr-de-2202")
    with pytest.raises(DataError, match="has no item 'zz'"):
        va.load_population("pvq21-de-ess9").of(["zz"])
