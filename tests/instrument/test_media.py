"""Pictures are the user's: checked by checksum or count, and never used once changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from small_pictures import small_picture

from valuealign.errors import InstrumentError
from valuealign.instrument.load import parse_instrument
from valuealign.instrument.media import install_media, media_folder, media_pictures
from valuealign.instrument.pictures.picture import media_type

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def pictured(moods_text):
    """The small instrument with a picture an item and no known checksums."""
    text = moods_text
    for k in range(1, 7):
        text = text.replace(f"- id: m{k}\n", f"- id: m{k}\n  media: [{{name: mood_0{k}.png}}]\n")
    return parse_instrument(text)


def pictures(folder: Path, pattern: str, numbers=range(1, 7)) -> Path:
    folder.mkdir(exist_ok=True)
    for k in numbers:
        (folder / pattern.format(k)).write_bytes(small_picture(k))
    return folder


@pytest.mark.parametrize("pattern", ["mood_0{}.png", "{}.png", "Eyes item {} (2).png"])
def test_pictures_are_found_by_name_or_by_number(home, pictured, tmp_path, pattern):
    folder = pictures(tmp_path / "mine", pattern)
    if "(2)" in pattern:
        with pytest.raises(InstrumentError, match="same number"):
            install_media(pictured, folder)
        return
    done = install_media(pictured, folder)
    assert (done.n_pictures, done.checked) == (6, "count")
    assert done.notes
    assert media_pictures(pictured, "m3")[0].data == small_picture(3)
    assert done.folder.is_relative_to(home)


def test_a_practice_picture_numbered_0_is_left_out(home, pictured, tmp_path):
    install_media(pictured, pictures(tmp_path / "mine", "{}.png", range(7)))
    assert media_pictures(pictured, "m1")[0].data == small_picture(1)


def test_pictures_that_are_not_installed_are_said_with_the_command(home, pictured, moods):
    with pytest.raises(InstrumentError, match="valuealign instruments wording moods FOLDER"):
        media_pictures(pictured, "m1")
    assert media_pictures(moods, "m1") == ()
    with pytest.raises(InstrumentError, match="takes no pictures"):
        install_media(moods, home)


def test_a_missing_strange_or_changed_picture_is_an_error(home, pictured, tmp_path):
    folder = pictures(tmp_path / "mine", "{}.png", range(1, 6))
    with pytest.raises(InstrumentError, match="none numbered 6"):
        install_media(pictured, folder)
    (folder / "6.png").write_bytes(b"<svg onload='x'/>")
    with pytest.raises(InstrumentError, match=r"SVG drawing.*export it as PNG"):
        install_media(pictured, folder)
    (folder / "6.png").write_bytes(small_picture(1))
    with pytest.raises(InstrumentError, match="the same picture"):
        install_media(pictured, folder)
    (folder / "6.png").write_bytes(small_picture(6) + b"x" * 6_000_000)
    with pytest.raises(InstrumentError, match="too large"):
        install_media(pictured, folder)
    (folder / "6.png").write_bytes(small_picture(6))
    install_media(pictured, folder)
    (media_folder("moods") / "mood_06.png").write_bytes(small_picture(70))
    with pytest.raises(InstrumentError, match="changed since"):
        media_pictures(pictured, "m6")
    with pytest.raises(InstrumentError, match="not a folder"):
        install_media(pictured, folder / "1.png")


def test_a_known_checksum_is_held_against_the_picture(home, moods_text, tmp_path):
    digest = hashlib.sha256(small_picture(1)).hexdigest()
    text = moods_text.replace(
        "- id: m1\n", f"- id: m1\n  media: [{{name: mood.png, sha256: '{digest}'}}]\n"
    )
    instrument = parse_instrument(text)
    folder = pictures(tmp_path / "mine", "{}.png", [1])
    assert install_media(instrument, folder).checked == "checksums"
    (folder / "1.png").write_bytes(small_picture(71))
    with pytest.raises(InstrumentError, match="its checksum is another"):
        install_media(instrument, folder)


def test_a_picture_is_known_by_its_first_bytes():
    assert media_type(PNG) == "image/png"
    assert media_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert media_type(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "image/webp"
    assert media_type(b"RIFF\x00\x00\x00\x00WAVE") is None
    assert media_type(b"") is None
