"""Records of administrations and attempts, as a run writes them."""

from __future__ import annotations

import time

from valuealign.store.records import AdministrationRecord, AttemptRecord, ItemRecord

SNAPSHOT = {"id": "moods", "wording": {"kind": "own", "notice": "our own sentences"}}


def administration(who="r1", occasion=1, form="published", **changes):
    """An administration of two items."""
    person = {"id": who, "text": "You are.", "attributes": {"sex": "f"}}
    values = {
        "instrument": SNAPSHOT,
        "instrument_id": "moods",
        "instrument_hash": "h1",
        "wording_hash": "w1",
        "respondent": {"model": "gpt-4o", "base_url": "http://h/v1", "persona": person},
        "respondent_id": who,
        "form": {"order": "published", "direction": "published"},
        "form_id": form,
        "form_name": form,
        "occasion": occasion,
        "elicitation": "choice",
        "seed": 7,
        "n_cells": 2,
    }
    return AdministrationRecord(**{**values, **changes})


def attempt(key, number=1, *, value=4.0, text="4", final=True, **changes):
    """An attempt at one cell, with one response."""
    item = ItemRecord(f"m{key.position + 1}", "answer", value, "digit")
    values = {
        "cell": key,
        "number": number,
        "instrument_id": "moods",
        "messages": f'[{{"role":"user","content":"item {key.position}"}}]',
        "settings": '{"model":"gpt-4o"}',
        "presented": "{}",
        "status": "ok",
        "http_status": 200,
        "body": b"{}",
        "text": text,
        "final": final,
        "items": (item,) if final else (),
        "sent_at": time.time(),
        "latency_ms": 5.0,
        "model_returned": "gpt-4o-2026",
    }
    return AttemptRecord(**{**values, **changes})
