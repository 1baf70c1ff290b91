"""In a real browser the report asks for nothing, runs nothing, fits, and shows hostile text."""

from __future__ import annotations

import csv
import sqlite3
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from defusedxml.ElementTree import fromstring
from pypdf import PdfReader

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.report.sections import replies_section as came_back

ATTACKS = [
    "<script>document.title='owned'; alert(1)</script>",
    "</style><style>body{display:none}</style>",
    "<img src=https://thief.example/x.png onerror=\"document.title='owned'\">",
    "</td></table></details><a href='javascript:alert(1)'>press</a>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eesrever\u202c and \x1b[31mred\x07",
    "x" * 300_000,
]
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth > innerWidth;
  const out = [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest('.scroll, .plate, .reply');
  });
  return [wide, out.slice(0, 3).map(e => e.outerHTML.slice(0, 80))];
}"""


@pytest.fixture(scope="module")
def report(moods_file, tmp_path_factory):
    """A page about a hostile model under an instrument whose every text is an attack."""
    from valuealign.simulation.simulated_respondents import Simulated

    folder = tmp_path_factory.mktemp("hostile")
    content = moods_file.content()
    content["title"]["en"] = ATTACKS[0]
    content["items"][0]["stem"]["en"]["he"] = ATTACKS[2]
    content["wording"]["notice"] = ATTACKS[1]
    content["citations"][0]["text"] = ATTACKS[3]
    instrument = type(moods_file).model_validate(content)
    said = iter([*ATTACKS, "4", "1"] * 40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(came_back, "_EACH", len(ATTACKS))
        patch.setattr(Simulated, "_text", lambda *_: next(said))
        given = va.administer(
            instrument,
            ["sim:random", "sim:factor"],
            occasions=4,
            forms="direction=published,reversed",
            store=folder / "s.db",
            display=Quiet(),
        )
        with sqlite3.connect(folder / "s.db") as store:  # the simulated endpoint cuts at its limit
            store.execute("UPDATE attempts SET text = ? WHERE text LIKE 'xxx%'", (ATTACKS[-1],))
        return va.write_report(given, folder / "report.html").path


@pytest.fixture(scope="module")
def moods_file():
    """The small instrument, once for the module."""
    from pathlib import Path

    from valuealign.instrument.load import load_instrument

    return load_instrument(Path(__file__).parents[1] / "moods.yaml")


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """A page with every figure: PVQ-21 beside people."""
    folder = tmp_path_factory.mktemp("profile")
    forms = [va.Form(), va.Form(direction="reversed"), va.Form(content="opposed")]
    given = va.administer(
        "pvq-21",
        ["sim:human", "sim:yes"],
        forms=forms,
        occasions=2,
        store=folder / "s.db",
        display=Quiet(),
    )
    return va.write_report(given, folder / "report.html").path


@pytest.fixture
def opened(page):
    """Open a report and say what it did."""
    told = []
    page.on("console", lambda message: told.append(message.text))

    def open_(path, width=1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path.as_uri())
        return page, told

    return open_


@pytest.mark.parametrize("which", ["report", "profile"])
def test_nothing_is_asked_of_the_network_and_nothing_complains(request, opened, which):
    path = request.getfixturevalue(which)
    page, told = opened(path)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.wait_for_timeout(200)
    assert page.seen == [path.as_uri()]
    assert told == []
    assert "owned" not in page.title() or "<script>" in page.title()
    assert page.locator("script").count() == 1
    assert page.locator("iframe, img, object, link").count() == 0


def test_the_policy_forbids_what_an_attacker_would_add(opened, report):
    page, told = opened(report)
    blocked = []
    page.on("requestfailed", lambda request: blocked.append((request.url, request.failure)))
    content = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert content.startswith("default-src 'none'; style-src 'sha256-")
    page.evaluate("""() => {
      const host = document.createElement('div');
      document.body.append(host);
      host.innerHTML = '<b id=hot onclick="document.title=1">x</b>'
        + '<img src="https://thief.example/a.png"><p id=styled style="color: red">y</p>';
      document.getElementById('hot').click();
      const script = document.createElement('script');
      script.textContent = 'document.title = 2';
      document.body.append(script);
    }""")
    page.wait_for_timeout(200)
    assert page.title() not in {"1", "2"}
    assert blocked == [("https://thief.example/a.png", "csp")]
    assert page.evaluate(
        "getComputedStyle(document.getElementById('styled')).color != 'rgb(255, 0, 0)'"
    )
    assert any("Content Security Policy" in line for line in told)


def test_the_style_sheet_is_the_one_the_policy_names(opened, report):
    page, _ = opened(report)
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "auto"


@pytest.mark.parametrize("width", [360, 768, 2000])
@pytest.mark.parametrize("which", ["report", "profile"])
def test_the_page_never_scrolls_sideways(request, opened, which, width):
    page, _ = opened(request.getfixturevalue(which), width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(OVERFLOW) == [False, []]


def test_what_a_hostile_model_said_is_there_to_read(opened, report):
    page, _ = opened(report)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    text = page.inner_text("#i1-came-back")
    for attack in ATTACKS[:5]:
        assert attack in text
    assert "\N{REPLACEMENT CHARACTER}esrever\N{REPLACEMENT CHARACTER} and" in text
    assert "[31mred" in text
    assert "(300,000 characters in all)" in text
    assert not {"\u202e", "\x1b", "\x07"} & set(page.content())
    assert page.locator("footer").is_visible()


def test_what_an_instrument_says_is_there_to_read(opened, report):
    page, _ = opened(report)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    text = page.inner_text("#i1-asked")
    for attack in ATTACKS[:4]:
        assert attack in text


def test_headings_are_in_order_and_the_language_is_named(opened, profile):
    page, _ = opened(profile)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("main h2").first.inner_text() == "What may be concluded?"


def test_figures_are_images_with_words_and_open_onto_their_numbers(opened, profile):
    page, _ = opened(profile)
    figures = page.get_by_role("img")
    assert figures.count() >= 4
    for figure in figures.all():
        assert len(figure.get_attribute("aria-label")) > 30
    folded = page.locator("figure details").first
    assert not folded.locator("table").is_visible()
    folded.locator("summary").click()
    assert folded.locator("table").is_visible()


def test_it_reads_in_the_dark_and_on_paper(opened, profile, page):
    page.emulate_media(color_scheme="dark")
    opened(profile)
    light = "c => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    ink, ground, label = page.evaluate(f"""() => {{
      const sum = {light};
      const text = document.querySelector('.plate text');
      return [sum(getComputedStyle(document.body).color),
              sum(getComputedStyle(document.documentElement).backgroundColor),
              sum(getComputedStyle(text).fill)];
    }}""")
    assert ink > 600
    assert ground < 150
    assert label > 600
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator("nav").is_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    )


@pytest.mark.parametrize(
    ("which", "width", "unfolded"),
    [("profile", 390, True), ("profile", 1280, False), ("report", 1280, True)],
)
def test_axe_has_no_complaint(request, opened, which, width, unfolded):
    page, _ = opened(request.getfixturevalue(which), width)
    if unfolded:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]] == []


def test_two_models_print_on_few_pages(opened, profile, tmp_path):
    page, _ = opened(profile)
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    printed = PdfReader(tmp_path / "report.pdf").pages
    words = sum(len(sheet.extract_text().split()) for sheet in printed)
    assert len(printed) <= 8
    assert words < 3000
    assert profile.stat().st_size < 1_000_000


def test_the_first_screen_has_the_answer_the_picture_and_the_claims(opened, profile):
    page, _ = opened(profile)
    for selector in (".card p", "figure svg", "#i1-verdict table tbody tr"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + min(box["height"], 100) < 900, selector
    page, _ = opened(profile, 390)
    box = page.locator(".card p").first.bounding_box()
    assert box["y"] < 450
    assert box["x"] + box["width"] <= 390


def test_a_table_sorts_by_its_numbers_both_ways(opened, profile):
    page, _ = opened(profile)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    table = page.locator("table", has=page.locator("caption", has_text="Mean answers"))
    read = "t => [...t.tBodies[0].rows].map(r => Number(r.cells[1].dataset.v))"
    button = table.locator("thead button").nth(1)
    button.click()
    up = table.evaluate(read)
    assert up == sorted(up)
    assert len(set(up)) > 3
    button.click()
    assert table.evaluate(read) == sorted(up, reverse=True)
    assert table.locator("thead th").nth(1).get_attribute("aria-sort") == "descending"


def test_links_of_numbers_open_the_replies(opened, profile):
    page, _ = opened(profile)
    link = page.locator("#i1-people a.q").first
    target = link.get_attribute("href")[1:]
    assert not page.locator(f"[id='{target}']").is_visible() or target.endswith("r1")
    link.click()
    page.wait_for_timeout(100)
    assert page.locator(f"[id='{target}'] table, tr[id='{target}']").first.is_visible()


COPIES = """() => {
  window.copied = {};
  document.addEventListener('copy', e => setTimeout(() => 0));
  navigator.clipboard.write = async items => {
    for (const item of items)
      for (const type of item.types)
        window.copied[type] = await (await item.getType(type)).text();
  };
}"""


@pytest.fixture
def copied(opened):
    """Press a button under the first table of a part, and return what it put on the clipboard."""

    def press(path, part, name):
        page, _ = opened(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate(COPIES)
        page.locator(part).get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_timeout(150)
        return page.evaluate("window.copied")

    return press


def test_tables_are_copied_as_csv_markdown_latex_and_word(copied, profile):
    part = "#i1-people"
    text = copied(profile, part, "CSV")["text/plain"]
    rows = list(csv.reader(text.splitlines()))
    assert rows[0][0] == "model"
    assert [row[0] for row in rows[1:]] == ["sim:human", "sim:yes"]
    assert "\N{MINUS SIGN}" not in text
    assert any(len(value.split(".")[-1]) > 4 for value in rows[1])  # the number, not its rounding
    markdown = copied(profile, part, "Markdown")["text/plain"].splitlines()
    assert markdown[0].startswith("| model |")
    assert set(markdown[1]) <= set("|-: ")
    latex = copied(profile, part, "LaTeX")["text/plain"]
    assert "\\toprule" in latex
    assert latex.count("\\\\") == len(rows)
    word = copied(profile, part, "Word")["text/html"]
    assert word.startswith("<table")
    assert word.count("<tr>") == len(rows)


def test_a_hostile_reply_is_copied_as_text_and_never_as_a_formula(copied, report):
    text = copied(report, "#i1-came-back details:last-of-type", "CSV")["text/plain"]
    assert ATTACKS[0] in text
    word = copied(report, "#i1-came-back details:last-of-type", "Word")["text/html"]
    assert "<script>" not in word
    assert "&lt;script&gt;" in word


def test_formulas_are_neutral_in_csv(opened, profile):
    page, _ = opened(profile)
    page.evaluate(COPIES)
    page.evaluate("""() => {
      const cells = document.querySelector('#i1-people table tbody tr').cells;
      cells[0].textContent = '=HYPERLINK("http://thief.example")';
    }""")
    page.locator("#i1-people").get_by_role("button", name="CSV", exact=True).first.click()
    page.wait_for_timeout(150)
    assert "\"'=HYPERLINK" in page.evaluate("window.copied['text/plain']")


@pytest.mark.parametrize("kind", ["SVG", "PNG", "Data"])
def test_figures_are_saved_in_print_colours(opened, profile, page, kind):
    page.emulate_media(color_scheme="dark")
    opened(profile)
    with page.expect_download() as download:
        page.locator("figure").first.get_by_role("button", name=kind, exact=True).click()
    saved = download.value.path().read_bytes()
    if kind == "PNG":
        assert saved.startswith(b"\x89PNG")
        assert len(saved) > 5_000
    elif kind == "SVG":
        root = fromstring(saved)
        assert root.tag.endswith("svg")
        assert b"var(" not in saved
        assert b"#1b2a33" in saved
    else:
        assert saved.decode().splitlines()[0].startswith("model,scale")


def test_a_text_is_copied(copied, profile):
    assert "was administered to sim:human" in copied(profile, "#i1-methods", "Text")["text/plain"]
