"""In a real browser the report asks for nothing, runs nothing, fits, and shows hostile text."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import pytest

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
  const out = [...document.querySelectorAll('main *, header *, nav *, footer *')].filter(e => {
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
    assert page.locator("script, iframe, img, object, link").count() == 0


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


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("which", ["report", "profile"])
def test_the_page_never_scrolls_sideways(request, opened, which, width):
    page, _ = opened(request.getfixturevalue(which), width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(OVERFLOW) == [False, []]


def test_what_a_hostile_model_said_is_there_to_read(opened, report):
    page, _ = opened(report)
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
    assert page.locator("main h2").first.inner_text() == "Verdict"


def test_figures_are_images_with_words_and_open_onto_their_numbers(opened, profile):
    page, _ = opened(profile)
    figures = page.get_by_role("img")
    assert figures.count() >= 5
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
