"""Hostile copies: bombs, entities, wrong files and lies about what they are."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from valuealign.errors import WordingError
from valuealign.instrument.wording.install import install_wording
from valuealign.instrument.wording.installed import installed_wordings

TWO_COLUMNS = b"item,one,two\n" + b"".join(b"m%d,a b %d,c d %d\n" % (k, k, k) for k in range(1, 7))


def install(moods, path: Path):
    return install_wording(moods, path, language="en", form="he")


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(home, moods, tmp_path):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\x00" * 80_000_000)
    path = put(tmp_path, "bomb.docx", out.getvalue())
    assert path.stat().st_size < 200_000
    with pytest.raises(WordingError, match="unpacks to more than 60 MB"):
        install(moods, path)


def test_entities_in_a_word_document_are_refused(home, moods, write_docx, tmp_path):
    source = write_docx(list(moods.wording("en", "he").values()))
    out = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                head, rest = data.split(b"?>", 1)
                data = head + b'?><!DOCTYPE x [<!ENTITY e "boom">]>' + rest
            new.writestr(name, data)
    with pytest.raises(WordingError, match="declares XML entities"):
        install(moods, put(tmp_path, "entities.docx", out.getvalue()))


def test_a_cell_that_claims_to_span_a_billion_columns_costs_nothing(
    home, moods, write_docx, tmp_path
):
    source = write_docx(list(moods.wording("en", "he").values()))
    out = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                assert b"<w:gridSpan" in data
                data = re.sub(rb'<w:gridSpan w:val="\d+"', b'<w:gridSpan w:val="1000000000"', data)
            new.writestr(name, data)
    done = install(moods, put(tmp_path, "span.docx", out.getvalue()))
    assert len(done.wordings[0].stems) == 6


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY x "1"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_in_a_codebook_are_refused(home, moods, tmp_path, declared):
    xml = f'<?xml version="1.0"?>{declared}<codeBook><var name="mdcheer">&x;</var></codeBook>'
    with pytest.raises(WordingError, match="entities or a DTD"):
        install(moods, put(tmp_path, "book.xml", xml.encode()))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xml", b"<codeBook>", "not XML"),
        ("a.xml", b"\xff\xfe<\x00", "not XML"),
        ("a.xml", b"<?xml version='1.0' encoding='nonesuch'?><a/>", "not XML"),
        ("a.xml", b"<codeBook/>", "no 'var' elements"),
        (
            "a.xml",
            b"<codeBook><var name='other'/></codeBook>",
            "none of the codebook's 1 variables",
        ),
        (
            "a.xml",
            b"<codeBook><var name='mdcheer'><labl>x</labl></var></codeBook>",
            "no literal question",
        ),
        ("a.docx", b"PK\x03\x04 not really", "not a Word document"),
        ("a.docx", b"plain text", "not a Word document"),
        ("a.pdf", b"plain text", "not a PDF"),
        ("a.pdf", b"%PDF-1.7\n%%EOF", "cannot be read"),
        (
            "a.pdf",
            b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\n"
            b"trailer << /Root 1 0 R >>\n%%EOF",
            "cannot be read|no text",
        ),
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b"\x00\x01\x02\x81\x8d", "not text"),
        ("a.txt", b"\xff\xfe\x00\xd8", "not text"),
        ("a.txt", b"1. x\n" * 900_000, "too large"),
        ("a.csv", b"no table", "not a table of items"),
        ("a.csv", b'a,b\n"unclosed,1\n', "not CSV"),
        ("a.csv", b"a,b\n1,2,3\n", "row 2 has 3 cells"),
        ("a.csv", b"a,b\nx,y\n", "ids or numbers"),
        ("a.csv", TWO_COLUMNS, "several columns hold sentences"),
        ("a.jpg", b"x", "unknown kind of file"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_a_clear_error(home, moods, tmp_path, name, data, says):
    with pytest.raises(WordingError, match=says) as caught:
        install(moods, put(tmp_path, name, data))
    assert name in str(caught.value)
    assert not installed_wordings("moods")


def test_a_file_that_is_not_there_is_a_clear_error(home, moods, tmp_path):
    with pytest.raises(WordingError, match="cannot be read"):
        install(moods, tmp_path / "absent.txt")


def test_an_encrypted_pdf_is_refused(home, moods, write_pdf, tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(write_pdf(list(moods.wording("en", "he").values()))))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(WordingError, match="encrypted"):
        install(moods, path)


def test_control_characters_and_markup_do_not_become_wording(home, moods, numbered, tmp_path):
    path = tmp_path / "copy.txt"
    path.write_text(numbered.replace("Noise", "Noise\x1b[31m"), encoding="utf-8")
    with pytest.raises(WordingError, match="not a sentence that can be shown"):
        install(moods, path)
