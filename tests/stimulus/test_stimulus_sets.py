"""Sets of stimuli: loaded, crossed, written out; faults are errors with a line."""

from __future__ import annotations

import json

import pytest
from stimulus_files import HEAD, ROWS, TEMPLATE

import valuealign as va
from valuealign.errors import StimulusError
from valuealign.stimulus.chosen import choose
from valuealign.stimulus.crossing import aliases
from valuealign.stimulus.load_stimuli import names, parse_stimuli
from valuealign.stimulus.set_schema import schema_text


def test_a_template_is_crossed_with_its_factors_and_its_words_agree():
    stimuli = parse_stimuli(TEMPLATE)
    assert list(stimuli.ids)[:3] == ["kim.wet.alone", "kim.wet.friend", "kim.dry.alone"]
    last = stimuli.stimulus(7, "en")
    shown = "Lee goes out. The sun shines, and he is warm. A friend walks along."
    assert last.shown == {"vignette": shown}
    assert last.conditions == {"weather": "dry", "company": "friend"}
    assert last.base == "lee"


def test_an_empty_level_leaves_no_gap():
    first = parse_stimuli(TEMPLATE).stimulus(0, "en").shown["vignette"]
    assert first == "Kim goes out. Rain falls, and she is soaked."


def test_each_kind_of_field_has_its_place_and_braces_of_a_row_are_no_slot():
    first, second = (parse_stimuli(ROWS).stimulus(k, "en") for k in (0, 1))
    assert first.shown == {"text": "It {age} rains.", "sex": "f", "age": "34"}
    assert first.conditions == {"sex": "f"}
    assert first.numbers == {"age": 34}
    assert first.truth == {"outcome": "attempt"}
    assert first.reference == {"summary": "Rain."}
    assert second.shown["age"] == "2.5"
    assert second.truth == {}


def test_the_hash_of_a_stimulus_is_of_its_content_and_its_variant():
    stimuli = parse_stimuli(TEMPLATE + "variants: {typed: {rule: unpunctuated}}\n")
    hashes = {stimuli.stimulus(k, "en", v).hash for k in range(8) for v in stimuli.variants}
    assert len(hashes) == 16
    again = parse_stimuli(TEMPLATE.replace('version: "1.0"', 'version: "2.0"'))
    assert again.stimulus(0, "en").hash == stimuli.stimulus(0, "en").hash
    other = parse_stimuli(TEMPLATE.replace("The sun shines", "The sky is blue"))
    assert other.stimulus(0, "en").hash == stimuli.stimulus(0, "en").hash
    assert other.stimulus(2, "en").hash != stimuli.stimulus(2, "en").hash


def test_a_fraction_is_balanced_and_says_what_it_confounds():
    three = TEMPLATE + '    day:\n      levels:\n        a: {day: "Mo."}\n        b: {day: "Tu."}\n'
    three = three.replace("{company}", "{company} {day}") + "  crossing: fraction\n"
    stimuli = parse_stimuli(three)
    assert len(stimuli.cells) == 4
    for name in stimuli.factors:
        levels = [cell[name] for cell in stimuli.cells]
        assert sorted(levels.count(level) for level in set(levels)) == [2, 2]
    assert aliases(stimuli.cells, stimuli.factors) == [
        ("weather", "company:day"),
        ("company", "weather:day"),
        ("day", "weather:company"),
    ]
    assert aliases(parse_stimuli(TEMPLATE).cells, parse_stimuli(TEMPLATE).factors) == []


def test_listed_cells_are_those_that_are_used():
    listed = TEMPLATE + "  crossing: listed\n  cells:\n    - {weather: wet, company: friend}\n"
    assert list(parse_stimuli(listed).ids) == ["kim.wet.friend", "lee.wet.friend"]


FAULTS = {
    "a slot no factor fills": (TEMPLATE.replace("goes out.", "goes {where}."), "slot 'where'"),
    "a level without words": (
        TEMPLATE.replace('friend: {company: "A friend walks along."}', "friend: {}"),
        "gives no words for the slot 'company'",
    ),
    "slots that name each other": (
        TEMPLATE.replace("she: she}", 'she: "{Name}"}').replace("Name: Kim", 'Name: "{she}"'),
        "name the slot itself",
    ),
    "two factors, one slot": (
        TEMPLATE.replace("{company: ", "{weather: "),
        "factors 'weather' and 'company' both fill the slot 'weather'",
    ),
    "an unknown field": (ROWS.replace('outcome: "attempt"', "outcme: attempt"), "did you mean"),
    "a missing field": (ROWS.replace(", sex: m", ""), "'r2' has no field 'sex'"),
    "a number in words": (ROWS.replace("age: 2.5", "age: two"), "age is 'two'; write a number"),
    "one id twice": (ROWS.replace("id: r2", "id: r1"), "'r1' stands twice"),
    "no source": (HEAD + "fields: {text: text}\n", "nowhere"),
    "two sources": (ROWS + "table: {file: a.csv}\n", "rows and table"),
    "a taken name": (ROWS.replace("sex", "base"), "'base' is taken"),
    "a variant of two kinds": (ROWS + "variants: {v: {seed: 1}}\n", "either a 'rule'"),
    "an unknown level": (
        TEMPLATE + "  crossing: listed\n  cells:\n    - {weather: wett, company: friend}\n",
        "did you mean 'wet'",
    ),
    "a fraction of two": (TEMPLATE + "  crossing: fraction\n", "a fraction needs three"),
    "a misspelt field": (ROWS.replace("content_note", "contentnote"), "content_note"),
    "a control character": (ROWS.replace("It snows.", "It \\u001b[31m snows."), "control"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_error_with_its_line(fault):
    text, says = FAULTS[fault]
    with pytest.raises(StimulusError, match=r"walks\.yaml:\d+: ") as error:
        parse_stimuli(text, name="walks.yaml")
    assert says in str(error.value)


def test_every_language_is_written_or_refused():
    two = ROWS.replace("languages: [en]", "languages: [en, de]")
    with pytest.raises(StimulusError, match="text has no language"):
        parse_stimuli(two)
    two = two.replace('text: "It {age} rains."', 'text: {en: "Rain.", de: "Regen."}')
    two = two.replace('text: "It snows."', "text: {en: Snow.}").replace(', summary: "Rain."', "")
    stimuli = parse_stimuli(two)
    assert stimuli.stimulus(0, "de").shown["text"] == "Regen."
    with pytest.raises(StimulusError, match="no words in language 'de'; it has en"):
        stimuli.stimulus(1, "de")


TABLE = (
    HEAD + "fields: {text: text, age: number, outcome: truth}\ntable: {file: t.%s, id: record}\n"
)
RECORDS = [
    {"record": "a", "text": "It rains.", "age": 34, "outcome": "yes", "more": 1},
    {"record": "b", "text": 'She says "no", twice.', "age": 2.5, "outcome": None, "more": 2},
]


def written(folder, ending):
    """A set with its table."""
    path = folder / "set.yaml"
    path.write_text(TABLE % ending, encoding="utf-8")
    if ending == "jsonl":
        text = "\n".join(json.dumps(record) for record in RECORDS)
        (folder / "t.jsonl").write_text(text, encoding="utf-8")
    else:
        frame = __import__("pandas").DataFrame(RECORDS)
        frame.to_csv(folder / "t.csv", index=False) if ending == "csv" else frame.to_parquet(
            folder / "t.parquet"
        )
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_table_gives_the_same_stimuli_in_every_format(tmp_path, ending):
    stimuli = va.load_stimuli(written(tmp_path, ending))
    first, second = (stimuli.stimulus(k, "en") for k in (0, 1))
    assert (first.id, dict(first.truth)) == ("a", {"outcome": "yes"})
    assert first.numbers["age"] == 34
    assert second.shown == {"text": 'She says "no", twice.', "age": "2.5"}
    assert second.truth == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("record,text\na,x\n", "no column 'age'"),
        ("record,text,age\na,x,old\n", "'old' is not a number"),
        ("record,text,age\na,x\n", "another length"),
        ("record,text,age\na,x,1\na,y,2\n", "'a' stands twice"),
        ("record,text,age\n", "no row"),
        ("record,text,age\na,x,nan\n", "not a finite number"),
        ('record,text,age\na,"x,1\n', "not CSV"),
        ("record,text,age\n ,x,1\n", "letters, digits, hyphens"),
    ],
)
def test_a_table_that_does_not_fit_is_an_error_that_names_the_table(tmp_path, text, says):
    (tmp_path / "set.yaml").write_text(TABLE % "csv", encoding="utf-8")
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StimulusError, match=r"t\.csv") as error:
        va.load_stimuli(tmp_path / "set.yaml")
    assert says in str(error.value)


def test_a_table_elsewhere_is_not_read(tmp_path):
    (tmp_path / "set.yaml").write_text(
        (TABLE % "csv").replace("t.csv", "../t.csv"), encoding="utf-8"
    )
    with pytest.raises(StimulusError, match="outside the folder"):
        va.load_stimuli(tmp_path / "set.yaml")


def test_a_choice_of_stimuli_is_the_first_few_or_a_seeded_sample():
    ids = [one.id for one in map(choose("burden-belonging", limit=2).stimulus, (0, 1), "  ")]
    assert ids == ["dana.high.low", "dana.high.high"]

    def drawn(seed):
        chosen = choose("burden-belonging", sample=4, seed=seed)
        return [chosen.stimulus(k, "en").id for k in range(4)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert len(set(drawn(1))) == 4
    assert len(choose("burden-belonging", sample=12)) == 12
    assert len(choose("burden-belonging", variant="all")) == 12 * 6


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sample": 13}, "at most 12"),
        ({"sample": 0}, "1 or more"),
        ({"limit": 0}, "1 or more"),
        ({"limit": 1, "sample": 1}, "choose one"),
        ({"variant": "hesitent"}, "did you mean 'hesitant'"),
    ],
)
def test_a_choice_that_cannot_be_met_is_refused(options, says):
    with pytest.raises(StimulusError, match=says):
        choose("burden-belonging", **options)


def test_the_schema_and_the_list_are_current():
    from valuealign.shipped import shipped

    kept = (shipped("stimuli") / "schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "run: valuealign stimuli schema > stimuli/schema.json"
    assert list(va.list_stimuli()["id"]) == names()
