"""People rate the replies of models: in a sheet, blinded, and joined back to what was rated."""

from __future__ import annotations

import csv

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.store.origins import read_origins
from valuealign.store.store import Store
from valuealign.supply.people.import_sheet import import_sheet
from valuealign.supply.people.questionnaire import questionnaire
from valuealign.supply.people.write_sheet import write_sheet


def test_replies_go_out_quoted_and_ratings_come_back_to_their_origin(tmp_path):
    store = tmp_path / "s.db"
    va.administer(
        "leas", "sim:verbose", elicitation="text", store=store, display=Quiet(), forms="published"
    )
    asked = questionnaire("leas-levels", f"replies:{store}?instrument=leas", limit=5)
    path = write_sheet(asked, tmp_path / "a.csv", store=store, raters=["R1", "R2"]).path
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 2 * 5 * 3
    assert all("\n> " in line["about"] for line in lines)
    assert "sim:" not in path.read_text(encoding="utf-8-sig")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(
            line | {"answer": "1" if "differ" in line["question"] else "2"} for line in lines
        )
    assert import_sheet(path, store=store, group="clinicians").n_new == 30
    rated = va.responses(store, instrument="leas-levels")
    assert set(rated.long["model"]) == {"people:clinicians"}
    with Store.open(store) as opened, opened.reading() as connection:
        origins = {origin.stimulus for origin in read_origins(connection)}
    assert len(origins) == 5
