"""The JSON schema of files of stimuli, so that editors complete and check them.

``valuealign stimuli schema > stimuli/schema.json`` writes it anew; a test says it is current.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from valuealign.stimulus.set_file import SetFile


@cache
def set_schema() -> dict[str, Any]:
    """The schema as plain values, with a description of every field.

    Examples
    --------
    >>> sorted(set_schema()["required"])[:3]
    ['fields', 'id', 'languages']
    """
    schema = SetFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "valuealign set of stimuli"
    schema["description"] = "What an instrument is asked about, as data."
    return schema


def schema_text() -> str:
    """The schema as the text of ``stimuli/schema.json``."""
    return json.dumps(set_schema(), ensure_ascii=False, indent=2) + "\n"
