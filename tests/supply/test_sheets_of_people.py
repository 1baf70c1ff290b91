"""Sheets go out blinded and shuffled, come back in any order, and never half-written."""

from __future__ import annotations

import csv
import random
import sqlite3
import zipfile

import openpyxl
import pytest

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.administration.run.reread import reread
from valuealign.errors import DataError, PersonaError, PlanError, StoreError
from valuealign.store.store import Store
from valuealign.supply.people.forget_person import forget_person
from valuealign.supply.people.import_sheet import import_sheet
from valuealign.supply.people.questionnaire import questionnaire
from valuealign.supply.people.write_sheet import write_sheet

HELP = "Help day and night: the line of your country."
N_ITEMS, N_STIMULI = 4, 12


def prepared(folder, name="a.csv", **more):
    """A sheet about twelve vignettes, and where it stands."""
    raters = more.pop("raters", ["R1", "R2"])
    asked = questionnaire("crisis-outlook", "burden-belonging", **more)
    store = folder / "s.db"
    return write_sheet(asked, folder / name, store=store, raters=raters, help_line=HELP).path, store


def lines_of(path):
    """The lines of a CSV sheet, as mappings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(path, lines):
    """The lines as a CSV sheet of that path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def filled(path, answer=lambda line: "4"):
    """The sheet with an answer in every line."""
    return [line | {"answer": answer(line)} for line in lines_of(path)]


def n_rows(store, table):
    with sqlite3.connect(store) as connection:
        return len(connection.execute(f"SELECT 1 FROM {table}").fetchall())  # noqa: S608


def test_a_sheet_tells_no_rater_which_stimulus_is_which(tmp_path):
    path, _ = prepared(tmp_path)
    text = path.read_text(encoding="utf-8-sig")
    for stimulus in va.load_stimuli("burden-belonging").ids:
        assert stimulus not in text
    assert "burden" not in text.replace("burdens", "")
    cover = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert HELP in cover
    assert "content note: " in cover
    assert "not for assessing the risk of any person" in cover


def test_each_rater_has_an_order_of_their_own_and_the_same_seed_gives_it_again(tmp_path):
    lines = lines_of(prepared(tmp_path)[0])
    orders = {r: [x["row"] for x in lines if x["rater"] == r] for r in ("R1", "R2")}
    assert len(orders["R1"]) == N_STIMULI * N_ITEMS
    assert orders["R1"] != orders["R2"]
    assert sorted(orders["R1"]) == sorted(orders["R2"])
    (tmp_path / "again").mkdir()
    assert lines_of(prepared(tmp_path / "again")[0]) == lines
    (tmp_path / "other").mkdir()
    other = lines_of(prepared(tmp_path / "other", seed=1)[0])
    assert [x["about"] for x in other] != [x["about"] for x in lines]


def test_a_sheet_comes_back_in_any_order_and_in_parts(tmp_path):
    path, store = prepared(tmp_path)
    lines = filled(path)
    random.Random(1).shuffle(lines)
    first, rest = lines[:30], lines[30:]
    blank = [line | {"answer": ""} for line in rest]
    done = import_sheet(written(tmp_path / "b.csv", first + blank), store=store)
    assert (done.n_new, done.n_blank, done.raters) == (30, 66, ("R1", "R2"))
    done = import_sheet(written(tmp_path / "c.csv", lines), store=store, group="sample")
    assert (done.n_new, done.n_same, done.n_blank) == (66, 30, 0)
    long = va.responses(store).long
    assert len(long) == 2 * N_STIMULI * N_ITEMS
    assert set(long["model"]) == {"people:sample"}
    assert set(long["persona"]) == {"R1", "R2"}
    assert set(long["outcome"]) == {"answer"}
    assert long["stimulus"].nunique() == N_STIMULI


def test_each_answer_comes_back_to_its_own_stimulus_and_item(tmp_path):
    path, store = prepared(tmp_path, form="direction=reversed order=random", raters=["R1"])
    places = {}

    def answer(line):
        low = "only costs" in line["about"]
        token = "1" if low else "7"
        places[line["row"]] = (line["about"], line["question"])
        return token

    import_sheet(written(tmp_path / "b.csv", filled(path, answer)), store=store)
    long = va.responses(store).long
    # Reversed: token 1 is the highest code.
    expected = long["stimulus_burden"].map({"high": 7.0, "low": 1.0}).astype(float)
    assert (long["value"] == expected).all()


def test_a_workbook_has_a_sheet_a_rater_and_offers_the_options(tmp_path):
    path, store = prepared(tmp_path, "a.xlsx", limit=2)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["read first", "R1", "R2"]
    assert HELP in [cell.value for cell in book["read first"]["A"]]
    sheet = book["R1"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"1,2,3,4,5,6,7"'
    column = [cell.value for cell in sheet[1]].index("answer") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column, 4 if row % 2 else "likely")
    book.save(tmp_path / "b.xlsx")
    done = import_sheet(tmp_path / "b.xlsx", store=store)
    assert (done.n_new, done.n_blank) == (8, 8)
    assert sorted(set(va.responses(store).long["value"])) == [4.0, 6.0]


def test_an_instrument_about_nothing_goes_out_and_comes_back(tmp_path):
    store = tmp_path / "s.db"
    write_sheet(questionnaire("pvq-21"), tmp_path / "a.csv", store=store)
    lines = [line | {"rater": "P1"} for line in filled(tmp_path / "a.csv", lambda line: "like me")]
    assert import_sheet(written(tmp_path / "b.csv", lines), store=store).n_new == 21
    wide = va.responses(store).wide
    assert (wide[[f"pvq{k:02}" for k in range(1, 22)]] == 5).all(axis=None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"answer": "9"}, "row 3, column 'answer': '9' is not an option; expected 1 (very"),
        ({"answer": "4.5"}, "row 3, column 'answer': '4.5' is not an option"),
        ({"answer": "=cmd|' /C calc'!A0"}, "row 3, column 'answer': ... is a formula"),
        ({"rater": "=1+1"}, "row 3, column 'rater': ... is a formula"),
        ({"rater": "@x"}, "row 3, column 'rater': ... is a formula"),
        ({"rater": "a b"}, "row 3, column 'rater': the id of a person is 'a b'"),
        ({"rater": ""}, "row 3, column 'rater': it is empty; write the id of the rater"),
        ({"row": "0123456789ab"}, "row 3, column 'row': '0123456789ab' is not a row of the sheet"),
        ({"row": ""}, "row 3, column 'row': '' is not a row of the sheet"),
    ],
)
def test_a_fault_has_its_row_and_column_and_nothing_is_imported(tmp_path, change, says):
    path, store = prepared(tmp_path)
    lines = filled(path)
    lines[1] |= change
    before = [n_rows(store, table) for table in ("attempts", "administrations", "plans")]
    with pytest.raises(DataError) as error:
        import_sheet(written(tmp_path / "b.csv", lines), store=store)
    assert all(part in str(error.value) for part in says.split(" ... ")), error.value
    assert [n_rows(store, t) for t in ("attempts", "administrations", "plans")] == before


def test_all_faults_are_listed_at_once(tmp_path):
    path, store = prepared(tmp_path)
    lines = filled(path, lambda line: "8")
    with pytest.raises(DataError) as error:
        import_sheet(written(tmp_path / "b.csv", lines), store=store)
    text = str(error.value)
    assert text.count("is not an option") == 20
    assert "and 76 more" in text


def test_rows_that_contradict_each_other_are_an_error_and_repeated_ones_are_not(tmp_path):
    path, store = prepared(tmp_path)
    lines = filled(path)
    done = import_sheet(written(tmp_path / "b.csv", [*lines, lines[0]]), store=store)
    assert done.n_new == 96
    with pytest.raises(DataError, match=r"row 98, .* R1 answers '5' here, and '4' in row 2"):
        import_sheet(written(tmp_path / "c.csv", [*lines, lines[0] | {"answer": "5"}]), store=store)


def test_another_answer_than_before_is_taken_only_with_replace(tmp_path):
    path, store = prepared(tmp_path)
    import_sheet(written(tmp_path / "b.csv", filled(path)), store=store)
    lines = filled(path)
    lines[0]["answer"] = "5"
    plans = n_rows(store, "plans")
    with pytest.raises(DataError, match=r"row 2, .* it is '5', and the store has '4' from before"):
        import_sheet(written(tmp_path / "c.csv", lines), store=store)
    assert n_rows(store, "plans") == plans
    done = import_sheet(tmp_path / "c.csv", store=store, replacing=True)
    assert (done.n_new, done.n_changed, done.n_same) == (0, 1, 95)
    long = va.responses(store).long
    assert len(long) == 96
    assert long["value"].tolist().count(5.0) == 1
    with sqlite3.connect(store) as connection:
        query = "SELECT text, final FROM attempts WHERE number > 1 OR NOT final ORDER BY number"
        assert connection.execute(query).fetchall() == [("4", 0), ("5", 1)]


def test_a_sheet_of_another_store_or_no_sheet_at_all_is_refused(tmp_path):
    path, store = prepared(tmp_path)
    lines = filled(path)
    other = tmp_path / "other.db"
    va.administer("pvq-21", "sim:yes", store=other, display=Quiet())
    with pytest.raises(DataError, match="import it into the store where it was prepared"):
        import_sheet(written(tmp_path / "b.csv", lines), store=other)
    with pytest.raises(StoreError, match="there is no store"):
        import_sheet(tmp_path / "b.csv", store=tmp_path / "none.db")
    (tmp_path / "c.csv").write_text("row,answers\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no column 'answer' .* did you mean 'answers'"):
        import_sheet(tmp_path / "c.csv", store=store)
    (tmp_path / "d.csv").write_text("row,answer\n\n", encoding="utf-8")
    with pytest.raises(DataError, match="has no row to read"):
        import_sheet(tmp_path / "d.csv", store=store)
    with pytest.raises(DataError, match="nothing was imported"):
        import_sheet(path, store=store)


def test_files_that_are_too_large_or_broken_are_refused_before_they_are_read(tmp_path, monkeypatch):
    from valuealign.supply.people import read_sheet

    store = prepared(tmp_path)[1]
    monkeypatch.setattr(read_sheet, "MAX_BYTES", 1000)
    (tmp_path / "big.csv").write_text("row,answer\n" + "a,1\n" * 300, encoding="utf-8")
    with pytest.raises(DataError, match="too large"):
        import_sheet(tmp_path / "big.csv", store=store)
    monkeypatch.setattr(read_sheet, "MAX_ROWS", 100)
    monkeypatch.setattr(read_sheet, "MAX_BYTES", 10_000_000)
    with pytest.raises(DataError, match="more than 100 rows"):
        import_sheet(tmp_path / "big.csv", store=store)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 2_000_000)
    monkeypatch.setattr(read_sheet, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(DataError, match="unpacks to 2,000,000 bytes"):
        import_sheet(tmp_path / "bomb.xlsx", store=store)
    monkeypatch.setattr(read_sheet, "MAX_UNPACKED", 3_000_000)
    with pytest.raises(DataError, match=r"this is not a workbook"):
        import_sheet(tmp_path / "bomb.xlsx", store=store)
    (tmp_path / "latin.csv").write_bytes("row,answer\nä,1\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        import_sheet(tmp_path / "latin.csv", store=store)
    with pytest.raises(DataError, match="No such file"):
        import_sheet(tmp_path / "none.csv", store=store)


def test_stimuli_are_divided_evenly_among_raters(tmp_path):
    path, _ = prepared(tmp_path, each=4, raters=[f"R{k}" for k in range(6)])
    lines = lines_of(path)
    rated = {}
    for line in lines:
        rated.setdefault(line["about"], set()).add(line["rater"])
    assert {len(raters) for raters in rated.values()} == {2}
    assert len(rated) == N_STIMULI
    assert len(lines) == 6 * 4 * N_ITEMS


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"raters": ["R1", "R1"]}, PlanError, "named twice"),
        ({"raters": ["a@b.org"]}, PersonaError, "a pseudonym"),
        ({"raters": [], "each": 2}, PlanError, "name them: --rater R1"),
        ({"each": 13}, PlanError, "each is 13; expected 1 to 12"),
        ({"name": "a.doc"}, DataError, r"expected \.csv or \.xlsx"),
        ({"form": "direction=published,reversed"}, PlanError, "a person gets one form"),
    ],
)
def test_what_cannot_be_a_sheet_is_an_error(tmp_path, change, error, says):
    with pytest.raises(error, match=says):
        prepared(tmp_path, **change)


def test_a_clinical_instrument_needs_its_content_note_and_a_help_line(tmp_path):
    asked = questionnaire("crisis-outlook", "burden-belonging")
    for nothing in (None, "", "  "):
        with pytest.raises(PlanError, match="add --help-line"):
            write_sheet(asked, tmp_path / "a.csv", store=tmp_path / "s.db", help_line=nothing)
    bare = va.load_instrument("pvq-21").model_copy(update={"not_for": ("a diagnosis",)})
    with pytest.raises(PlanError, match="add 'content_note"):
        write_sheet(questionnaire(bare), tmp_path / "a.csv", store=tmp_path / "s.db", help_line="x")
    assert not list(tmp_path.iterdir())


def test_answers_of_people_are_not_read_again(tmp_path):
    path, store = prepared(tmp_path, limit=1)
    import_sheet(written(tmp_path / "b.csv", filled(path, lambda line: "likely")), store=store)
    before = va.responses(store).long
    with Store.open(store) as opened:
        found = reread(opened)
    assert (found.n_attempts, found.n_changed) == (0, 0)
    assert va.responses(store).long.equals(before)


def test_a_forgotten_person_leaves_nothing_in_the_file(tmp_path):
    path, store = prepared(tmp_path, limit=2, raters=["R1secret", "R2"])
    import_sheet(written(tmp_path / "b.csv", filled(path)), store=store)
    assert b"R1secret" in store.read_bytes()
    assert forget_person("R1secret", store=store) == 8
    assert set(va.responses(store).long["persona"]) == {"R2"}
    for file in tmp_path.glob("s.db*"):
        assert b"R1secret" not in file.read_bytes()
    with pytest.raises(DataError, match="no answers of R1secret"):
        forget_person("R1secret", store=store)


def test_hostile_texts_of_a_set_are_no_formulas_in_a_sheet(tmp_path):
    pvq = va.load_instrument("pvq-21")
    content = pvq.content()
    content["items"][0]["stem"]["en"]["they"] = "=HYPERLINK(1)"
    hostile = type(pvq).model_validate(content)
    write_sheet(questionnaire(hostile), tmp_path / "a.csv", store=tmp_path / "s.db")
    write_sheet(questionnaire(hostile), tmp_path / "a.xlsx", store=tmp_path / "s.db")
    assert lines_of(tmp_path / "a.csv")[0]["question"] == "'=HYPERLINK(1)"
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[1]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
