"""The form over HTTP: consent, answers, resuming, withdrawal, and what it refuses."""

from __future__ import annotations

import re
import sqlite3

import pytest
from people_at_a_form import Visitor

import valuealign as va
from valuealign.serve.protection import HEADERS, token_of

LIMITED = {"limit": 2}


def first(_text, _name, options):
    """Always the first option."""
    return options[0]


def test_answers_are_in_the_store_as_those_of_models_are(served, tmp_path):
    site = served(which=LIMITED, forms=["direction=reversed order=random"])
    people = [Visitor(site.base_url) for _ in range(2)]
    for visitor in people:
        visitor.begin()
        visitor.fill_in(first)
    given = va.responses(tmp_path / "s.db")
    assert set(given.long["model"]) == {"people:sample"}
    assert given.long["persona"].nunique() == 2
    assert len(given.long) == 2 * 2 * 4
    # The first option of the reversed scale is the instrument's highest code.
    assert set(given.long["value"]) == {7.0}
    assert set(given.long["direction"]) == {"reversed"}
    assert given.wide.shape[0] == 4
    orders = given.long.sort_values("position").groupby("administration_id")["item_id"].agg(tuple)
    assert orders.nunique() > 1


def test_what_was_shown_is_kept_with_the_answer(served, tmp_path):
    site = served(which={"limit": 1})
    visitor = Visitor(site.base_url)
    visitor.begin()
    visitor.fill_in(first)
    with sqlite3.connect(tmp_path / "s.db") as connection:
        query = "SELECT c.text, a.text FROM attempts a JOIN contents c ON c.id = a.messages"
        rows = connection.execute(query).fetchall()
    assert len(rows) == 4
    assert all("Dana, 34" in shown and "very unlikely" in shown for shown, _ in rows)
    assert {said for _, said in rows} == {"1"}


def test_nobody_begins_without_every_consent(served):
    visitor = Visitor(served().base_url)
    visitor.get("/")
    action, hidden, _ = visitor.form()
    assert "It takes ten minutes." in visitor.text
    assert "about despair" in visitor.text
    assert visitor.text.count("Call 000 000") == 2
    for without in ("consent-1", "consent-2"):
        visitor.post(action, {n: v for n, v in hidden.items() if n != without})
        assert visitor.status == 422
        assert "Please tick every statement" in visitor.text


def test_a_participant_goes_on_where_they_stopped(served):
    site = served(which=LIMITED)
    visitor = Visitor(site.base_url)
    visitor.begin()
    link = visitor.path.rpartition("/")[0]
    for _ in range(3):
        _, _, radios = visitor.form()
        visitor.send({name: options[2] for name, options in radios.items()})
    elsewhere = Visitor(site.base_url)
    elsewhere.get(link)
    assert elsewhere.path == f"{link}/4"
    elsewhere.get(f"{link}/2")
    assert 'value="3" checked' in elsewhere.text


def test_a_changed_answer_replaces_the_first_which_stays_on_record(served, tmp_path):
    site = served(which={"limit": 1})
    visitor = Visitor(site.base_url)
    visitor.begin()
    page = visitor.path
    (name,) = visitor.form()[2]
    for token in ("2", "6", "6"):
        visitor.get(page)
        visitor.send({name: token})
    long = va.responses(tmp_path / "s.db").long
    assert long["value"].tolist() == [6.0]
    with sqlite3.connect(tmp_path / "s.db") as connection:
        rows = connection.execute("SELECT text, final FROM attempts ORDER BY number").fetchall()
    assert rows == [("2", 0), ("6", 1)]


def test_a_question_can_be_left_out_after_a_reminder(served, tmp_path):
    visitor = Visitor(served(which={"limit": 1}).base_url)
    visitor.begin()
    page = visitor.path
    visitor.send({})
    assert visitor.status == 422
    assert "Continue without an answer" in visitor.text
    visitor.send({}, skip="yes")
    assert visitor.path == page[:-1] + "2"
    (row,) = va.responses(tmp_path / "s.db").long.to_dict("records")
    assert (row["outcome"], row["how"]) == ("refusal", "left without an answer")


def test_a_required_question_cannot_be_left_out(served):
    visitor = Visitor(served(which={"limit": 1}, required=True).base_url)
    visitor.begin()
    page = visitor.path
    visitor.send({}, skip="yes")
    assert (visitor.status, visitor.path) == (422, page)
    assert "Continue without an answer" not in visitor.text
    assert "Please answer it" in visitor.text


@pytest.mark.parametrize("answer", ["9", "=cmd", "<script>alert(1)</script>", "1" * 5000])
def test_what_no_browser_sends_is_not_an_answer(served, tmp_path, answer):
    visitor = Visitor(served(which={"limit": 1}).base_url)
    visitor.begin()
    (name,) = visitor.form()[2]
    visitor.send({name: answer})
    assert visitor.status == 422
    assert "This is not an answer" in visitor.text
    assert "<script>" not in visitor.text
    assert len(va.responses(tmp_path / "s.db").long) == 0


def test_a_withdrawn_participant_leaves_nothing(served, tmp_path):
    site = served(which=LIMITED, panel={"person": "PROLIFIC_PID"})
    stays, goes = Visitor(site.base_url), Visitor(site.base_url)
    stays.begin()
    stays.fill_in(first)
    goes.begin("/?PROLIFIC_PID=5f00dSECRET")
    link = goes.path.rpartition("/")[0]
    person = link.removeprefix("/p/").partition(".")[0]
    page = goes.path
    goes.send({next(iter(goes.form()[2])): "1"})
    late = goes.form()
    goes.get(f"{link}/withdraw")
    assert goes.status == 200
    assert len(va.responses(tmp_path / "s.db").long) == 9
    goes.send({})
    assert "Your answers were deleted" in goes.text
    assert set(va.responses(tmp_path / "s.db").long["persona"]) != {person}
    assert len(va.responses(tmp_path / "s.db").long) == 8
    for file in tmp_path.glob("s.*"):
        data = file.read_bytes()
        assert b"5f00dSECRET" not in data
        assert ".participants" in file.name or person.encode() not in data
    goes.post(late[0], late[1] | {next(iter(late[2])): "1"})
    assert goes.status == 410
    goes.get(page)
    assert goes.status == 410
    assert len(va.responses(tmp_path / "s.db").long) == 8
    states = [row["state"] for row in site.people.table()]
    assert states == ["finished", "withdrawn"]


def test_two_participants_never_see_each_other(served):
    site = served(which=LIMITED)
    one, two = Visitor(site.base_url), Visitor(site.base_url)
    one.begin()
    two.begin()
    assert one.path != two.path
    action, hidden, _ = one.form()
    two.post(action, {**two.form()[1], "a-mental_pain": "1"})
    assert two.status == 403
    one.post(action, hidden, Origin="http://evil.example")
    assert one.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_that_another_site_sends_is_refused(served, tmp_path, headers):
    visitor = Visitor(served(which={"limit": 1}).base_url)
    visitor.begin()
    action, hidden, radios = visitor.form()
    fields = hidden | {next(iter(radios)): "1"}
    visitor.post(action, fields, **headers)
    assert visitor.status == 403
    visitor.post(action, fields | {"form": "0" * 32})
    assert visitor.status == 403
    assert len(va.responses(tmp_path / "s.db").long) == 0
    visitor.post(action, fields)
    assert visitor.status == 200


def test_every_page_bears_the_headers_and_asks_for_nothing_elsewhere(served):
    site = served(which={"limit": 1})
    visitor = Visitor(site.base_url)
    visitor.begin()
    link = visitor.path.rpartition("/")[0]
    for path in ("/", link, f"{link}/1", f"{link}/end", f"{link}/withdraw", "/p/x", "/none"):
        visitor.get(path)
        for name, value in HEADERS.items():
            assert visitor.headers[name.lower()] == value, path
        assert "<script" not in visitor.text
        assert not re.search(r"(src|href|action)=\"(?!/|#)", visitor.text)
        assert "style=" not in visitor.text
    visitor.get("/style.css")
    assert "url(" not in visitor.text
    assert "@import" not in visitor.text


def test_links_that_were_not_made_here_do_not_work(served):
    site = served(which={"limit": 1})
    visitor = Visitor(site.base_url)
    visitor.begin()
    token = visitor.path.split("/")[2]
    other = token_of("another secret", token.partition(".")[0])
    for wrong in (other, token[:-1], token.upper(), "p1", "..", "%00", "p" * 5000):
        visitor.get(f"/p/{wrong}/1")
        assert visitor.status in (404, 400), wrong
    visitor.get(f"/p/{token}/99")
    assert visitor.status == 404
    visitor.get(
        "/",
    )
    assert visitor.status == 200
    visitor._once("GET", "/", None, Host="evil.example")
    assert visitor.status == 400


def test_too_large_and_broken_posts_are_refused(served):
    visitor = Visitor(served(which={"limit": 1}).base_url)
    visitor.begin()
    action, hidden, _ = visitor.form()
    visitor.post(action, hidden | {"a": "x" * 1_100_000})
    assert visitor.status == 413
    visitor.post(action, hidden | {f"f{k}": "x" for k in range(600)})
    assert visitor.status == 400
    visitor._once("POST", action, "a=%ff%fe&form=x")
    assert visitor.status in (400, 403)


def test_only_personal_links_begin_where_the_study_is_by_invitation(served):
    site = served(which={"limit": 1}, is_open=False)
    visitor = Visitor(site.base_url)
    visitor.get("/")
    assert visitor.status == 403
    assert "personal link" in visitor.text
    invited = site.people.add(site.survey, state="invited")
    link = f"/p/{token_of(site.people.secret, invited.person)}"
    visitor.get(f"{link}/1")
    assert visitor.status == 403
    visitor.begin(link)
    assert visitor.path == f"{link}/1"
    visitor.fill_in(first)
    assert "Your completion code" in visitor.text


def test_a_panel_sends_people_and_takes_them_back(served):
    site = served(
        which={"limit": 1},
        code="C1A2",
        panel={
            "person": "PROLIFIC_PID",
            "parameters": ["STUDY_ID"],
            "completion_url": "https://panel.example/done?cc={code}&who={PROLIFIC_PID}",
        },
    )
    visitor = Visitor(site.base_url)
    visitor.begin("/?PROLIFIC_PID=a%26b&STUDY_ID=7&OTHER=no")
    start = visitor.path
    again = Visitor(site.base_url)
    again.get("/?PROLIFIC_PID=a%26b&STUDY_ID=7")
    assert again.path == start
    visitor.fill_in(first)
    assert 'href="https://panel.example/done?cc=C1A2&amp;who=a%26b"' in visitor.text
    kept = site.people.find(start.split("/")[2].partition(".")[0]).panel
    assert kept == {"PROLIFIC_PID": "a&b", "STUDY_ID": "7"}
    assert len(site.people.table()) == 1


def test_attention_checks_and_timing_only_where_declared(served, tmp_path):
    check = {
        "after": 2,
        "text": {"en": "Please choose 'blue'."},
        "options": [{"en": "red"}, {"en": "blue"}],
        "right": 2,
    }
    site = served(which={"limit": 1}, attention=[check], timing=True)
    right, wrong = Visitor(site.base_url), Visitor(site.base_url)
    for visitor, token in ((right, "2"), (wrong, "1")):
        visitor.begin()
        visitor.fill_in(
            lambda _, name, options, t=token: t if name == "a-attention" else options[0]
        )
    rows = site.people.table()
    assert [(r["attention checks"], r["of these right"]) for r in rows] == [(1, 1), (1, 0)]
    long = va.responses(tmp_path / "s.db").long
    assert set(long["item_id"]) == set(va.load_instrument("crisis-outlook").item_ids)
    with sqlite3.connect(tmp_path / "s.db") as connection:
        took = [t for (t,) in connection.execute("SELECT latency_ms FROM attempts")]
    assert all(0 < t < 60_000 for t in took)


def test_without_the_declaration_no_time_is_recorded(served, tmp_path):
    visitor = Visitor(served(which={"limit": 1}).base_url)
    visitor.begin()
    assert 'name="shown"' not in visitor.text
    visitor.fill_in(first)
    with sqlite3.connect(tmp_path / "s.db") as connection:
        assert set(connection.execute("SELECT latency_ms FROM attempts")) == {(0.0,)}


def test_stimuli_and_forms_are_dealt_out_in_turn(served, tmp_path):
    site = served(each=6, forms=["direction=published", "direction=reversed"])
    for _ in range(4):
        visitor = Visitor(site.base_url)
        visitor.begin()
        visitor.fill_in(first)
    design = va.responses(tmp_path / "s.db").design
    assert design.groupby("persona").size().tolist() == [6] * 4
    assert design.groupby("direction")["persona"].nunique().tolist() == [2, 2]
    assert set(design.groupby("stimulus").size()) == {2}


def test_all_items_about_a_stimulus_on_one_page(served, tmp_path):
    site = served(which=LIMITED, page="list")
    visitor = Visitor(site.base_url)
    visitor.begin()
    assert len(visitor.form()[2]) == 4
    visitor.send({"a-mental_pain": "3"})
    assert "3 questions have no answer" in visitor.text
    assert '<a href="#a-suicidal_ideation">Question 2</a>' in visitor.text
    assert va.responses(tmp_path / "s.db").long["value"].tolist() == [3.0]
    visitor.fill_in(first)
    assert len(va.responses(tmp_path / "s.db").long) == 8


@pytest.mark.parametrize(
    ("scale", "entered", "value"),
    [
        ({"kind": "numeric", "minimum": 0, "maximum": 10}, "7,5", 7.5),
        ({"kind": "visual_analogue", "low": {"en": "calm"}, "high": {"en": "tense"}}, "30", 70.0),
        ({"kind": "open", "max_words": 5}, "=two <b>words</b>", None),
    ],
)
def test_numbers_lines_and_texts_are_entered(served, moods, tmp_path, scale, entered, value):
    import yaml

    empty = ("scales", "composites", "circle", "models", "default_models", "norms")
    content = moods.content() | {"response_scale": scale} | {name: [] for name in empty}
    if scale["kind"] == "open":
        content["scoring"] = {"method": "leas", "missing": {"max_share": 0}}
    for item in content["items"]:
        item["opposed"] = {}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    site = served(
        "own.yaml",
        instruments=[{"instrument": "own.yaml", "forms": ["published"]}],
        forms=["direction=reversed"],
    )
    visitor = Visitor(site.base_url)
    visitor.begin()
    name = re.search(r'name="(a-[^"]+)"', visitor.text)[1]
    visitor.send({name: "0 1 2 3 4 5 6" if value is None else "11 and 101"})
    assert visitor.status == 422
    visitor.send({name: entered})
    assert visitor.status == 200
    (row,) = va.responses(tmp_path / "s.db").long.to_dict("records")
    assert row["outcome"] == "answer"
    assert row["value"] == value or value is None
    assert value is not None or row["raw"] == entered
    visitor.get(visitor.path[:-1] + "1")
    assert "<b>words" not in visitor.text
