"""Personas: from a file to people, or a sentence that says what is wrong."""

from __future__ import annotations

import pytest

from valuealign.administration.plan.personas import load_personas
from valuealign.errors import PersonaError

YAML = """\
- id: nurse
  text: You are a retired nurse.
  attributes: {sex: female, age: 67}
- id: anchor
  value: tradition
- id: anna
  kind: biography
  text: Anna grew up in Graz.
  sex: female
"""


def test_yaml_and_csv_give_texts_kinds_and_attributes(tmp_path):
    path = tmp_path / "people.yaml"
    path.write_text(YAML, encoding="utf-8")
    nurse, anchor, anna = load_personas(path)
    assert (nurse.text, nurse.kind) == ("You are a retired nurse.", "text")
    assert nurse.attributes == {"sex": "female", "age": 67}
    assert (anchor.text, anchor.kind) == (
        "You are a person for whom tradition matters most.",
        "value",
    )
    assert (anna.kind, anna.attributes["sex"]) == ("biography", "female")

    table = tmp_path / "people.csv"
    table.write_text("id,sex,age,occupation\np1,male,40,baker\n", encoding="utf-8-sig")
    (baker,) = load_personas(table)
    assert baker.text == "You are a 40-year-old man. Your occupation: baker."
    assert baker.kind == "demographic"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("p.yaml", "- {id: a, text: x}\n- {id: a, text: y}\n", "stands twice"),
        ("p.yaml", "- {text: x}\n", "has no id"),
        ("p.yaml", "- {id: a}\n", "neither a text nor facts"),
        ("p.yaml", "- {id: a, text: x, kind: ghost}\n", "expected text, demographic"),
        ("p.yaml", "[]\n", "no persona"),
        ("p.yaml", "a: 1\n", "expected a list"),
        ("p.yaml", "- {id: a, text: x, attributes: {b: [1]}}\n", "plain values"),
        ("p.yaml", "- &x {id: a, text: x}\n- *x\n", "p.yaml"),
        ("p.yaml", '- {id: a, text: "x\\u001b[31m"}\n', "control character"),
        ("p.csv", "id,text\na,b,c\n", "more cells than the head"),
        ("p.txt", "x", "ends in .yaml"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path, name, text, says):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PersonaError, match=says) as refused:
        load_personas(path)
    assert name in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PersonaError, match="cannot be read"):
        load_personas(tmp_path / "nobody.yaml")
