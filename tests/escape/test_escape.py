"""A text from outside never becomes a command of the program that reads or shows it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from valuealign.escape import (
    for_html,
    for_json,
    for_r_comment,
    for_r_name,
    for_r_string,
    for_spreadsheet,
    for_terminal,
)
from valuealign.exchange.export_responses import export
from valuealign.instrument.load import load_instrument

TEXTS = st.text(max_size=60) | st.text(
    "=+-@|\t\r\n \"'\\`;#(){}<>&%$ab1"
    "\ufeff\u200b\u2028\u2029\u202e\x1b\x9b\x85\x00\uff1d\uff0b\uff20",
    max_size=20,
)
ATTACKS = [
    "x\nsystem('touch owned')",
    "x\rsystem('touch owned')",
    "x\u2028system('touch owned')",
    "x\x85system('touch owned')",
    "\"); system('touch owned'); (\"",
    "\\\"); file.create('owned') #",
    "\\",
    '"',
    "\\u0022);file.create('owned')#",
    'r"(x)"',
    "'; file.create('owned'); '",
    "\0x",
    "é\N{GRINNING FACE}",
    "%s%n",
    "`file.create('owned')`",
    "$(touch owned)",
    "\x1b]0;owned\x07",
]


@given(TEXTS)
@example("\x1b[2J\x1b]0;title\x07")
@example("safe\u202egpj.exe")
@example("\r overwritten")
def test_a_terminal_gets_only_characters_that_it_prints(text):
    shown = for_terminal(text)
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert for_terminal(text, lines=False).isprintable()
    kept = [c for c in text if c.isprintable() or c == "\n"]
    assert [c for c in shown if c in kept] == kept or "\N{REPLACEMENT CHARACTER}" in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.words += data


@given(TEXTS)
@example("</p><script>alert(1)</script>")
@example('" onmouseover="alert(1)')
def test_a_browser_sees_text_in_an_element_and_in_an_attribute(text):
    page = _Tags()
    page.feed(f'<p title="{for_html(text)}">{for_html(text)}</p>')
    page.close()
    assert [tag for tag, _ in page.tags] == ["p"]
    assert [name for name, _ in page.tags[0][1]] == ["title"]
    assert page.words == for_terminal(text)


def _begins_a_formula(cell):
    """Whether a spreadsheet may compute a cell: what is seen first, in any width, is a sign."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    seen = [c for c in cell if unicodedata.category(c)[0] not in "CZ" and c != "\ufffd"]
    return bool(seen) and unicodedata.normalize("NFKC", seen[0])[:1] in tuple("=+-@\u2212")


@given(TEXTS)
@example("=1+1")
@example("\ufeff=1+1")
@example("\u200b\u2060 @SUM(1)")
@example("\N{FULLWIDTH EQUALS SIGN}1+1")
@example("\N{FULLWIDTH COMMERCIAL AT}SUM(1)")
@example("\N{SMALL PLUS SIGN}1")
@example("\x00=1")
@example("\n=1")
def test_a_spreadsheet_computes_no_text(text):
    safe = for_spreadsheet(text)
    assert not _begins_a_formula(safe)
    if not _begins_a_formula(text) and all(unicodedata.category(c) != "Cc" for c in text):
        assert safe == text


@pytest.mark.parametrize("value", [1, -1, 2.5, -0.5, None, True])
def test_numbers_stay_numbers_in_a_spreadsheet(value):
    assert for_spreadsheet(value) is value


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5), TEXTS)
def test_no_cell_and_no_name_of_an_exported_csv_is_a_formula(tmp_path_factory, texts, name):
    path = tmp_path_factory.mktemp("csv") / "out.csv"
    frame = pd.DataFrame({name or "x": texts, "n": [-1.5] * len(texts)})
    export(frame, path, file_format="csv", notice="=1")
    text = path.read_text(encoding="utf-8")
    for separator in (",", ";", "\t"):
        # In quotes, a separator of another locale begins no cell.
        cells = re.findall(rf'(?:^|[{separator}\n])"((?:[^"]|"")*)"', text)
        assert not [cell for cell in cells if _begins_a_formula(cell)]
    numbers = pd.read_csv(path)["n"]
    assert (numbers == -1.5).all()


@given(TEXTS)
def test_an_r_comment_stays_on_its_line(text):
    comment = for_r_comment(text)
    assert comment.isprintable()
    assert len(f"# {comment}".splitlines()) == 1


_R_STRING = re.compile(r'"(?:[ !#-\[\]-~\n]|\\["\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"')


@given(TEXTS)
def test_an_r_string_is_one_token_of_ascii(text):
    assert _R_STRING.fullmatch(for_r_string(text))


@given(TEXTS)
def test_an_r_name_is_one(text):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", for_r_name(text))


@given(TEXTS)
def test_json_parses_to_the_same_and_moves_no_terminal(text):
    shown = for_json(json.dumps({"a": text}, ensure_ascii=False))
    assert json.loads(shown) == {"a": text}
    assert all(c.isprintable() or c == "\n" for c in shown)


def _run_r(folder, script):
    (folder / "script.R").write_text(script, encoding="utf-8")
    run = ["Rscript", "--vanilla", "script.R"]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_itself_reads_each_attack_as_the_text_that_it_is(tmp_path):
    lines = []
    for k, attack in enumerate(ATTACKS):
        lines.append(f"# {for_r_comment(attack)}")
        lines.append(f"{for_r_name(attack)} <- {for_r_string(attack)}")
        codes = ", ".join(str(ord(c)) for c in attack.replace("\0", "?"))
        lines.append(
            f"stopifnot(identical(utf8ToInt({for_r_name(attack)}), as.integer(c({codes}))))"
        )
        lines.append(f"cat({k}, '')")
    done = _run_r(tmp_path, "\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(k) for k in range(len(ATTACKS))]
    assert [path.name for path in tmp_path.iterdir()] == ["script.R"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_lavaan_script_runs_nothing_of_an_instrument_or_a_notice(tmp_path, attack):
    instrument = load_instrument("pvq-21")
    # A store's snapshot may have been written by anyone: no check of the file ran.
    hostile = instrument.model_copy(update={"id": attack, "version": attack})
    frame = pd.DataFrame({item: [1, 2] for item in instrument.item_ids})
    path = tmp_path / f"{attack[:9].replace('/', '_')}.R".replace("\0", "")
    export(frame, path, file_format="lavaan", notice=attack, instrument=hostile)
    text = path.read_text(encoding="utf-8")
    models = [for_r_string("\n" + m + "\n") for m in instrument.default_lavaan.values()]
    for model in models:
        assert model in text
        text = text.replace(model, '""')
    shape = re.compile(
        rf"# [^\n]*\nlibrary\(lavaan\)\ndata <- read\.csv\({_R_STRING.pattern}\)\n"
        r'(?:\n(\w+) <- ""\nfit_\1 <- cfa\(\1, data\)\n'
        r"summary\(fit_\1, fit\.measures = TRUE, standardized = TRUE\)\n)+"
    )
    assert shape.fullmatch(text)
    assert for_terminal(text) == text


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_runs_nothing_of_a_hostile_export(tmp_path):
    instrument = load_instrument("pvq-21")
    hostile = instrument.model_copy(update={"version": "1\nfile.create('owned')\n"})
    frame = pd.DataFrame({item: [1, 2] for item in instrument.item_ids})
    notice = "mine\r\nfile.create('owned')"
    export(frame, tmp_path / "out.R", file_format="lavaan", notice=notice, instrument=hostile)
    head = (tmp_path / "out.R").read_text(encoding="utf-8").split("library(lavaan)")[0]
    done = _run_r(tmp_path, head + "cat('end')\n")
    assert done.stdout == "end"
    assert not (tmp_path / "owned").exists()
