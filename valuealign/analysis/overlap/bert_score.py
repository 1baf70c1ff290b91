"""BERTScore: how near the words of two texts are in the eyes of an encoder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.overlap.rouge import Score
from valuealign.errors import DataError, NotSupported

FloatArray = NDArray[np.float64]
BATCH = 16
LONGEST = 100_000
"""Some tokenizers state a limit far beyond any text; then the model's own limit counts."""


class TokenVectors(NamedTuple):
    """A text's tokens.

    ``vectors`` has shape (n_tokens, size), each of length 1; ``own`` says which tokens are of the
    text and not markers of its beginning and end; ``cut`` whether tokens did not fit the encoder.
    """

    vectors: FloatArray
    own: NDArray[np.bool_]
    cut: bool


class Encoder:
    """A language model that gives every token of a text a vector.

    Parameters
    ----------
    path : Path
        A folder with a model and a tokenizer as transformers saves them. Nothing is downloaded.
    layer : int or None
        The hidden layer, from 1; None for the last.

    Raises
    ------
    NotSupported
        torch or transformers is not installed.
    DataError
        A path that is not such a folder; a layer that the model does not have.
    """

    def __init__(self, path: Path, layer: int | None) -> None:
        if not (path / "config.json").is_file():
            raise DataError(
                f"encoder is {path}; expected a folder with config.json, model weights and a "
                "tokenizer, as transformers saves them"
            )
        model, self.tokenizer = _loaded(path)
        self.model = model.eval()
        n_layers = int(self.model.config.num_hidden_layers)
        self.layer = n_layers if layer is None else layer
        if not 1 <= self.layer <= n_layers:
            raise DataError(f"layer is {layer}; {path.name} has layers 1 to {n_layers}")
        limits = (self.tokenizer.model_max_length, self.model.config.max_position_embeddings)
        self.longest = min(n for n in limits if n < LONGEST)
        self.name = f"{path.name}, layer {self.layer}"

    def vectors(self, texts: Iterable[str]) -> dict[str, TokenVectors]:
        """Return the token vectors of each text; the same text is encoded once."""
        out: dict[str, TokenVectors] = {}
        for batch in _batches(sorted({t.strip() for t in texts}, key=len)):
            out |= dict(zip(batch, self._encoded(batch), strict=True))
        return out

    def _encoded(self, texts: Sequence[str]) -> Iterator[TokenVectors]:
        import torch

        whole = self.tokenizer(list(texts), add_special_tokens=True)["input_ids"]
        tokens = self.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self.longest,
            return_special_tokens_mask=True,
            return_tensors="pt",
        )
        special = tokens.pop("special_tokens_mask").numpy().astype(bool)
        with torch.inference_mode():
            hidden = self.model(**tokens, output_hidden_states=True).hidden_states[self.layer]
        hidden = torch.nn.functional.normalize(hidden, dim=-1).numpy().astype(float)
        there = tokens["attention_mask"].numpy().astype(bool)
        for k in range(len(texts)):
            kept = there[k]
            cut = len(whole[k]) > self.longest
            yield TokenVectors(hidden[k][kept], ~special[k][kept], cut)


def _loaded(path: Path) -> tuple[Any, Any]:
    """Load a model and its tokenizer from a folder, without a network."""
    try:
        from transformers import AutoModel, AutoTokenizer
    except ImportError as error:
        raise NotSupported(
            f"BERTScore needs {error.name}; pip install 'valuealign[bertscore]' (for a processor "
            "without a graphics card install the CPU build of torch first)"
        ) from error
    try:
        model = AutoModel.from_pretrained(path, local_files_only=True, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"the encoder in {path} cannot be loaded: {reason}") from error
    return model, tokenizer


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def bert_score(text: TokenVectors, reference: TokenVectors) -> Score:
    """Return precision, recall and F1 of the nearest tokens.

    Parameters
    ----------
    text, reference : TokenVectors

    Returns
    -------
    precision, recall, f1 : float
        Mean cosine of each token of the text with its nearest in the reference, and the other way
        round; markers may be nearest but do not count themselves. 0 for a text without tokens.

    Notes
    -----
    Equals ``bert-score`` 0.3.13 (no weights by rarity, no rescaling) to 1e-5 for one pair; in a
    batch that package replaces negative cosines by 0.

    References
    ----------
    Zhang, T., Kishore, V., Wu, F., Weinberger, K. Q., & Artzi, Y. (2020). BERTScore: Evaluating
    text generation with BERT. International Conference on Learning Representations.
    arXiv:1904.09675

    Examples
    --------
    >>> import numpy as np
    >>> one = TokenVectors(np.eye(2), np.array([True, True]), False)
    >>> other = TokenVectors(np.array([[1.0, 0.0]]), np.array([True]), False)
    >>> bert_score(one, other)
    (0.5, 1.0, 0.6666666666666666)
    """
    if not (text.own.any() and reference.own.any()):
        return 0.0, 0.0, 0.0
    nearness = text.vectors @ reference.vectors.T
    precision = float(nearness.max(axis=1)[text.own].mean())
    recall = float(nearness.max(axis=0)[reference.own].mean())
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total > 0 else 0.0
