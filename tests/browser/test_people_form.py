"""The form for people in a real browser: keyboard only, two widths, no script, axe-core."""

from __future__ import annotations

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

import valuealign as va
from valuealign.serve.run_server import serving
from valuealign.serve.survey import survey_of

WIDE = """() => {
  const right = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.left >= 0 && box.right > innerWidth + 1;
  });
  return [document.documentElement.scrollWidth > innerWidth, right.length];
}"""
SMALL = """() => [...document.querySelectorAll('button, .option, input[type=text]')]
  .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 60))"""


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    """A clinical instrument about two vignettes, served with an attention check."""
    folder = tmp_path_factory.mktemp("form")
    study = {
        "id": "mine",
        "title": "What people expect",
        "instruments": [{"instrument": "crisis-outlook", "about": "burden-belonging"}],
        "participants": {
            "information": {"en": "We ask how people see these descriptions."},
            "consent": [{"en": "I am 18 or older."}, {"en": "I take part of my own free will."}],
            "contact": "study@example.org",
            "help_line": {"en": "Call 000 000, day and night."},
            "forms": ["order=random"],
            "attention": [
                {
                    "after": 3,
                    "text": {"en": "Please choose 'blue'."},
                    "options": [{"en": "red"}, {"en": "blue"}],
                    "right": 2,
                }
            ],
        },
    }
    (folder / "mine.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    survey = survey_of("crisis-outlook", study=folder / "mine.yaml", limit=2)
    with serving(survey, folder / "s.db") as served:
        yield served, folder / "s.db"


@pytest.fixture
def person(browser):
    """Open a browser of a person: a context of its own, which notes requests and faults."""
    opened = []

    def open_(width=1280, *, script=False):
        context = browser.new_context(
            java_script_enabled=script, viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        page.seen = []
        page.on("request", lambda request: page.seen.append(request.url))
        page.on("console", lambda message: page.seen.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: page.seen.append(f"error: {error}"))
        opened.append(context)
        return page

    yield open_
    for context in opened:
        context.close()


def press(page, *keys):
    """Press keys, and wait for a page that they lead to."""
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_load_state()


def focus(page, what):
    """Press the tabulator until something of that selector has the focus."""
    for _ in range(30):
        press(page, "Tab")
        if page.locator(f"{what}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {what}")


def consent_by_keyboard(page):
    """Tick every statement and begin, by keyboard."""
    for k in (1, 2):
        focus(page, f"[name=consent-{k}]")
        press(page, "Space")
    focus(page, "button")
    press(page, "Enter")
    page.wait_for_url("**/1")


def answers_of(store, page):
    """What the person of a page answered."""
    name = page.url.split("/p/")[1].partition(".")[0]
    long = va.responses(store).long
    return long[long["persona"] == name]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_keyboard_alone_leads_from_consent_to_the_code(form, person, width):
    served, store = form
    page = person(width)
    page.goto(served.base_url)
    consent_by_keyboard(page)
    for number in range(1, 10):
        assert f"Page {number} of 9" in page.inner_text("h1")
        focus(page, "input[type=radio]")
        press(page, "ArrowDown", "Space")
        focus(page, "button")
        press(page, "Enter")
        page.wait_for_url(f"**/{number + 1}" if number < 9 else "**/end")
    focus(page, "button")
    press(page, "Enter")
    page.wait_for_url("**/done")
    assert "Your completion code" in page.inner_text("main")
    mine = answers_of(store, page)
    assert mine["value"].tolist() == [2.0] * 8
    assert all(url.startswith(served.base_url) for url in page.seen), page.seen


def test_a_reload_in_the_middle_loses_nothing(form, person):
    served, store = form
    page = person(390)
    page.goto(served.base_url)
    consent_by_keyboard(page)
    for _ in range(2):
        page.locator("input[type=radio]").nth(4).check()
        page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/3")
    page.reload()
    assert "Page 3 of 9" in page.inner_text("h1")
    page.go_back()
    page.reload()
    assert page.locator("input[type=radio]").nth(4).is_checked()
    link = page.url.rpartition("/")[0]
    elsewhere = person(1280)
    elsewhere.goto(link)
    assert elsewhere.url == f"{link}/3"
    assert answers_of(store, page)["value"].tolist() == [5.0] * 2


def test_two_participants_at_once_and_one_of_them_withdraws(form, person):
    served, store = form
    one, two = person(390), person(1280)
    for page, place in ((one, 0), (two, 6)):
        page.goto(served.base_url)
        consent_by_keyboard(page)
        page.locator("input[type=radio]").nth(place).check()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/2")
    assert answers_of(store, one)["value"].tolist() == [1.0]
    assert answers_of(store, two)["value"].tolist() == [7.0]
    one.get_by_role("link", name="Withdraw").click()
    one.get_by_role("button", name="Delete my answers").click()
    assert "Your answers were deleted" in one.inner_text("h1")
    assert len(answers_of(store, one)) == 0
    assert len(answers_of(store, two)) == 1


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_and_nothing_leaves_the_screen(form, person, width, scheme):
    served, _ = form
    # The policy of the page forbids every script but that of the browser's own tools.
    page = person(width, script=True)
    page.emulate_media(color_scheme=scheme)
    page.goto(served.base_url)
    checked = []

    def check():
        found = Axe().run(page).response
        checked.append(page.url)
        assert found["violations"] == [], (page.url, found["violations"])
        assert page.evaluate(WIDE) == [False, 0], page.url
        assert page.evaluate(SMALL) == [], page.url

    check()
    page.get_by_role("button").click()
    assert page.get_by_role("alert").is_visible()
    check()
    consent_by_keyboard(page)
    check()
    page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("There is a problem")
    check()
    link = page.url.rpartition("/")[0]
    for path in ("4", "end", "withdraw"):
        page.goto(f"{link}/{path}")
        check()
    page.goto(f"{served.base_url}/p/none")
    check()
    assert len(checked) == 8
    # The reminder (422) and the link that does not work (404) are reported in the console too.
    expected = ("console: Failed to load resource: the server responded with a status of 4",)
    assert [s for s in page.seen if not s.startswith((served.base_url, *expected))] == []


def test_a_screen_reader_hears_the_question_with_its_options(form, person):
    served, _ = form
    page = person(390, script=True)
    page.goto(served.base_url)
    consent_by_keyboard(page)
    stem = page.locator("legend").inner_text()
    group = page.get_by_role("group", name=stem)
    assert group.get_by_role("radio").count() == 7
    assert group.get_by_role("radio", name="7 very likely").count() == 1
    page.get_by_role("button", name="Continue").click()
    described = page.locator("fieldset").get_attribute("aria-describedby")
    assert page.locator(f"[id={described}]").inner_text() == "This question has no answer."
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.type") == "radio"
    assert page.locator("html").get_attribute("lang") == "en"
