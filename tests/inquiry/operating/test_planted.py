"""Planted truths are what their names say, and share no code with what judges them."""

import ast
from pathlib import Path

import numpy as np
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.operating import planted_answers, planted_people, planted_rows
from valuealign.inquiry.operating.cells import CELLS
from valuealign.inquiry.operating.measure import measure
from valuealign.inquiry.operating.planted_answers import PAIRS, RESPONDENTS
from valuealign.inquiry.operating.planted_people import PlantedPeople
from valuealign.inquiry.operating.planted_rows import ROWS

PVQ = measure(va.load_instrument("pvq-21"), va.load_population("pvq21-de-ess9"))


def draw(truth, k=0):
    return RESPONDENTS[truth](PVQ.setting(3), np.random.default_rng(k))


def rows(truth, n=4000, construct="openness"):
    return ROWS[truth](PVQ.ground(construct), n, np.random.default_rng(1))


@pytest.mark.parametrize("module", [planted_answers, planted_people, planted_rows])
def test_planted_truths_import_neither_rules_nor_simulation(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    ours = [name for name in names if name.startswith("valuealign")]
    allowed = ("valuealign.errors", "valuealign.inquiry.operating.planted_people")
    assert all(name in allowed for name in ours)


def test_every_truth_has_a_cell_and_every_cell_a_truth():
    for kind, truths in (("respondent", RESPONDENTS), ("pair", PAIRS), ("rows", ROWS)):
        assert {cell.truth for cell in CELLS if cell.kind == kind} == set(truths)
    for cell in CELLS:
        assert not set(cell.false) & set(cell.true)


def test_people_have_the_sample_s_distributions_and_correlations():
    x = rows("people", 40_000)
    people = va.load_population("pvq21-de-ess9")
    shares = np.array([[(x[:, j] == code).mean() for code in range(1, 7)] for j in range(21)])
    counts = people.frequencies.loc[list(PVQ.items)].to_numpy(float)
    assert np.abs(shares - counts / counts.sum(axis=1, keepdims=True)).max() < 0.02
    assert np.abs(np.corrcoef(x, rowvar=False) - PVQ.correlation).max() < 0.04


def test_the_square_root_does_not_depend_on_the_eigenvectors_signs(monkeypatch):
    root = PVQ.people.root
    eigh = np.linalg.eigh
    monkeypatch.setattr(np.linalg, "eigh", lambda S: (eigh(S)[0], -eigh(S)[1]))
    assert np.allclose(PVQ.people.root, root)


def test_a_matrix_that_is_not_positive_definite_is_mended_and_shapes_are_checked():
    wrong = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]
    people = PlantedPeople(wrong, [[0.0]] * 3)
    assert np.linalg.eigvalsh(people.correlation).min() > 0
    assert np.allclose(np.diag(people.correlation), 1)
    with pytest.raises(DataError, match="expected \\(p, p\\)"):
        PlantedPeople(np.eye(3), [[0.0]] * 2)


def test_a_person_answers_opposed_stems_the_other_way_and_both_directions_alike():
    cells = {}
    for k in range(30):
        given = draw("a person", k)
        for name, at in (("stem", ~given.opposed), ("opposed", given.opposed)):
            cells.setdefault(name, []).append(given.values[at].mean(axis=0))
    stem, opposed = (np.concatenate(cells[name]) for name in ("stem", "opposed"))
    assert np.corrcoef(stem, opposed)[0, 1] < -0.8


def test_position_alone_is_one_place_and_one_option_is_one_code():
    given = draw("position alone", 3)
    place = np.where(given.reversed_scale[:, None], 7 - given.values, given.values)
    assert max((place == k).mean() for k in range(1, 7)) > 0.85
    given = draw("one option, 5 % errors", 3)
    assert max((given.values == k).mean() for k in range(1, 7)) > 0.9


def test_half_position_is_half():
    surplus = []
    for k in range(20):
        given = draw("half position, by reply", k)
        place = np.where(given.reversed_scale[:, None], 7 - given.values, given.values)
        shares = np.array([(place == code).mean() for code in range(1, 7)])
        surplus.append(np.abs(shares - shares[::-1]).max())
    assert np.mean(surplus) == pytest.approx(0.5, abs=0.05)


def test_harmless_items_only_leaves_two_fifths_of_items_out():
    values = draw("harmless items only").values
    assert (np.isfinite(values).mean(axis=0) < 0.4).sum() == round(0.4 * 21)


def test_item_accidents_lend_no_scale_its_average():
    means = np.mean(
        [draw("item accidents", k).values[::4].mean(axis=0) for k in range(300)], axis=0
    )
    assert np.ptp(means) < 0.5
    persons = np.mean([draw("a person", k).values[::4].mean(axis=0) for k in range(300)], axis=0)
    assert np.ptp(persons) > 1


def test_weaker_loadings_keep_means_and_lower_correlations_of_the_item():
    weak, same = rows("one loading x .6", 40_000), rows("people", 40_000)
    at = PVQ.ground("openness").targets[0]
    assert weak.mean(axis=0) == pytest.approx(same.mean(axis=0), abs=0.05)
    other = np.arange(21) != at
    W, S = (np.corrcoef(x, rowvar=False) for x in (weak, same))
    slope = (W[at, other] * S[at, other]).sum() / (S[at, other] ** 2).sum()
    assert slope == pytest.approx(0.6, abs=0.05)
    assert np.abs(W - S)[np.ix_(other, other)].max() < 0.03


def test_two_changed_loadings_belong_to_different_factors():
    ground = PVQ.ground("openness")
    assert ground.n_factors == 3
    first = [PVQ.items[k] for k in ground.targets[:3]]
    assert first == ["pvq01", "pvq06", "pvq10"]


def test_a_shift_moves_means_and_a_reversal_turns_correlations():
    same = rows("people")
    moved = rows("two intercepts +.5 SD").mean(axis=0) - same.mean(axis=0)
    targets = list(PVQ.ground("openness").targets[:2])
    assert (moved[targets] > 0.3).all()
    others = np.delete(moved, targets)
    assert np.abs(others).max() < 0.1
    turned = np.corrcoef(rows("one sign reversed"), rowvar=False)
    partner = PVQ.items.index("pvq11")
    assert turned[targets[0], partner] < 0 < np.corrcoef(same, rowvar=False)[targets[0], partner]


def test_occasions_of_one_respondent_vary_less_than_people():
    assert (
        rows("occasions of one respondent").var(axis=0).mean() < rows("people").var(axis=0).mean()
    )


def test_people_without_tables_or_rows_are_refused():
    with pytest.raises(DataError, match="neither bivariate tables nor rows"):
        measure(va.load_instrument("pvq-40"), va.load_population("pvq40-us-borg2017"))
