"""The worked example of docs/measure.md, on real replies of 17 models where they are at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

import valuealign as va
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.verdict.rules import load_rules
from valuealign.inquiry.verdict.verdict import judge

CLAIMS = ("describe", "rank_scales", "comparable", "structure")
"""The others rest on these: differences on `comparable`, latent means on `structure`."""
POINTS = ("not at all", "not", "a little", "somewhat", "like me", "very much")


@pytest.fixture(scope="module")
def rows(shared):
    frame = pd.read_csv(shared("llm/valueportrait/responses.csv.gz"))
    form = frame["prompt_version"].astype(str) + "/" + frame["labels_reversed"].astype(str)
    return frame.assign(query=frame["item"].str.split("-").str[0], form=form)


def test_the_shares_are_those_of_the_page(rows):
    study = va.generalizability(
        rows, "model", ["query", "item", "form"], nested={"item": "query"}, value="response"
    )
    share = study.components.set_index("effect")["share"].round(2)
    assert share["model"] == 0.20
    assert share["model:form"] == 0.04
    assert share["query:item"] == 0.15
    assert share["model:query:item:form (residual)"] == 0.27
    assert study.of().g == pytest.approx(0.96, abs=0.005)
    one = study.design(form=1).iloc[0]
    assert one["g"] == pytest.approx(0.81, abs=0.005)
    assert (one["g_lower"], one["g_upper"]) == pytest.approx((0.68, 0.91), abs=0.006)
    level = study.coefficients.iloc[0]
    assert (level["g_lower"], level["g_upper"]) == pytest.approx((0.92, 0.98), abs=0.006)
    assert one["sem_relative"] == pytest.approx(0.29, abs=0.005)
    assert study.of(frozenset({"item"})).g == pytest.approx(0.73, abs=0.005)


def test_the_largest_share_is_the_rest_and_the_models_share_is_wide(rows):
    study = va.generalizability(
        rows, "model", ["query", "item", "form"], nested={"item": "query"}, value="response"
    )
    assert study.components.set_index("effect")["share"].idxmax().endswith("(residual)")
    drawn = np.maximum(study.draws.values, 0)
    model = study.draws.effects.index(frozenset({"model"}))
    share = np.quantile(drawn[:, model] / drawn.sum(axis=1), [0.025, 0.975])
    assert share == pytest.approx([0.11, 0.38], abs=0.006)
    single = rows[rows["form"] == rows["form"].iloc[0]].groupby(["model", "item"])["response"]
    wide = single.mean().unstack()
    naive = (wide.std(axis=1) / np.sqrt(wide.shape[1])).mean()
    assert naive == pytest.approx(0.04, abs=0.005)


def test_order_moves_models_in_both_directions(rows):
    style = va.response_style(
        rows, factors=["labels_reversed"], cluster="query", scale=(1, 6), value="response"
    )
    effect = style.effects.set_index("model")["effect"]
    assert effect.min() == pytest.approx(-0.79, abs=0.005)
    assert effect.max() == pytest.approx(0.48, abs=0.005)
    assert effect.mean() == pytest.approx(-0.08, abs=0.005)
    assert (effect.abs() > 0.1).sum() == 16
    assert ((style.effects["ci_lower"] > 0) | (style.effects["ci_upper"] < 0)).all()
    ratio = style.effects["naive_se"] / style.effects["se"]
    assert ratio.mean() == pytest.approx(0.74, abs=0.01)
    assert (ratio.min(), ratio.max()) == pytest.approx((0.63, 0.92), abs=0.006)


def test_what_tells_the_models_apart_is_mostly_lean(rows, shared):
    table = pd.read_csv(shared("llm/valueportrait/item_values.csv")).set_index("item")
    keys = {}
    for column in [c for c in table if c.startswith("rho_")]:
        sure = table[f"p_{column[4:]}"] < 0.05
        keys[column[4:]] = np.sign(table.loc[sure, column]).astype(int).to_dict()
    wide = rows.groupby(["model", "item"])["response"].mean().unstack()
    found = va.directional_share(wide, keys, draws=100)
    assert found["directional_share"].between(0.89, 1.0).all()


@pytest.fixture(scope="module")
def responses(rows, shared, tmp_path_factory):
    """The replies on the product's own road: an instrument of ten values, and `as_responses`.

    A portrait belongs to the value that people's ratings of it are most clearly related to.
    """
    table = pd.read_csv(shared("llm/valueportrait/item_values.csv")).set_index("item")
    names = [c.removeprefix("rho_") for c in table if c.startswith("rho_")]
    rho = table[[f"rho_{name}" for name in names]].to_numpy()
    rho = np.where(table[[f"p_{name}" for name in names]].to_numpy() < 0.05, rho, 0)
    home = np.where(rho.any(axis=1), np.abs(rho).argmax(axis=1), -1)
    ids = ["p" + item.replace("-", "_") for item in table.index]
    items_of = [[i for i, at in zip(ids, home, strict=True) if at == k] for k in range(10)]
    wrong_way = rho[np.arange(len(rho)), home] < 0
    text = {
        "id": "value-portrait",
        "version": "1.0",
        "title": {"en": "ValuePortrait"},
        "construct": {"en": "Ten basic values"},
        "citations": [{"text": "Han et al. (2025). ValuePortrait.", "reason": "open data"}],
        "rights": {"wording": {"holder": "authors", "terms": "MIT", "redistribution": False}},
        "wording": {"kind": "own", "notice": "the portraits are not shipped"},
        "languages": ["en"],
        "instructions": [{"id": "like", "text": {"en": {"plain": "How much is it like you?"}}}],
        "response_scale": {
            "kind": "labelled",
            "points": [{"code": k, "label": {"en": at}} for k, at in enumerate(POINTS, 1)],
        },
        "items": [
            {"id": name, "stem": {"en": {"plain": name}}} | ({"keyed": -1} if wrong else {})
            for name, wrong in zip(ids, wrong_way, strict=True)
        ],
        "scales": [
            {"id": name, "title": {"en": name}, "items": items_of[k]}
            for k, name in enumerate(names)
        ],
        "scoring": {"method": "mean", "missing": {"max_share": 0.5, "source": "ours"}},
    }
    file = tmp_path_factory.mktemp("valueportrait") / "value-portrait.yaml"
    file.write_text(yaml.safe_dump(text), "utf-8")
    frame = rows.assign(
        item_id="p" + rows["item"].str.replace("-", "_"),
        value=rows["response"],
        direction=np.where(rows["labels_reversed"] == 1, "reversed", "published"),
        occasion=rows["prompt_version"],
    )
    return va.as_responses(frame.drop(columns=["item", "response", "query"]), file)


def test_the_present_rules_permit_a_description_of_fifteen_models_and_nothing_else(responses):
    own = load_rules()
    claims = tuple(claim for claim in own.claims if claim.id in CLAIMS)
    found = judge(Evidence(responses), own.model_copy(update={"claims": claims}))
    count = found.table.groupby(["claim", "standing"]).size().to_dict()
    assert count == {
        ("describe", "permitted"): 15,
        ("describe", "not permitted"): 2,
        ("rank_scales", "inconclusive"): 15,
        ("rank_scales", "not permitted"): 2,
        ("comparable", "inconclusive"): 105,
        ("comparable", "not permitted"): 31,
        ("structure", "not permitted"): 17,
    }
    refused = found.table[
        (found.table["claim"] == "describe") & (found.table["standing"] != "permitted")
    ]
    assert refused["respondent"].str.startswith("gemini").all()
    assert set(refused["number"]) == {"least_answered_item"}
    missing = found.needs[found.needs["number"] == "fewest_occasions"]["reason"]
    assert missing.str.contains("no opposed stems").all()
    wide = responses.wide
    items = list(responses.instrument.item_ids)
    agreed = [
        mine[mine["direction"] == "published"][items]
        .mean()
        .corr(mine[mine["direction"] == "reversed"][items].mean())
        for _, mine in wide.groupby("model")
    ]
    assert [round(f(agreed), 2) for f in (min, max)] == [0.41, 0.88]
