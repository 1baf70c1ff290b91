"""Files that hold no people, or not these people, are refused with the place and what to do."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from survey_files import csv, ess

import valuealign as va
from valuealign.errors import ConstantItem, DataError


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, r"holds 0 \(1 rows so far\), which is not a code.*give missing=\[0\]"),
        (2.5, "holds 2.5"),
        (np.inf, "holds inf"),
        ("yes", "'yes'.*is not a number"),
    ],
)
def test_a_value_that_is_no_code_is_refused_with_its_place(people, tmp_path, value, words):
    frame = people.astype(object)
    frame.iloc[5, 3] = value
    path = csv(frame, tmp_path)
    with pytest.raises(DataError, match=rf"people.csv: pvq04 \(pvq04\).*{words}"):
        va.read_population(path, "pvq-21")
    if value == 0:
        assert va.read_population(path, "pvq-21", missing=[0]).n == 699


def test_missing_columns_are_named_with_near_ones(people, pvq, tmp_path):
    frame = ess(people, pvq).rename(columns={"impfree": "impfre"})
    with pytest.raises(DataError, match=r"no column for pvq11 .*did you mean 'impfre'"):
        va.read_population(csv(frame, tmp_path), "pvq-21", file_format="ess")
    path = csv(people, tmp_path)
    with pytest.raises(DataError, match="no column 'pvg01'; did you mean 'pvq01'"):
        va.read_population(path, "pvq-21", columns="pvg01:pvq21")
    with pytest.raises(DataError, match="20 columns are given for the 21 items"):
        va.read_population(path, "pvq-21", columns="pvq01:pvq20")
    with pytest.raises(DataError, match="no column 'cntry'"):
        va.read_population(path, "pvq-21", group="cntry")
    with pytest.raises(DataError, match="pvq-21 has no item 'pvq99'"):
        va.read_population(path, "pvq-21", columns={"pvq99": "pvq01"})
    with pytest.raises(DataError, match="has no column for pvq22"):
        va.read_population(path, "pvq-40")


def test_an_item_everyone_answers_alike_has_no_covariance(people, tmp_path):
    with pytest.raises(ConstantItem, match="one answer to pvq03"):
        va.read_population(csv(people.assign(pvq03=4), tmp_path), "pvq-21")


def test_files_that_are_none_say_so(people, tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        va.read_population(tmp_path / "none.csv", "pvq-21")
    for name, data, words in (
        ("x.sav", b"no spss", "cannot be read as .sav"),
        ("x.csv", b"\x00\x01\x02", "not a CSV"),
        ("y.csv", b"\xff\xfe\x00a", "UTF-8"),
        ("x.xlsx", b"PK", "this is not a workbook"),
        ("x.parquet", b"PAR1 not really", "cannot be read as .parquet"),
        ("x.por", b"no portable file", "cannot be read as .por"),
        ("x.xpt", b"HEADER RECORD no", "cannot be read as .xpt"),
        ("x.pdf", b"%PDF", r"expected .csv, .csv.gz, .tsv, .parquet, .xlsx, .dta"),
        ("x.csv.gz", b"no gzip", "cannot be read"),
        ("z.csv", b"pvq01,pvq01\n1,2\n", "stands twice"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DataError, match=words):
            va.read_population(tmp_path / name, "pvq-21")
    head = ",".join(people.columns)
    row = ",".join("1" * 21)
    for rows, words in (([row, row + ",1"], "not a readable CSV"), ([row + ",1"], "22 fields")):
        (tmp_path / "ragged.csv").write_text("\n".join([head, *rows]) + "\n")
        with pytest.raises(DataError, match=words):
            va.read_population(tmp_path / "ragged.csv", "pvq-21")
    (tmp_path / "empty.csv").write_text(head + "\n")
    with pytest.raises(DataError, match="holds no row"):
        va.read_population(tmp_path / "empty.csv", "pvq-21")


def test_a_few_bytes_that_unpack_to_gigabytes_are_stopped(people, tmp_path):
    head = ",".join(people.columns) + "\n" + ",".join("1" * 21) + "\n"
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(head.encode() + b"1" * 50_000_000))
    with pytest.raises(DataError, match="a line is longer"):
        va.read_population(path, "pvq-21")


def test_more_rows_than_are_read_are_refused(people, tmp_path, monkeypatch):
    monkeypatch.setattr("valuealign.population.read_population.MOST_ROWS", 500)
    with pytest.raises(DataError, match="more than 500 rows"):
        va.read_population(csv(people, tmp_path), "pvq-21")


def test_names_from_outside_move_no_terminal(people, tmp_path):
    frame = people.assign(**{"bad\x1b[31m": 1})
    with pytest.raises(DataError, match="is not a name of a column") as caught:
        va.read_population(csv(frame, tmp_path), "pvq-21")
    assert "\x1b" not in str(caught.value)
    frame = people.assign(g=["a\x1b[2J"] * 690 + ["b\x1b"] * 10)
    found = va.read_population(csv(frame, tmp_path), "pvq-21", group="g")
    assert list(found) == ["a\N{REPLACEMENT CHARACTER}[2J"]
    assert list(found.exclusions) == ["b\N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize(
    ("package", "name"),
    [("pyreadstat", "x.sav"), ("openpyxl", "x.xlsx"), ("pyarrow.parquet", "x.parquet")],
)
def test_a_package_that_lacks_is_named(tmp_path, monkeypatch, package, name):
    import sys

    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / name).write_bytes(b"PK\x05\x06" + bytes(18))  # an empty archive
    with pytest.raises(DataError, match=r"pip install 'valuealign\[exports\]'"):
        va.read_population(tmp_path / name, "pvq-21")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(
    tmp_path, monkeypatch
):
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    monkeypatch.setattr("valuealign.population.readers.columnar.MOST_UNPACKED", 2_000_000)
    with pytest.raises(DataError, match="unpacks to 3,000,000 bytes"):
        va.read_population(path, "pvq-21")


def test_a_workbook_has_one_sheet_of_rows_that_is_not_too_large(people, tmp_path, monkeypatch):
    pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    path = tmp_path / "people.xlsx"
    with pd.ExcelWriter(path) as book:
        people.to_excel(book, sheet_name="one", index=False)
        pd.DataFrame().to_excel(book, sheet_name="empty")
    assert len(va.read_population(path, "pvq-21").moments.names) == 21
    cells = (len(people) + 1) * 21
    monkeypatch.setattr("valuealign.population.readers.columnar.MOST_CELLS", cells - 1)
    with pytest.raises(DataError, match="more than"):
        va.read_population(path, "pvq-21")
    monkeypatch.undo()
    with pd.ExcelWriter(path) as book:
        people.to_excel(book, sheet_name="one", index=False)
        people.to_excel(book, sheet_name="two", index=False)
    with pytest.raises(DataError, match="the sheets with rows are 'one', 'two'; keep one"):
        va.read_population(path, "pvq-21")


def test_a_parquet_of_more_rows_than_are_read_is_refused(people, tmp_path, monkeypatch):
    people.to_parquet(tmp_path / "people.parquet")
    monkeypatch.setattr("valuealign.population.readers.columnar.MOST_ROWS", len(people) - 1)
    with pytest.raises(DataError, match="rows; at most"):
        va.read_population(tmp_path / "people.parquet", "pvq-21")
    monkeypatch.setattr("valuealign.population.readers.columnar.MOST_ROWS", len(people))
    va.read_population(tmp_path / "people.parquet", "pvq-21")
