"""The commonest mistakes with a picture test get the next step, and pictures can be looked at."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.plan.form_pictures import item_pictures
from valuealign.instrument.media import media_folder, media_status


def run(*words: str):
    return CliRunner().invoke(valuealign, list(words))


def said(*words: str) -> str:
    """What an error says."""
    done = run(*words)
    assert done.exit_code != 0
    return done.output + str(done.exception or "")


@pytest.fixture
def eyes(tmp_path):
    folder = tmp_path / "eyes"
    folder.mkdir()
    for k in range(1, 37):
        (folder / f"Eyes {k:02}.jpg").write_bytes(small_picture(k, kind="JPEG"))
    return folder


def test_what_is_not_a_folder_of_pictures_says_so(eyes, tmp_path):
    (tmp_path / "eyes.zip").write_bytes(b"PK")
    for source, words in {
        tmp_path / "eys": "there is no such folder; expected a folder with the 36 pictures of rmet",
        tmp_path / "eyes.zip": "unpack it and name the folder",
        eyes / "Eyes 01.jpg": "this is not a folder",
        tmp_path: "there is no picture in this folder, but eyes, eyes.zip",
    }.items():
        assert words in said("instruments", "wording", "rmet", str(source))


def test_wrong_names_say_what_was_expected(eyes):
    (eyes / "Eyes 07.jpg").rename(eyes / "Eyes 77.jpg")
    found = said("instruments", "wording", "rmet", str(eyes))
    assert "36 pictures; none numbered 7" in found
    assert "numbered 1 to 36, or named like rmet_01.png" in found
    assert "number the files by item" in found


def test_installed_pictures_lead_to_the_next_command_and_their_state_is_shown(eyes):
    assert "not installed" in run("instruments", "show", "rmet").output
    done = run("instruments", "wording", "rmet", str(eyes))
    assert done.exit_code == 0, done.output
    assert "next: valuealign administer --instrument rmet --model MODEL --dry-run" in done.output
    assert "36, installed in" in run("instruments", "wording", "rmet").output
    assert "36, installed in" in run("instruments", "show", "rmet").output.replace("\n", " ")
    (media_folder("rmet") / "rmet_03.png").write_bytes(small_picture(99))
    assert "changed since it was installed" in media_status(va.load_instrument("rmet"))
    found = said("administer", "--instrument", "rmet", "--model", "sim:random", "--dry-run")
    assert "changed since it was installed" in found
    assert "valuealign instruments wording rmet FOLDER" in found


def test_the_official_wording_of_a_picture_test_is_its_own_file():
    found = said("administer", "--instrument", "rmet", "--wording", "official", "--dry-run")
    assert "rmet has no sentences" in found
    assert "leave out --wording official" in found


@pytest.mark.parametrize("shown", ["shown", "inverted"])
def test_the_pictures_of_an_instrument_are_written_as_they_are_shown(tmp_path, shown):
    done = run(
        *["instruments", "pictures", "schematic-faces", "--shown", shown],
        *["--output", str(tmp_path / "faces"), "--json"],
    )
    rows = json.loads(done.stdout)
    faces = va.load_instrument("schematic-faces")
    assert [row["item"] for row in rows] == list(faces.item_ids)
    picture = item_pictures(faces, "face05", shown)[0]
    assert (tmp_path / "faces" / rows[4]["file"]).read_bytes() == picture.data
    assert rows[4]["picture"] == picture.facts
    assert "have no pictures" in said(
        *["instruments", "pictures", "pvq-21", "--shown", "inverted", "--output", str(tmp_path)]
    )
