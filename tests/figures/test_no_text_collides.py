"""No text of a figure touches another or is clipped, from one respondent to twenty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from overlaps import collisions

import valuealign as va
from valuealign.administration.run.progress import Quiet

LONG = "a-provider/a-model-with-a-very-long-name-2026-11-30-preview-instruct-"
NUMBERS = [1, 2, 5, 20]


def test_the_detector_finds_what_it_is_for():
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.set_axis_off()
    axes.text(0.5, 0.5, "one text")
    assert collisions(figure) == ([], [])
    axes.text(0.52, 0.5, "another")
    axes.text(0.9, 0.1, "a text that leaves the figure")
    pairs, outside = collisions(figure)
    assert pairs == [("one text", "another")]
    assert outside == ["a text that leaves the figure"]
    turned = Figure(figsize=(3, 2))
    for x in (0.3, 0.4, 0.5):  # boxes overlap, the turned texts do not
        turned.text(x, 0.2, "a turned label", rotation=60, rotation_mode="anchor")
    assert collisions(turned)[0] == []


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Two respondents, whose rows are repeated under other names."""
    return va.administer(
        "pvq-21",
        ["sim:human", "sim:yes"],
        occasions=2,
        forms="direction=published,reversed",
        store=tmp_path_factory.mktemp("figures") / "s.db",
        display=Quiet(),
    )


def grown(frame, column, n):
    """The rows of one respondent, once for each of n respondents with long names."""
    first = frame[frame[column] == frame[column].iloc[0]]
    return pd.concat([first.assign(**{column: f"{LONG}{k}"}) for k in range(n)], ignore_index=True)


@pytest.fixture(scope="module")
def compared(given):
    return va.compare(given, "pvq21-de-ess9", draws=50)


@pytest.fixture(scope="module")
def judged(given):
    return va.verdict(given)


@pytest.fixture(scope="module")
def style(given):
    return va.response_style(given)


@pytest.fixture(scope="module")
def views(given):
    return va.reliability(given)


def verdict(n, judged, **_):
    names = [f"{LONG}{k}" for k in range(n)]
    table = grown(judged.table, "respondent", n).assign(versus=None)
    return va.plot.verdict(replace(judged, table=table, headline=dict.fromkeys(names, "a measure")))


def profile(n, compared, **_):
    return va.plot.profile(replace(compared, scales=grown(compared.scales, "respondent", n)))


def circle(n, compared, **_):
    return va.plot.value_circle(replace(compared, scales=grown(compared.scales, "respondent", n)))


def circle_together(n, compared, **_):
    scales = grown(compared.scales, "respondent", min(n, 4))
    return va.plot.value_circle(replace(compared, scales=scales), together=True)


def nearest(n, **_):
    found = va.compare("pvq21-us-gss2012", ["pvq21-de-ess9", "pvq21-se-ess"], draws=50)
    return va.plot.nearest(replace(found, nearest=grown(found.nearest, "respondent", n)))


def reliability(n, views, **_):
    return va.plot.reliability(
        replace(views, table=grown(views.table, "model", n).assign(view="pooled over models"))
    )


def response_style(n, style, **_):
    return va.plot.response_style(replace(style, effects=grown(style.effects, "model", n)))


def score_map(n, **_):
    rng = np.random.default_rng(n)
    scales = ["self-direction: thought", "universalism: concern", "power: resources"] * 3
    table = pd.DataFrame(rng.normal(size=(n, 9)), index=[f"{LONG}{k}" for k in range(n)])
    table.columns = [f"{name} {k}" for k, name in enumerate(scales)]
    return va.plot.score_map(table, title="mean answer")


def score_map_of_items(n, **_):
    rng = np.random.default_rng(n)
    table = pd.DataFrame(rng.normal(size=(57, n)), index=[f"pvq{k:02d}" for k in range(57)])
    table.columns = [f"{LONG}{k}" for k in range(n)]
    return va.plot.score_map(table)


def accuracy(n, **_):
    rows = {"model": [f"{LONG}{k}" for k in range(n)], "accuracy": 0.6, "chance": 0.25}
    return va.plot.accuracy(pd.DataFrame({**rows, "accuracy_lower": 0.4, "accuracy_upper": 0.8}))


def changes(n, given, **_):
    found = va.changes(given, given)
    return va.plot.changes(replace(found, scales=grown(found.scales, "respondent", n)))


def interaction(n, **_):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"text": np.repeat(range(6), 8), "burden": ["low", "high"] * 24})
    rows["belonging"] = np.tile(["low", "low", "high", "high"], 12)
    rows["rating"] = rng.normal(size=6)[rows["text"]] + rng.normal(size=48)
    fit = va.mixed("rating ~ burden * belonging + (1 | text)", rows)
    return va.plot.interaction({f"{LONG}{k}": fit for k in range(n)}, "burden", by="belonging")


def agreement(n, **_):
    rng = np.random.default_rng(1)
    ratings = pd.DataFrame(rng.integers(1, 5, size=(20, max(2, min(n, 5)))))
    ratings.columns = [f"{LONG}{k}" for k in range(ratings.shape[1])]
    return va.plot.agreement(va.agreement(ratings))


def stability(n, **_):
    rows = [
        {"respondent": f"{LONG}{k}", "item": i, "wording": w, "value": float((i * k + v) % 5)}
        for k in range(n)
        for i in range(4)
        for v, w in enumerate(["original", "hesitant", "with an irrelevant aside"])
    ]
    frame = pd.DataFrame(rows)
    return va.plot.stability(va.stability(frame, unit="item", variant="wording", by="respondent"))


FIGURES = [
    verdict,
    profile,
    circle,
    circle_together,
    nearest,
    reliability,
    response_style,
    score_map,
    score_map_of_items,
    accuracy,
    changes,
    interaction,
    agreement,
    stability,
]


@pytest.mark.parametrize("n", NUMBERS)
@pytest.mark.parametrize("draw", FIGURES, ids=[draw.__name__ for draw in FIGURES])
def test_no_text_touches_another_or_is_clipped(draw, n, given, compared, judged, style, views):
    figure = draw(n, given=given, compared=compared, judged=judged, style=style, views=views)
    pairs, outside = collisions(figure)
    assert pairs == []
    assert outside == []
