"""The report says what was found, what was not, and why; it writes where it may."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from click.testing import CliRunner
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.errors import AnalysisError, DataError, StoreError
from valuealign.inquiry import results
from valuealign.inquiry.comparison import compare
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.results import or_unavailable
from valuealign.instrument.media import install_media
from valuealign.report import gather

VOID = {"meta", "link", "br", "img", "hr", "input"}
TITLES = [
    "What may be concluded?",
    "How do the scores compare with people's?",
    "What was asked of whom?",
    "Did they answer?",
    "Do the answers follow the items or the form?",
    "Would they answer the same again?",
    "What can these data not show?",
    "How was this done, and how may it be used?",
    "The replies behind the numbers",
]
ALWAYS = [title for title in TITLES if title not in TITLES[1:2] + TITLES[4:6]]
"""Sections of every instrument."""


class Outline(HTMLParser):
    """What a page is made of: balanced tags, headings, ids, texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)


@pytest.fixture(scope="session")
def outline(html):
    """The page, parsed."""
    parsed = Outline()
    parsed.feed(html)
    assert parsed.open == []
    return parsed


def page_of(given, tmp_path, **options) -> str:
    """The text of a report."""
    path = va.write_report(given, tmp_path / "page.html", **options).path
    return path.read_text(encoding="utf-8")


def test_the_page_opens_with_the_verdict_and_has_every_section(outline):
    assert [text for level, text in outline.headings if level == 2] == TITLES
    first = outline.text.index("it gave one answer to every item")
    assert first < outline.text.index("What was asked of whom?", first)


def test_headings_step_down_one_level_at_a_time(outline):
    levels = [level for level, _ in outline.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_ids_are_unique_and_every_link_inside_leads_somewhere(outline):
    assert len(outline.ids) == len(set(outline.ids))
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    assert all(link.startswith(("#", "https://doi.org/10.")) for link in outline.links)


def test_the_verdict_is_the_one_the_verdict_gives(study, written, outline):
    found = va.verdict(va.responses(study), "pvq-21")
    assert written.headlines["pvq-21"] == found.headline
    for row in found.table.to_dict("records"):
        assert row["title"] in outline.text
    assert found.summary["sim:token"].replace(">=", "≥").replace("<=", "≤") in outline.text


def test_refusals_are_counted_and_shown(study, outline):
    long = va.responses(study).long
    refused = long[long["outcome"] == "refusal"]
    assert len(refused)
    answers = (long["outcome"] == "answer").sum()
    assert f"{answers} of {len(long)} responses are answers" in outline.text
    assert refused["raw"].iloc[0][:200] in outline.text


def test_nothing_is_fetched_run_or_styled_from_outside(html, outline):
    assert not {"iframe", "link", "img", "object", "base"} & set(outline.tags)
    assert outline.tags.count("script") == 1
    assert not {a for a in outline.attributes if a.startswith("on")} | (
        {"style", "src", "srcset"} & outline.attributes
    )
    assert html.count("<style>") == 1
    assert "default-src 'none'; style-src 'sha256-" in html
    assert not re.search(r"url\((?!#)|@import", html)


def test_every_figure_has_words_and_its_numbers(html):
    figures = re.findall(r"<figure>.*?</figure>", html, flags=re.S)
    assert len(figures) >= 5
    for figure in figures:
        label = re.search(r'role="img"[^>]*aria-label="([^"]+)"', figure)
        assert label
        assert len(label[1]) > 30
        assert "<details><summary>The numbers</summary>" in figure
        assert figure.count("<tr>") > 1


def test_the_same_responses_give_the_same_bytes(study, html, tmp_path):
    assert page_of(va.responses(study), tmp_path) == html


def test_people_and_differences_are_named(outline):
    assert "pvq21-de-ess9" in outline.text
    assert "about two thirds of people" in outline.text
    compared = outline.text[outline.text.rindex("How do the scores compare with people's?") :]
    assert "in other words, so as constructs" in compared
    assert "self-direction" in compared


def test_what_is_missing_is_said_once_with_the_command_that_supplies_it(outline, html):
    assert outline.text.lower().count("not available") <= 6
    table = html[html.index("<caption>Results that are not available") :]
    commands = re.findall(r"<code>(.*?)</code>", table[: table.index("</table>")])
    assert len(commands) == len(set(commands)) >= 3
    assert all(command.startswith("valuealign ") for command in commands)


def test_scales_are_named_in_words(outline, html):
    assert "universalism" in outline.text
    ids = {scale.id for scale in va.load_instrument("pvq-21").scales} - {"SD"}  # also in statistics
    assert not set(re.findall(r">([A-Z]{2})<", html)) & ids


def test_every_number_of_a_scale_links_to_its_replies(html):
    links = re.findall(r'<a class="q" href="#(i1-r\d+[\w-]*)"', html)
    assert len(links) > 100
    for anchor in set(links):
        assert f'id="{anchor}"' in html


def test_an_empty_store_is_an_error_that_says_what_to_do(tmp_path):
    from valuealign.store.store import Store

    Store.open(tmp_path / "empty.db").close()
    with pytest.raises(DataError, match="administer an instrument first"):
        va.write_report(va.responses(tmp_path / "empty.db"), tmp_path / "r.html")


def test_only_a_report_is_replaced_unless_forced(words, tmp_path_factory, tmp_path):
    store = tmp_path_factory.mktemp("store") / "s.db"
    given = va.administer(words, "sim:random", store=store, display=Quiet())
    notes = tmp_path / "notes.html"
    notes.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="not a report of valuealign"):
        va.write_report(given, notes)
    assert notes.read_text(encoding="utf-8") == "mine"
    va.write_report(given, notes, force=True, title="One")
    va.write_report(given, notes, title="Two")
    assert "<h1>Two</h1>" in notes.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.html"]


def test_places_that_cannot_be_written_are_said_before_anything_is_computed(study, tmp_path):
    given = va.responses(study)
    with pytest.raises(StoreError, match="is a folder"):
        va.write_report(given, tmp_path)
    with pytest.raises(StoreError, match="there is no folder"):
        va.write_report(given, tmp_path / "no" / "r.html")


def test_people_of_another_instrument_are_refused(study, tmp_path):
    with pytest.raises(DataError, match="is of pvq-rr"):
        va.write_report(va.responses(study), tmp_path / "r.html", people="pvqrr-de-2022")
    with pytest.raises(DataError):
        va.write_report(va.responses(study), tmp_path / "r.html", people="nobody")


@pytest.mark.parametrize("name", ["rmet", "leas", "ipip-bfi-25"])
def test_an_instrument_without_circle_or_people_gets_its_page(name, tmp_path):
    if name == "rmet":
        eyes = tmp_path / "eyes"
        eyes.mkdir()
        for item in va.load_instrument("rmet").items:
            for media in item.media:
                (eyes / media.name).write_bytes(small_picture(int(media.name[5:7])))
        install_media(va.load_instrument("rmet"), eyes)
    given = va.administer(name, "sim:random", occasions=2, store=tmp_path / "s.db", display=Quiet())
    page = page_of(given, tmp_path)
    assert all(f">{title}</h2>" in page for title in ALWAYS)
    assert ("How many answers are right?" in page) == (name == "rmet")
    assert ("How do the scores compare with people&#39;s?</h2>" in page) == (name == "ipip-bfi-25")


def test_keyed_tests_show_right_answers_beside_guessing(words, tmp_path):
    given = va.administer(words, "sim:random", store=tmp_path / "s.db", display=Quiet())
    right = int(va.score(given, words)["n_right"].iloc[0])
    page = page_of(given, tmp_path)
    assert f"{right}.00 of 3.00" not in page
    assert f"{right} of 3" in page


def test_several_instruments_have_a_chapter_each(moods, words, tmp_path):
    store = tmp_path / "s.db"
    va.administer(moods, "sim:random", occasions=2, store=store, display=Quiet())
    va.administer(words, "sim:random", store=store, display=Quiet())
    parsed = Outline()
    parsed.feed(page_of(va.responses(store), tmp_path))
    chapters = [text for level, text in parsed.headings if level == 2]
    assert [c.rsplit("(")[1] for c in chapters] == ["moods)", f"{words.id})"]
    assert [text for level, text in parsed.headings if level == 3].count(TITLES[0]) == 2
    assert len(parsed.ids) == len(set(parsed.ids))


def test_official_sentences_are_not_printed(moods, tmp_path):
    content = moods.content()
    content["wording"] = {"kind": "official", "notice": "official wording, installed by the user"}
    content["items"][0]["stem"]["en"]["he"] = "A sentence that is not ours."
    official = type(moods).model_validate(content)
    given = va.administer(official, "sim:random", store=tmp_path / "s.db", display=Quiet())
    page = page_of(given, tmp_path)
    assert "A sentence that is not ours" not in page
    assert "not ours to pass on" in page


def test_an_endpoint_is_named_by_its_host_only(moods, tmp_path):
    from valuealign.report.sections.design_section import _host

    assert _host("https://user:pass@host.example:99/v1?key=1") == "host.example"
    assert _host("http://[broken") == "\N{EN DASH}"


def test_only_what_is_raised_on_purpose_becomes_not_available():
    def ours():
        raise AnalysisError("no rows")

    assert or_unavailable(ours) == Unavailable("no rows")
    with pytest.raises(ZeroDivisionError):
        or_unavailable(lambda: 1 / 0)


def test_an_analysis_that_fails_leaves_the_rest_of_the_page(study, tmp_path, monkeypatch):
    def refuses(*_, **__):
        raise AnalysisError("a <reason> of ours")

    for name in (
        "response_style",
        "reliability",
        "score",
        "generalizability",
        "invariance_with_people",
    ):
        monkeypatch.setattr(results, name, refuses)
    monkeypatch.setattr(compare, "gates_by_evidence", refuses)
    monkeypatch.setattr(gather, "judge", refuses)
    page = page_of(va.responses(study), tmp_path)
    assert page.lower().count("a &lt;reason&gt; of ours") == 1
    assert all(f">{title}</h2>" in page for title in ALWAYS)


def test_the_command_writes_the_page_and_prints_where(study, tmp_path):
    path = tmp_path / "r.html"
    run = CliRunner().invoke(
        valuealign,
        [
            "report",
            "--store",
            str(study),
            "-o",
            str(path),
            "--model",
            "sim:token",
            "--title",
            "Mine",
            "--json",
        ],
    )
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["path"] == str(path)
    assert list(told["headlines"]["pvq-21"]) == ["sim:token"]
    assert TITLES[0] in run.stderr
    page = path.read_text(encoding="utf-8")
    assert "<h1>Mine</h1>" in page
    assert "sim:refuser" not in page


def test_a_model_that_was_not_asked_is_named(study, tmp_path):
    run = CliRunner().invoke(
        valuealign,
        ["report", "--store", str(study), "--model", "gpt", "-o", str(tmp_path / "r.html")],
    )
    assert isinstance(run.exception, DataError)
    assert "gpt was not asked; the store holds sim:refuser, sim:token" in str(run.exception)
