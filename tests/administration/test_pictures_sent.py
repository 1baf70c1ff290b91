"""Pictures go out as data URLs, are kept once by hash, and a refusal of them is one error."""

from __future__ import annotations

import base64
import json
import sqlite3

import pytest
from click.testing import CliRunner
from raw_server import Raw, RawServer, reply, serving
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.endpoint.request_adaptation import Adapted
from valuealign.administration.plan.form import Form, parse_forms
from valuealign.administration.plan.form_pictures import item_pictures
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.elicit import request
from valuealign.administration.render.render import render
from valuealign.administration.reply.reply import Exchange, parse
from valuealign.administration.run.cost import Price, picture_tokens
from valuealign.administration.run.cost_estimate import estimate
from valuealign.administration.run.picture_refusal import without_pictures
from valuealign.content import canonical
from valuealign.errors import CircuitOpen, InstrumentError, PlanError
from valuealign.instrument.pictures.picture import checked_picture
from valuealign.respondent import Respondent
from valuealign.store.database.kept_pictures import kept_picture
from valuealign.store.store import Store

FACES = va.load_instrument("schematic-faces")


def plan(forms="published", instrument=FACES, **more):
    who = Respondent("m", "http://endpoint/v1")
    return Plan(instrument, (who,), parse_forms(forms), **more)


def first(forms="published", api="chat", **more):
    cell = next(plan(forms, **more).administrations()).cell(0)
    return cell, request(cell, render(cell), api=api, adapted=Adapted())


def test_a_picture_goes_before_the_text_as_endpoints_take_it():
    cell, sent = first()
    picture = item_pictures(FACES, cell.item_ids[0], "shown")[0]
    seen, text = sent.sent_body["messages"][0]["content"]
    assert seen == {"type": "image_url", "image_url": {"url": picture.data_url}}
    head, _, data = picture.data_url.partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data) == picture.data
    assert text["type"] == "text"
    assert sent.messages[0]["content"][0]["image_url"]["url"] == picture.reference
    assert "base64" not in canonical(sent.body)
    _, answered = first(api="responses")
    part = answered.sent_body["input"][0]["content"][0]
    assert part == {"type": "input_image", "image_url": picture.data_url}


def test_a_text_that_looks_like_a_reference_is_not_replaced():
    _, sent = first()
    reference = next(iter(sent.pictures))
    sent.messages[0]["content"][1]["text"] = reference
    assert sent.sent_body["messages"][0]["content"][1]["text"] == reference


def test_every_way_of_showing_sends_the_picture_it_names():
    pictures = {}
    for shown in ("shown", "inverted", "scrambled", "exchanged"):
        cell, sent = first(f"pictures={shown}")
        assert list(sent.pictures.values()) == list(item_pictures(FACES, cell.item_ids[0], shown))
        pictures[shown] = next(iter(sent.pictures))
    assert len(set(pictures.values())) == 4
    _, words = first("pictures=absent")
    assert not words.pictures
    assert isinstance(words.messages[0]["content"], str)


def test_forms_that_pictures_do_not_fit_are_refused_before_anything_is_asked(moods, tmp_path):
    with pytest.raises(PlanError, match="have no pictures"):
        plan("pictures=inverted", moods)
    with pytest.raises(PlanError, match="one item at a time"):
        plan("context=whole")
    with pytest.raises(PlanError, match="does not see"):
        plan("labels=words", elicitation="logprobs")
    assert plan("labels=words pictures=absent", elicitation="logprobs").n_cells == 36
    with pytest.raises(PlanError, match="pictures is 'upright'; expected shown, inverted"):
        Form(pictures="upright")
    rmet = va.load_instrument("rmet")
    with pytest.raises(InstrumentError, match=r"wording rmet FOLDER.*pictures=absent"):
        va.administer(rmet, "sim:random", store=tmp_path / "a.db")
    asked = va.administer(rmet, "sim:random", forms="pictures=absent", store=tmp_path / "a.db")
    assert len(asked.long) == 36


def test_forms_and_stores_without_pictures_keep_their_identity():
    assert Form().id == Form(pictures="shown").id != Form(pictures="inverted").id
    assert "pictures" not in Form().content_on_record
    assert Form(pictures="inverted").content_on_record["pictures"] == "inverted"


def test_a_picture_is_stored_once_whatever_refers_to_it(tmp_path):
    store = tmp_path / "a.db"
    given = va.administer(
        FACES, "sim:faces", forms="pictures=shown,absent", occasions=3, store=store
    )
    with sqlite3.connect(store) as database:
        kinds = dict(database.execute("SELECT kind, count(*) FROM contents GROUP BY kind"))
        sent = database.execute("SELECT text FROM contents WHERE kind = 'messages'").fetchall()
    assert kinds["picture"] == 36
    assert not any("base64" in text for (text,) in sent)
    picture = item_pictures(FACES, "face07", "shown")[0]
    assert sum(picture.reference in text for (text,) in sent) == 3
    with Store.open(store, must_exist=True) as opened, opened.reading() as connection:
        assert kept_picture(connection, picture.reference) == picture.data
        assert kept_picture(connection, "0" * 64) is None
    names = set(given.long["respondent"])
    assert names == {"sim:faces (pictures shown)", "sim:faces (pictures absent)"}
    assert set(given.long["pictures"]) == {"shown", "absent"}
    columns = list(given.design.columns)
    assert columns.index("context") < columns.index("pictures") < columns.index("occasion")
    scored = CliRunner().invoke(valuealign, ["score", "--store", str(store), "--json"])
    assert scored.exit_code == 0, scored.output
    assert "FACES" in scored.stdout


def test_a_dry_run_counts_pictures_and_says_how_far_the_count_is_known():
    about = estimate(plan(), {})
    assert (about.n_pictures, about.picture_tokens) == (36, 36 * 255)
    assert about.picture_tokens_estimated
    assert "models count otherwise" in about.picture_note
    assert about.cost is None
    priced = estimate(plan(), {"m": Price(1.0, 0.0, picture=1000)})
    assert priced.picture_tokens == 36_000
    assert not priced.picture_tokens_estimated
    unseen = estimate(plan("pictures=absent"), {"m": Price(1.0, 0.0, picture=1000)})
    assert unseen.picture_note == ""
    assert priced.prompt_tokens - unseen.prompt_tokens > 36_000
    assert "base64" not in json.dumps(about.examples)


def test_tokens_of_a_picture_follow_the_documented_tiles():
    def tokens(width, height):
        picture = checked_picture(small_picture())
        object.__setattr__(picture, "width", width)
        object.__setattr__(picture, "height", height)
        try:
            return picture_tokens([picture])
        finally:
            object.__setattr__(picture, "width", 16)
            object.__setattr__(picture, "height", 16)

    assert tokens(1024, 1024) == 85 + 170 * 4  # scaled to 768 x 768
    assert tokens(2048, 4096) == 85 + 170 * 6  # scaled to 1024 x 2048, then 768 x 1536
    assert tokens(512, 512) == 255
    assert tokens(513, 512) == 85 + 170 * 2


REFUSALS = [
    '{"error": {"message": "Invalid content type. image_url is only supported by certain models.", '
    '"type": "invalid_request_error", "param": "messages.[0].content.[0].type", "code": null}}',
    '{"error": {"code": 500, "message": "image input is not supported - hint: if this is '
    'unexpected, you may need to provide the mmproj", "type": "server_error"}}',
    '{"object": "error", "message": "qwen is not a multimodal model None", "code": 400}',
    '{"error": "this model is missing data required for image input"}',
    '{"error": {"message": "this model does not support image input (ref: b8bd)"}}',
    '{"error": {"message": "Failed to parse messages: Unsupported content part type: '
    '\\"image_url\\"; messages = []", "code": 500}}',
    '{"error": {"message": "Failed to deserialize the JSON body: messages[0]: unknown variant '
    '`image_url`, expected `text` at line 1"}}',
    '{"error": {"message": "No endpoints found that support image input", "code": 404}}',
    '{"detail": [{"loc": ["messages", 0, "content"], "msg": "Input should be a valid string"}]}',
    '{"error": {"message": "can only concatenate str (not \\"list\\") to str"}}',
    '{"error": {"message": "messages[0].content must be a string"}}',
]
OTHERS = [
    '{"error": {"message": "image is too large: maximum is 20 MB"}}',
    '{"error": {"message": "Rate limit reached for images per min"}}',
    '{"error": {"message": "Invalid API key"}}',
    '{"error": {"message": "temperature is not supported with this model"}}',
    '{"error": {"message": "The server is overloaded"}}',
]


@pytest.mark.parametrize("body", REFUSALS)
def test_a_refusal_of_pictures_is_recognised_and_says_what_to_do(body):
    reply = parse(Exchange("http", 400, body=body.encode(), error="HTTP 400"))
    decision = without_pictures(reply, "m")
    assert decision is not None
    assert decision.step == "stop"
    assert "m refuses pictures" in decision.why
    assert "--form pictures=absent" in decision.why


@pytest.mark.parametrize("body", OTHERS)
def test_another_error_is_not_a_refusal_of_pictures(body):
    reply = parse(Exchange("http", 400, body=body.encode(), error="HTTP 400"))
    assert without_pictures(reply, "m") is None


def test_a_text_only_endpoint_stops_the_run_with_one_error(tmp_path):
    refusing = RawServer(always=Raw(reply(REFUSALS[1].encode(), "500 Internal Server Error")))
    what = r"m refuses pictures.*words only: --form pictures=absent"
    with serving(refusing), pytest.raises(CircuitOpen, match=what):
        va.administer(
            FACES, "m", base_url=refusing.base_url, store=tmp_path / "a.db", concurrency=1
        )
    assert len(refusing.bodies) == 1
