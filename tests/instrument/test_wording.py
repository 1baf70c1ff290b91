"""The user's own official copy: read from five formats, checked, stored with its hash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from valuealign.errors import WordingError
from valuealign.instrument.load import load_instrument, parse_instrument
from valuealign.instrument.wording.install import install_wording
from valuealign.instrument.wording.installed import (
    OFFICIAL_NOTICE,
    installed_wordings,
    remove_wording,
    with_official_wording,
)


def sentences(moods) -> list[str]:
    return list(moods.wording("en", "he").values())


def write(folder: Path, text: str, *, name: str = "copy.txt", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def installed_stems(done) -> list[str]:
    return list(done.wordings[0].stems.values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_numbered_text_in_any_usual_encoding(home, moods, numbered, tmp_path, encoding):
    accented = numbered.replace("Noise leaves him calm.", "Noise – even in a café – is fine.")
    path = write(tmp_path, accented, encoding=encoding)
    done = install_wording(moods, path, language="en", form="he")
    assert installed_stems(done)[3] == "Noise – even in a café – is fine."
    assert installed_stems(done)[0] == "He wakes up cheerful."
    assert any("Windows-1252" in note for note in done.notes) == (encoding == "cp1252")


def test_a_wrapped_sentence_is_one_sentence(home, moods, numbered, tmp_path):
    wrapped = numbered.replace("6. He sits still", "6) He has known\n10 years to sit still\n ")
    done = install_wording(moods, write(tmp_path, wrapped), language="en", form="he")
    assert installed_stems(done)[5] == "He has known 10 years to sit still with ease."


def test_word_tables_are_read_and_a_second_head_is_no_item(home, moods, write_docx):
    path = write_docx(sentences(moods), split_at=3)
    done = install_wording(moods, path, language="en", form="he")
    assert installed_stems(done) == sentences(moods)
    assert done.wordings[0].direction == "published"
    assert done.wordings[0].instruction == "Here we briefly describe different people."


@pytest.mark.parametrize(
    ("turned", "codes", "direction"),
    [
        (False, None, "published"),
        (True, None, "reversed"),
        (False, [1, 2, 3, 4], "published"),
        (True, [4, 3, 2, 1], "published"),
        (True, [1, 2, 3, 4], "reversed"),
    ],
)
def test_the_direction_of_a_word_table_is_that_of_its_codes(
    home, moods, write_docx, turned, codes, direction
):
    labels = LABELS[::-1] if turned else LABELS
    path = write_docx(sentences(moods), labels=labels, codes=codes)
    done = install_wording(moods, path, language="en", form="he")
    assert done.wordings[0].direction == direction
    assert any(note.startswith("scale direction") for note in done.notes)


def test_numbered_paragraphs_of_a_word_document_are_read(home, moods, tmp_path):
    from docx import Document

    document = Document()
    document.add_paragraph("Six Moods")
    for k, stem in enumerate(sentences(moods), start=1):
        document.add_paragraph(f"{k}. {stem}")
    document.save(tmp_path / "list.docx")
    done = install_wording(moods, tmp_path / "list.docx", language="en", form="he")
    assert installed_stems(done) == sentences(moods)


def test_word_tables_that_number_their_rows_by_themselves_are_counted(home, moods, write_docx):
    done = install_wording(
        moods, write_docx(sentences(moods), numbers=False), language="en", form="he"
    )
    assert installed_stems(done) == sentences(moods)
    assert any("counted from the top" in note for note in done.notes)


@pytest.mark.parametrize("by_lines", [False, True])
@pytest.mark.parametrize("ticks", ["o", "digits"])
def test_pdf_tables_are_read(home, moods, write_pdf, by_lines, ticks):
    path = write_pdf(sentences(moods), by_lines=by_lines, ticks=ticks)
    done = install_wording(moods, path, language="en", form="he")
    assert installed_stems(done) == sentences(moods)
    assert done.wordings[0].direction == "published"


@pytest.mark.parametrize("by_lines", [False, True])
def test_heads_and_page_numbers_of_a_second_page_are_no_wording(home, moods, write_pdf, by_lines):
    path = write_pdf(sentences(moods), by_lines=by_lines, split_at=4)
    done = install_wording(moods, path, language="en", form="he")
    assert installed_stems(done) == sentences(moods)


def test_csv_is_joined_by_id_and_other_rows_are_said(home, moods, tmp_path):
    rows = [f'{i},"{s}",x' for i, s in moods.wording("en", "he").items()]
    path = write(
        tmp_path, "\n".join(["item,Item text,facet", *rows[::-1], "age,How old,x"]), name="copy.csv"
    )
    done = install_wording(moods, path, language="en", form="he")
    assert installed_stems(done) == sentences(moods)
    assert any("age" in note for note in done.notes)


def ddi(moods, *, labels, doctype="") -> str:
    names = {item.id: item.aliases[0] for item in moods.items}
    ask = "HF1 Now I will describe some people. Please tell me how like you each is. "
    out = [f'<?xml version="1.0"?>{doctype}<codeBook xmlns="http://www.icpsr.umich.edu/DDI">']
    she = moods.wording("en", "she")
    for item, he in moods.wording("en", "he").items():
        words = zip(he.rstrip(".").split(), she[item].rstrip(".").split(), strict=True)
        stem = " ".join(a if a == b else f"{b}/{a}" for a, b in words) + "."
        options = "".join(
            f"<catgry><catValu>{k}</catValu><labl>{label}</labl></catgry>"
            for k, label in enumerate(labels, start=1)
        )
        out.append(
            f'<var name="{names[item]}"><labl>short</labl><qstn><qstnLit>{ask}{stem}</qstnLit>'
            f'</qstn><invalrng><item VALUE="9"/></invalrng>{options}'
            "<catgry><catValu>9</catValu><labl>No answer</labl></catgry></var>"
        )
    return "".join([*out, "</codeBook>"])


LABELS = ["not like me at all", "not like me", "like me", "very much like me"]


def test_a_codebook_gives_both_forms_and_says_its_scale_is_turned(home, moods, tmp_path):
    path = write(tmp_path, ddi(moods, labels=LABELS[::-1]), name="book.xml")
    done = install_wording(moods, path, language="en")
    assert [w.form for w in done.wordings] == ["he", "she"]
    assert installed_stems(done) == sentences(moods)
    assert list(done.wordings[1].stems.values()) == list(moods.wording("en", "she").values())
    assert done.wordings[0].instruction == (
        "Now I will describe some people. Please tell me how like you each is."
    )
    assert done.wordings[0].direction == "reversed"
    assert done.wordings[0].labels == tuple(enumerate(LABELS[::-1], start=1))
    assert any("1 = very much like me, the reverse" in note for note in done.notes)


def test_the_ess_codebook_yields_all_21_items(home, shared):
    done = install_wording(
        load_instrument("pvq-21"), shared("humans/ess_ddi/round9.xml"), language="en"
    )
    assert [len(w.stems) for w in done.wordings] == [21, 21]
    he = done.wordings[0]
    assert he.direction == "reversed"
    assert not any("/" in stem for stem in he.stems.values())
    assert all(5 < len(stem.split()) < 40 for stem in he.stems.values())
    assert he.instruction
    official = load_instrument("pvq-21", wording="official")
    assert official.wording_notice.notice == OFFICIAL_NOTICE
    assert official.wording("en", "he") == he.stems


def test_the_ipip_dictionary_yields_all_25_items(home, shared):
    done = install_wording(
        load_instrument("ipip-bfi-25"),
        shared("humans/bfi_psych/bfi_dictionary.csv"),
        language="en",
        form="plain",
    )
    assert len(done.wordings[0].stems) == 25


def test_the_official_wording_takes_the_place_of_the_open_form(home, moods, numbered, tmp_path):
    text = numbered.replace("He wakes up cheerful.", "He rises in good spirits.")
    install_wording(moods, write(tmp_path, text), language="en", form="he")
    official = with_official_wording(moods)
    assert official.wording("en", "he")["m1"] == "He rises in good spirits."
    assert official.wording_notice.notice == "official (installed by the user)"
    assert official.hash != moods.hash
    assert official.wording_hash("en", "he") != moods.wording_hash("en", "he")
    assert not any(item.opposed for item in official.items)
    assert official.instruction("official", form="he") == "Below we describe some people."
    assert remove_wording("moods", language="en", form="he")
    with pytest.raises(WordingError, match="no official wording of moods is installed"):
        with_official_wording(moods)


def test_a_language_of_ones_own_needs_labels_and_an_instruction(home, moods, tmp_path):
    german = [
        "Er singt.",
        "Er lacht gern.",
        "Er ist müde.",
        "Er ist ruhig.",
        "Er wartet.",
        "Er sitzt still.",
    ]
    path = write(tmp_path, "\n".join(f"{k}. {s}" for k, s in enumerate(german, start=1)))
    with pytest.raises(WordingError, match="no option labels in language 'de'"):
        install_wording(moods, path, language="de", form="he")
    labels = ["gar nicht", "wenig", "etwas", "sehr"]
    with pytest.raises(WordingError, match="no instruction in language 'de'"):
        install_wording(moods, path, language="de", form="he", labels=labels)
    install_wording(moods, path, language="de", form="he", labels=labels, instruction="Wie sehr?")
    official = with_official_wording(moods)
    assert official.languages == ("de",)
    assert [o.label for o in official.presented("m1", language="de").options] == labels
    assert official.instruction(language="de") == "Wie sehr?"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.replace("5. He takes delays in his stride.\n", ""), "missing: 5"),
        (lambda t: t + "7. He hums.\n", "moods has 6 items"),
        (lambda t: t.replace("6. He", "5. He"), "item 5 stands twice"),
        (
            lambda t: t.replace("4. Noise leaves him calm.", "4. He wakes up cheerful."),
            "the same sentence stands under items 1",
        ),
        (
            lambda t: (
                t.replace("2. Small", "X").replace("3. His", "2. His").replace("X", "3. Small")
            ),
            None,
        ),
        (
            lambda t: t.replace("1 = not like me at all", "4 = not like me at all").replace(
                "4 = very", "1 = very"
            ),
            "neither direction",
        ),
        (lambda t: "nothing here", "no sentences were found"),
        (
            lambda t: t.replace(" him ", " her ").replace("He ", "She ").replace("His", "Her"),
            "speak of 'she'",
        ),
        (
            lambda t: t.replace("4. Noise leaves him calm.", "4. Noise\x07 leaves him calm."),
            "not a sentence that can be shown",
        ),
    ],
)
def test_what_does_not_fit_is_said(home, moods, numbered, tmp_path, change, says):
    path = write(tmp_path, change(numbered))
    with pytest.raises(WordingError, match=says or "stands after number"):
        install_wording(moods, path, language="en", form="he")
    assert not installed_wordings("moods")


def test_a_changed_wording_is_not_used(home, moods, numbered, tmp_path):
    done = install_wording(moods, write(tmp_path, numbered), language="en", form="he")
    stored = json.loads(done.paths[0].read_text(encoding="utf-8"))
    stored["wording"]["stems"]["m1"] = "He does as he is told."
    done.paths[0].write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(WordingError, match="was changed since"):
        with_official_wording(moods)


def test_nothing_is_written_outside_the_users_own_folder(home, moods, numbered, tmp_path):
    before = set(tmp_path.rglob("*"))
    path = write(tmp_path, numbered)
    install_wording(moods, path, language="en", form="he")
    new = {p for p in tmp_path.rglob("*") if p.is_file()} - before - {path}
    assert new
    assert all(p.is_relative_to(home) for p in new)


def test_an_instrument_without_words_gets_them(home, moods_text, numbered, tmp_path):
    words = ("stem: {en", "opposed: {en")
    lines = [line for line in moods_text.splitlines() if not line.strip().startswith(words)]
    own = "kind: own, notice: our own sentences"
    silent = parse_instrument("\n".join(lines).replace(own, "kind: none, notice: no wording"))
    with pytest.raises(ValueError, match="install a wording of your own first"):
        silent.wording("en", "he")
    install_wording(silent, write(tmp_path, numbered), language="en", form="he")
    assert len(with_official_wording(silent).wording("en", "he")) == 6


def test_the_form_is_heard_where_it_is_not_said(home, moods, numbered, tmp_path):
    done = install_wording(moods, write(tmp_path, numbered), language="en")
    assert [wording.form for wording in done.wordings] == ["he"]
    neither = numbered.replace(" him ", " them ").replace("He ", "They ").replace("His", "Their")
    with pytest.raises(WordingError, match="form is not known"):
        install_wording(moods, write(tmp_path, neither.replace("his", "their")), language="en")


def test_statements_about_oneself_need_no_form(home, tmp_path):
    big_five = load_instrument("ipip-bfi-25")
    lines = [f'"{item.id}","Statement number {k}."' for k, item in enumerate(big_five.items, 1)]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(['"item","Item"', *lines]), encoding="utf-8")
    done = install_wording(big_five, path, language="en")
    assert [wording.form for wording in done.wordings] == ["first"]
