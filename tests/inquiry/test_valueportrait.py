"""The worked example of docs/measure.md, on real replies of 17 models where they are at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va


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
    drawn = np.maximum(study.drawn.values, 0)
    model = study.drawn.effects.index(frozenset({"model"}))
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
