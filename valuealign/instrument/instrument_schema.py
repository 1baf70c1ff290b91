"""The JSON schema of instrument files, so that editors complete and check them.

``valuealign instruments schema > instruments/schema.json`` writes it anew; a test says the
file is current.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from valuealign.instrument.instrument import Instrument


@cache
def instrument_schema() -> dict[str, Any]:
    """The schema as plain values, with a description of every field.

    Examples
    --------
    >>> sorted(instrument_schema()["required"])[:3]
    ['citations', 'construct', 'id']
    """
    schema = Instrument.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "valuealign instrument"
    schema["description"] = "A published set of items with its keys, as data."
    return schema


def schema_text() -> str:
    """The schema as the text of ``instruments/schema.json``."""
    return json.dumps(instrument_schema(), ensure_ascii=False, indent=2) + "\n"
