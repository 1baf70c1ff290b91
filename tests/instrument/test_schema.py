"""The JSON schema that editors use is the one the code holds."""

from __future__ import annotations

import json

from valuealign.instrument.instrument_schema import instrument_schema, schema_text
from valuealign.instrument.load import shipped_folder


def test_the_schema_in_the_folder_is_current():
    written = (shipped_folder() / "schema.json").read_text(encoding="utf-8")
    assert written == schema_text(), "run: valuealign instruments schema > instruments/schema.json"


def test_every_field_is_described():
    schema = instrument_schema()
    for name, part in [("instrument", schema), *schema["$defs"].items()]:
        for field, content in part.get("properties", {}).items():
            assert "description" in content or "$ref" in content, f"{name}.{field}"


def test_unknown_fields_are_errors_for_editors_too():
    schema = json.loads(schema_text())
    assert schema["additionalProperties"] is False
    assert all(part.get("additionalProperties") is False for part in schema["$defs"].values())


def test_every_shipped_file_names_the_schema():
    for path in shipped_folder().glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json", path.name
