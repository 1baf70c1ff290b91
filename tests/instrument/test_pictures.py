"""A picture is known by its content: four kinds are taken, hostile files are refused in words."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from small_pictures import small_picture

import valuealign as va
from valuealign.errors import InstrumentError, StimulusError
from valuealign.instrument.pictures.drawn_face import SIDE, DrawnFace, drawn
from valuealign.instrument.pictures.picture import (
    MAX_PICTURE_BYTES,
    MAX_PIXELS,
    MIN_SIDE,
    NotAPicture,
    checked_picture,
    picture_in,
    read_picture,
)
from valuealign.instrument.pictures.picture_rules import exchanged, inverted, scrambled


def pixels(picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGB"))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose head promises many pixels; there are none in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
    ],
)
def test_the_four_kinds_are_known_by_content_and_sent_unchanged(kind, media_type, tmp_path):
    data = small_picture(5, kind=kind)
    (tmp_path / "named.txt").write_bytes(data)
    picture = read_picture(tmp_path / "named.txt", error=InstrumentError)
    assert (picture.media_type, picture.width, picture.height) == (media_type, 16, 16)
    assert picture.data == data
    assert picture.data_url.startswith(f"data:{media_type};base64,")
    assert picture.reference == f"picture:{picture.sha256}"
    assert f"{len(data):,} bytes" in picture.facts


def test_a_damaged_or_strange_file_is_refused_in_words():
    whole = small_picture(9, side=64)
    moving = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), (k, k, k)) for k in (0, 200)]
    frames[0].save(moving, format="GIF", save_all=True, append_images=frames[1:])
    said = {
        whole[: len(whole) // 2]: "damaged or cut off",
        whole[:40] + b"\xff" + whole[41:]: "damaged or cut off",
        b"\xff\xd8\xff\xe0nothing more": "damaged or cut off",
        b"<?xml version='1.0'?><svg/>": "SVG drawing; .*export it as PNG",
        b"%PDF-1.7": "not a picture by its content",
        b"": "the file is empty",
        moving.getvalue(): "moves: it has 2 frames",
        b"BM" + bytes(60): "not a picture by its content",
    }
    for data, words in said.items():
        with pytest.raises(NotAPicture, match=words):
            checked_picture(data)


def test_the_size_is_checked_before_a_pixel_is_decoded():
    for width, height in ((50_000, 50_000), (20_000, 20_000), (8_001, 10), (5_000, 4_001)):
        with pytest.raises(NotAPicture, match=r"pixels.*scale it down"):
            checked_picture(png_of_size(width, height))
    with pytest.raises(NotAPicture, match="damaged"):  # of a size that is taken, but hollow
        checked_picture(png_of_size(5_000, MAX_PIXELS // 5_000))
    assert checked_picture(small_picture(side=MIN_SIDE)).width == MIN_SIDE
    with pytest.raises(NotAPicture, match="7 x 7 pixels"):
        checked_picture(small_picture(side=MIN_SIDE - 1))
    padded = small_picture()
    assert checked_picture(padded + bytes(MAX_PICTURE_BYTES - len(padded)))
    with pytest.raises(NotAPicture, match="at most 5 MB"):
        checked_picture(padded + bytes(MAX_PICTURE_BYTES - len(padded) + 1))


def test_a_picture_is_in_the_folder_of_the_file_that_names_it(tmp_path):
    home, outside = tmp_path / "home", tmp_path / "outside.png"
    (home / "faces").mkdir(parents=True)
    outside.write_bytes(small_picture())
    (home / "faces" / "one.png").write_bytes(small_picture())
    (home / "link.png").symlink_to(outside)
    (home / "way").symlink_to(tmp_path)
    assert picture_in(home, "faces/one.png", error=StimulusError).width == 16
    said = {
        "../outside.png": "outside the folder",
        "faces/../../outside.png": "outside the folder",
        str(outside): "outside the folder",
        "..\\outside.png": "outside the folder",
        "link.png": "reached by a link",
        "way/outside.png": "reached by a link",
        "faces/ome.png": "did you mean 'one.png'",
        "faces": "not a regular file",
    }
    for name, words in said.items():
        with pytest.raises(StimulusError, match=words):
            picture_in(home, name, error=StimulusError)


@pytest.mark.parametrize("size", [(64, 48), (61, 33), (8, 8)])
def test_rules_keep_every_pixel_and_are_the_same_for_the_same_seed(size):
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, format="PNG")
    picture = checked_picture(file.getvalue())
    assert (pixels(inverted(picture)) == noise[::-1, ::-1]).all()
    pieces = scrambled(picture, "a")
    assert pieces == scrambled(picture, "a") != scrambled(picture, "b")
    assert (pixels(pieces) != noise).any()
    order = lambda p: np.sort(p.reshape(-1, 3), axis=0)  # noqa: E731
    assert (order(pixels(pieces)) == order(noise)).all()


def test_an_exchange_leaves_none_in_its_place_and_uses_each_once():
    for n in (2, 3, 36, 37):
        places = exchanged(range(n), "seed")
        assert sorted(places.values()) == list(range(n))
        assert all(here != there for here, there in places.items())
    assert exchanged(range(36), "seed") != exchanged(range(36), "other")


def test_a_drawing_is_made_of_numbers_and_differs_with_each():
    plain = DrawnFace()
    others = [
        DrawnFace(**{name: value})
        for name, value in {
            "outline": "square",
            "brows": 0.5,
            "raised": 0.9,
            "lids": 0.1,
            "gaze": 0.8,
            "mouth": -0.5,
            "opened": 0.5,
        }.items()
    ]
    hashes = {drawn(face).sha256 for face in (plain, *others)}
    assert len(hashes) == 8
    smile, frown = (pixels(drawn(DrawnFace(mouth=bend)))[..., 0] < 110 for bend in (1, -1))
    rows = np.arange(SIDE)[:, None]
    corner = (slice(90, 140), slice(48, 54))  # where the left corner of the mouth is
    height = lambda ink: (rows[corner[0]] * ink[corner]).sum() / ink[corner].sum()  # noqa: E731
    assert height(smile) < height(frown)


def test_the_schematic_faces_are_balanced_all_different_and_no_measure():
    faces = va.load_instrument("schematic-faces")
    assert len({drawn(item.media[0].drawn).sha256 for item in faces.items}) == 36
    for item in faces.items:
        right = next(o.label["en"] for o in item.options if o.code == item.answer)
        assert right == item.attributes["expression"]
        assert len({o.label["en"] for o in item.options}) == 4
    of = lambda name: [item.attributes[name] for item in faces.items]  # noqa: E731
    assert sorted(map(of("valence").count, {*of("valence")})) == [12, 12, 12]
    assert sorted(map(of("outline").count, {*of("outline")})) == [18, 18]
    assert sorted(map([i.answer for i in faces.items].count, range(1, 5))) == [9, 9, 9, 9]
    assert "no measure" in faces.title["en"]
    assert "no measure" in faces.wording_notice.notice
