"""Rows for an analysis: from a store, by what a row is, and from files."""

from __future__ import annotations

import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.respondents import rows_of
from valuealign.inquiry.rows import read_rows


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    people = folder / "people.csv"
    people.write_text("id,sex\na,female\nb,male\nc,male\n", encoding="utf-8")
    return va.administer("pvq-21", "sim:human", personas=people, occasions=2, store=folder / "s.db")


def test_what_a_row_is_is_chosen_and_said(given):
    wide = given.wide
    alone = rows_of(given)
    assert len(alone.data) == 6
    assert "not independent respondents" in alone.description
    personas = rows_of(given, unit="personas")
    assert len(personas.data) == 3
    first = wide[wide["persona"] == wide["persona"].iloc[0]]["pvq01"].mean()
    assert personas.data["pvq01"].iloc[0] == pytest.approx(first)
    models = rows_of(given, unit="models")
    assert models.data["pvq01"].tolist() == pytest.approx([wide["pvq01"].mean()])
    assert models.description == "1 row of sim:human: models, their administrations averaged"


def test_rows_that_are_not_there_are_refused(given, tmp_path):
    with pytest.raises(DataError, match="no responses under form 'x'"):
        rows_of(given, forms=["x"])
    alone = va.administer("pvq-21", "sim:human", store=tmp_path / "s.db")
    with pytest.raises(DataError, match="no personas"):
        rows_of(alone, unit="personas")
    va.administer("pvq-40", "sim:human", store=tmp_path / "s.db")
    with pytest.raises(DataError, match="pvq-21, pvq-40; name one"):
        rows_of(va.responses(tmp_path / "s.db"))


def _written(frame, path):
    """The frame as a file of the kind that its ending says."""
    import pyreadstat

    write = {
        "csv": lambda: frame.to_csv(path, index=False),
        "csv.gz": lambda: frame.to_csv(path, index=False),
        "tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        "parquet": lambda: frame.to_parquet(path),
        "xlsx": lambda: frame.to_excel(path, index=False),
        "sav": lambda: pyreadstat.write_sav(frame, str(path)),
        "zsav": lambda: pyreadstat.write_sav(frame, str(path), compress=True),
        "por": lambda: pyreadstat.write_por(frame, str(path)),
        "dta": lambda: pyreadstat.write_dta(frame, str(path)),
        "xpt": lambda: pyreadstat.write_xport(frame, str(path)),
    }
    write[path.name.split(".", 1)[1]]()


@pytest.mark.parametrize(
    "ending",
    ["csv", "csv.gz", "tsv", "parquet", "xlsx", "sav", "zsav", "por", "dta", "xpt"],
)
def test_files_of_people_are_read(tmp_path, ending):
    if ending == "xlsx":
        pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    frame = pd.DataFrame({"A": [1.0, 2, None], "B": [3.0, 1, 2]})
    path = tmp_path / f"people.{ending}"
    _written(frame, path)
    found = read_rows(path)
    pd.testing.assert_frame_equal(found.data[["A", "B"]].astype(float), frame)
    assert found.description == f"3 rows of people.{ending}"


def test_files_that_are_none_are_refused_in_words(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        read_rows(tmp_path / "x.csv")
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    with pytest.raises(DataError, match="expected"):
        read_rows(tmp_path / "x.pdf")
    (tmp_path / "x.dta").write_bytes(b"not stata")
    with pytest.raises(DataError, match="cannot be read"):
        read_rows(tmp_path / "x.dta")
