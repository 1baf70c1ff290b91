"""A user's own table becomes a set of stimuli with provenance; hostile tables are refused."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import yaml
from click.testing import CliRunner
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import StimulusError
from valuealign.stimulus.check_stimuli import check_stimuli
from valuealign.stimulus.import_table import Provenance, import_table, suggested_kinds

ROWS = [
    {"Case": "k1", "Case text": "Kim, 34, sleeps badly.", "Age": 34, "Sex": "f", "Later": "yes"},
    {"Case": "k2", "Case text": 'Sam, 51, is well; "fine".', "Age": 51, "Sex": "m", "Later": "no"},
    {"Case": "k3", "Case text": "Ada, 8½, plays.\nAlone.", "Age": 8.5, "Sex": "f", "Later": ""},
]
KINDS = {"Case text": "text", "Age": "number", "Sex": "category", "Later": "truth"}
OURS = Provenance("Cases", "written for the tests", "Us", "internal use")


def written(folder, ending: str):
    path = folder / f"cases.{ending}"
    if ending == "csv":
        import csv

        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, list(ROWS[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(ROWS)
    elif ending == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    elif ending == "parquet":
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(list(ROWS[0]))
        for row in ROWS:
            book.active.append(list(row.values()))
        book.create_sheet("empty")
        book.save(path)
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_every_kind_of_table_gives_the_same_set(tmp_path, ending):
    done = import_table(
        written(tmp_path, ending), "cases", KINDS, OURS, id_column="Case", folder=tmp_path
    )
    stimuli = va.load_stimuli(tmp_path / "cases.yaml")
    assert done.stimuli.hash == stimuli.hash
    assert dict(stimuli.fields) == {
        "case_text": "text",
        "age": "number",
        "sex": "category",
        "later": "truth",
    }
    assert stimuli.ids == ["k1", "k2", "k3"]
    one, three = stimuli.stimulus(0, "en"), stimuli.stimulus(2, "en")
    assert one.shown["case_text"] == "Kim, 34, sleeps badly."
    assert (one.truth, three.truth) == ({"later": "yes"}, {})
    assert three.shown["case_text"] == "Ada, 8½, plays.\nAlone."
    assert three.numbers == {"age": 8.5}
    assert "yes" not in one.shown.values()
    file = yaml.safe_load((tmp_path / "cases.yaml").read_text(encoding="utf-8"))
    assert file["rights"] == {"holder": "Us", "terms": "internal use", "redistribution": False}
    assert f"imported from cases.{ending} on 2" in file["source"]
    assert {f.severity for f in check_stimuli(done.path)} <= {"warning"}


def test_columns_that_are_not_chosen_stay_behind(tmp_path):
    path = written(tmp_path, "csv")
    done = import_table(path, "few", {"Case text": "text"}, OURS, folder=tmp_path)
    assert done.left_behind == ("Case", "Age", "Sex", "Later")
    assert done.stimuli.ids == ["s1", "s2", "s3"]
    assert "34" not in (tmp_path / "few.stimuli.jsonl").read_text().replace("Kim, 34", "")


def test_kinds_are_suggested_and_a_picture_column_is_recognised(tmp_path):
    assert suggested_kinds(written(tmp_path, "csv")) == {
        "Case": "id",
        "Case text": "text",
        "Age": "number",
        "Sex": "category",
        "Later": "category",
    }
    (tmp_path / "eyes.csv").write_text("face,word\na.png,glad\nb.png,sad\n")
    assert suggested_kinds(tmp_path / "eyes.csv")["face"] == "picture"


def test_a_folder_of_pictures_with_its_table_is_copied_by_content(tmp_path):
    folder = tmp_path / "eyes"
    folder.mkdir()
    for k in (1, 2):
        (folder / f"{k}.png").write_bytes(small_picture(k))
    (folder / "key.csv").write_text("face,right\n1.png,glad\n2.png,sad\n")
    kinds = {"face": "picture", "right": "truth"}
    done = import_table(folder / "key.csv", "eyes", kinds, OURS, folder=tmp_path)
    assert [p.data for p in done.stimuli.pictures()] == [small_picture(1), small_picture(2)]
    (folder / "key.csv").write_text("face,right\n1.png,glad\n3.png,sad\n")
    with pytest.raises(StimulusError, match=r"there is no picture '3\.png'"):
        import_table(folder / "key.csv", "again", kinds, OURS, folder=tmp_path)
    (folder / "key.csv").write_text("face,right\n../secret.png,glad\n")
    with pytest.raises(StimulusError, match="outside the folder"):
        import_table(folder / "key.csv", "again", kinds, OURS, folder=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "eyes",
        "eyes-pictures",
        "eyes.stimuli.jsonl",
        "eyes.yaml",
    ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "the table has no row"),
        ("a.csv", b"text\n\xff\xfe\x00", "not UTF-8"),
        ("a.csv", b"text;n\na;b;c\n", "another length"),
        ("a.jsonl", b'{"text": ', "not JSON"),
        ("a.jsonl", b"[" * 100_000, "not JSON"),
        ("a.jsonl", b"[1]", "no mapping"),
        ("a.xlsx", b"PK\x03\x04 cut", "not a workbook"),
        ("a.parquet", b"PAR1", "not a Parquet file"),
        ("a.sav", b"$FL2", "expected .csv, .jsonl"),
    ],
)
def test_a_hostile_table_is_refused_and_leaves_no_file(tmp_path, name, data, said):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(StimulusError, match=said):
        import_table(path, "mine", {"text": "text"}, OURS, folder=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    pytest.importorskip("openpyxl")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(6):
            archive.writestr(f"xl/{k}.xml", b"0" * 100_000_000)
    (tmp_path / "bomb.xlsx").write_bytes(file.getvalue())
    with pytest.raises(StimulusError, match="unpacks to 600,000,000 bytes"):
        import_table(tmp_path / "bomb.xlsx", "mine", {"a": "text"}, OURS, folder=tmp_path)


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"Case txt": "text"}, "did you mean 'Case text'"),
        ({"Case text": "txt"}, "did you mean 'text'"),
        ({}, "no column is chosen"),
        ({"Case text": "number"}, "is not a number"),
        ({"Later": "text"}, "no field 'later'"),
    ],
)
def test_a_wrong_choice_of_columns_is_named(tmp_path, kinds, said):
    with pytest.raises(StimulusError, match=said):
        import_table(written(tmp_path, "csv"), "mine", kinds, OURS, folder=tmp_path)
    assert not (tmp_path / "mine.yaml").exists()


def test_nothing_is_overwritten_and_a_truth_is_not_shown(tmp_path):
    path = written(tmp_path, "csv")
    import_table(path, "mine", KINDS, OURS, folder=tmp_path)
    before = (tmp_path / "mine.yaml").read_text()
    with pytest.raises(StimulusError, match="such a file already"):
        import_table(path, "mine", {"Age": "number"}, OURS, folder=tmp_path)
    with pytest.raises(StimulusError, match="small letters"):
        import_table(path, "../mine", KINDS, OURS, folder=tmp_path)
    assert (tmp_path / "mine.yaml").read_text() == before


def test_the_command_asks_for_what_is_missing(tmp_path):
    path = written(tmp_path, "csv")
    answers = "id\ntext\nnumber\nskip\ntruth\nCases\nOur clinic\nUs\nInternal use\n"
    options = ["--output", str(tmp_path), "--id", "asked"]
    done = CliRunner().invoke(valuealign, ["stimuli", "import", str(path), *options], input=answers)
    assert done.exit_code == 0, done.output
    assert "left behind: Sex" in done.output
    assert va.load_stimuli(tmp_path / "asked.yaml").ids == ["k1", "k2", "k3"]
    fields = ["--field", "Case text=text", "--title", "T", "--source", "S", "--holder", "H"]
    where = ["--output", str(tmp_path), "--id", "given"]
    done = CliRunner().invoke(
        valuealign,
        ["stimuli", "import", str(path), *fields, "--terms", "X", "--json", *where],
    )
    said = json.loads(done.stdout)
    assert said["stimuli"] == 3
    assert said["left_behind"] == ["Case", "Age", "Sex", "Later"]
    wrong = CliRunner().invoke(valuealign, ["stimuli", "import", str(path), "--field", "text"])
    assert wrong.exit_code == 2
    assert "write 'description=text'" in wrong.output
