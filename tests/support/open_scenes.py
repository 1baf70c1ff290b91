"""An instrument with open answers to scenes of our own."""

from __future__ import annotations

from valuealign.instrument.load import parse_instrument
from valuealign.instrument.write_instrument import yaml_of


def scenes_with(n: int = 2):
    """An instrument with open answers to a few scenes of our own."""
    stems = ["A {c} cat sleeps on your coat.", "A friend sings out of tune."]
    return parse_instrument(
        yaml_of(
            {
                "id": "scenes",
                "version": "1.0",
                "title": {"en": "Scenes"},
                "construct": {"en": "Feelings in a scene"},
                "citations": [{"text": "Unpublished.", "reason": "a test"}],
                "rights": {"wording": {"holder": "A", "terms": "CC0", "redistribution": True}},
                "wording": {"kind": "own", "notice": "own"},
                "languages": ["en"],
                "instructions": [{"id": "read", "text": {"en": {"plain": "Read the scene."}}}],
                "response_scale": {"kind": "open", "levels": [0, 5]},
                "items": [
                    {
                        "id": f"scene{k + 1:02d}",
                        "stem": {"en": {"plain": stems[k % 2].replace("{c}", f"red ({k})")}},
                        "attributes": {"other": "your friend"},
                    }
                    for k in range(n)
                ],
                "scales": [
                    {
                        "id": "ALL",
                        "title": {"en": "all"},
                        "items": [f"scene{k + 1:02d}" for k in range(n)],
                    }
                ],
                "scoring": {"method": "leas", "missing": {"max_share": 0}},
                "administration": {"context": "item", "stem": "plain"},
            }
        ),
        name="scenes.yaml",
    )
