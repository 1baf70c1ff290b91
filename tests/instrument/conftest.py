"""A small instrument of our own, as text and as an object, and a user's own data folder."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import parse_instrument

MOODS = textwrap.dedent("""\
    # yaml-language-server: $schema=schema.json
    id: moods
    version: "1.0"
    title: {en: Six Moods}
    construct: {en: How a person feels on most days}
    citations:
    - text: The valuealign developers (2026). Six moods. Unpublished.
      reason: written for the tests
    rights:
      wording: {holder: The valuealign developers, terms: Apache-2.0, redistribution: true}
    wording: {kind: own, notice: our own sentences}
    languages: [en]
    instructions:
    - id: plain
      text:
        en:
          he: How much is this man like you?
          she: How much is this woman like you?
    response_scale:
      kind: labelled
      points:
      - {code: 1, label: {en: not like me at all}}
      - {code: 2, label: {en: not like me}}
      - {code: 3, label: {en: like me}}
      - {code: 4, label: {en: very much like me}}
    items:
    - id: m1
      aliases: [mdcheer]
      stem: {en: {he: He wakes up cheerful., she: She wakes up cheerful.}}
      opposed: {en: {he: He wakes up gloomy., she: She wakes up gloomy.}}
    - id: m2
      aliases: [mdlaugh]
      stem: {en: {he: Small things make him laugh., she: Small things make her laugh.}}
      opposed: {en: {he: Hardly anything amuses him., she: Hardly anything amuses her.}}
    - id: m3
      aliases: [mdweary]
      keyed: -1
      stem: {en: {he: His evenings are heavy., she: Her evenings are heavy.}}
      opposed: {en: {he: His evenings are light., she: Her evenings are light.}}
    - id: m4
      aliases: [mdcalm]
      stem: {en: {he: Noise leaves him calm., she: Noise leaves her calm.}}
      opposed: {en: {he: Noise upsets him., she: Noise upsets her.}}
    - id: m5
      aliases: [mdslow]
      stem: {en: {he: He takes delays in his stride., she: She takes delays in her stride.}}
      opposed: {en: {he: Delays gnaw at him., she: Delays gnaw at her.}}
    - id: m6
      aliases: [mdrest]
      stem: {en: {he: He sits still with ease., she: She sits still with ease.}}
      opposed: {en: {he: He cannot sit still., she: She cannot sit still.}}
    scales:
    - {id: CHEER, title: {en: cheerfulness}, items: [m1, m2, m3]}
    - {id: CALM, title: {en: calm}, items: [m4, m5, m6]}
    composites:
    - {id: MOOD, title: {en: good mood}, scales: [CHEER, CALM]}
    scoring:
      method: mean
      missing: {max_share: 0.34}
    models:
    - id: one
      title: {en: one factor}
      factors: {MOODS: [CHEER, CALM]}
    administration: {stem: he}
    """)


@pytest.fixture
def moods() -> Instrument:
    """The small instrument."""
    return parse_instrument(MOODS, name="moods.yaml")


@pytest.fixture
def moods_file(tmp_path: Path) -> Path:
    """The small instrument as a file."""
    path = tmp_path / "moods.yaml"
    path.write_text(MOODS, encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, for this test only."""
    folder = tmp_path / "data"
    monkeypatch.setenv("VALUEALIGN_DATA", str(folder))
    return folder


@pytest.fixture
def moods_text() -> str:
    """The small instrument as YAML text."""
    return MOODS


def stems(form: str = "he") -> list[str]:
    """Its sentences in one form, in order."""
    return list(parse_instrument(MOODS).wording("en", form).values())


LABELS = ["not like me at all", "not like me", "like me", "very much like me"]


@pytest.fixture
def numbered() -> str:
    """Its sentences as a numbered list with option labels, as a user might type them."""
    labels = "\n".join(f"{k} = {label}" for k, label in enumerate(LABELS, start=1))
    sentences = "\n".join(f"{k}. {stem}" for k, stem in enumerate(stems(), start=1))
    return f"Six Moods\n\nBelow we describe some people.\n{labels}\n\n{sentences}\n"


@pytest.fixture
def write_docx(tmp_path: Path):
    """Write a form as a Word table: number, portrait, a tick column for each option."""

    def write(rows, *, labels=LABELS, numbers=True, split_at=None, codes=None) -> Path:
        from docx import Document

        document = Document()
        document.add_paragraph("Six Moods")
        document.add_paragraph("Here we briefly describe different people.")
        halves = [rows] if split_at is None else [rows[:split_at], rows[split_at:]]
        at = 0
        for half in halves:
            table = document.add_table(rows=0, cols=2 + len(labels))
            title = table.add_row().cells
            title[2].merge(title[-1]).text = "HOW MUCH LIKE YOU IS THIS PERSON?"
            head = table.add_row().cells
            for cell, label in zip(head[2:], labels, strict=True):
                cell.text = label
            for row in half:
                at += 1
                cells = table.add_row().cells
                cells[0].text = f"{at}." if numbers else ""
                cells[1].text = row
                for k, cell in enumerate(cells[2:]):
                    cell.text = "☐" if codes is None else str(codes[k])
            document.add_paragraph("")
        path = tmp_path / "form.docx"
        document.save(path)
        return path

    return write


def _pdf(pages: list[list[str]]) -> bytes:
    """A PDF with one font, by hand."""
    kids = " ".join(f"{4 + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for k, operations in enumerate(pages):
        stream = ("BT /F1 10 Tf\n" + "\n".join(operations) + "\nET").encode("latin-1")
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * k),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    out, offsets = b"%PDF-1.4\n", []
    for k, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (k, content)
    n = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (n, table)
    place = out.rindex(b"xref\n0")
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (n, place)


@pytest.fixture
def write_pdf(tmp_path: Path):
    """Write a form as a PDF table, cell by cell (as Word does) or line by line."""

    def at(x: float, y: float, text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"1 0 0 1 {x} {y} Tm ({escaped}) Tj"

    def page(rows, first, *, labels, ticks, by_lines, numbered) -> list[str]:
        shown = [at(40, 800, "Six Moods"), at(40, 780, "Here we briefly describe some people.")]
        shown += [at(300 + 60 * k, 760, label) for k, label in enumerate(labels)]
        for r, row in enumerate(rows):
            y = 730 - 40 * r
            words = row.split()
            top, rest = at(70, y, " ".join(words[:3])), at(70, y - 12, " ".join(words[3:]))
            number = at(40, y, f"{first + r}.")
            boxes = [
                at(320 + 60 * k, y, str(k + 1) if ticks == "digits" else ticks)
                for k in range(len(labels))
            ]
            shown += [number, top, *boxes, rest] if by_lines else [number, top, rest, *boxes]
        return [*shown, at(300, 30, numbered)] if numbered else shown

    def write(rows, *, labels=LABELS, ticks="o", by_lines=False, split_at=None) -> Path:
        how = {"labels": labels, "ticks": ticks, "by_lines": by_lines}
        halves = [rows] if split_at is None else [rows[:split_at], rows[split_at:]]
        foot = "" if split_at is None else "- {} -"
        pages = [
            page(half, 1 + k * len(halves[0]), numbered=foot.format(k + 1), **how)
            for k, half in enumerate(halves)
        ]
        path = tmp_path / "form.pdf"
        path.write_bytes(_pdf(pages))
        return path

    return write
