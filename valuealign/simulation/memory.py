"""Simulated memorisation: texts of the training data get a higher likelihood."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from valuealign.instrument.instrument import Instrument

SCORES = {"by-heart": math.inf, "newcomer": -math.inf}
"""Respondents that score texts, and how able they are at a key: all of it, or guessing."""
FAMILIAR = 0.4
"""Nats by which each token of a text that was learnt is likelier."""


def scored(name: str, instruments: Sequence[Instrument], body: Mapping[str, Any]) -> dict[str, Any]:
    """Echo texts with their tokens' log-probabilities, as a completions endpoint does.

    Parameters
    ----------
    name : str
        One of :data:`SCORES`.
    instruments : sequence of Instrument
        Probes; an item that is known by its order says so in its attributes.
    body : mapping

    Returns
    -------
    dict
        A completions reply.
    """
    requested = body.get("prompt")
    prompts = requested if isinstance(requested, list) else [requested]
    learnt = {
        text
        for instrument in instruments
        for item in instrument.items
        if item.attributes.get("knows") == "order"
        for forms in item.stem.values()
        for text in forms.values()
    }
    choices = [
        _choice(k, str(prompt), FAMILIAR if name == "by-heart" and prompt in learnt else 0.0)
        for k, prompt in enumerate(prompts)
    ]
    return {
        "id": "sim",
        "object": "text_completion",
        "created": 0,
        "choices": choices,
        "model": str(body.get("model", "sim")),
        "system_fingerprint": "sim-1",
        "usage": {
            "prompt_tokens": sum(len(c["logprobs"]["tokens"]) for c in choices),
            "completion_tokens": 0,
        },
    }


def _choice(index: int, text: str, familiar: float) -> dict[str, Any]:
    words = list(re.finditer(r"\S+\s*|\s+", text))
    seed = hashlib.sha256(text.encode()).digest()[:8]
    noise = np.random.default_rng(int.from_bytes(seed, "big")).normal(-4.0, 0.5, len(words))
    values: list[float | None] = [min(float(x) + familiar, 0.0) for x in noise]
    if values:
        values[0] = None  # nothing stands before the first token
    logprobs = {
        "tokens": [m.group() for m in words],
        "token_logprobs": values,
        "text_offset": [m.start() for m in words],
    }
    return {"index": index, "text": text, "finish_reason": "length", "logprobs": logprobs}
