"""The official wording: installed from a codebook, administered, compared item by item."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.instrument.wording.install import install_wording
from valuealign.shipped import shipped

LABELS = (
    "very much like me",
    "like me",
    "somewhat like me",
    "a little like me",
    "not like me",
    "not like me at all",
)


def codebook():
    """Return a small DDI with sentences of our own under the survey's variable names."""
    options = "".join(
        f"<catgry><catValu>{k}</catValu><labl>{label}</labl></catgry>"
        for k, label in enumerate(LABELS, start=1)
    )
    variables = [
        f'<var name="{item.aliases[0]}"><qstn><qstnLit>He keeps drawer number '
        f"{k} of the tall cabinet in good order.</qstnLit></qstn>{options}</var>"
        for k, item in enumerate(va.load_instrument("pvq-21").items, start=1)
    ]
    return f'<?xml version="1.0"?><codeBook>{"".join(variables)}</codeBook>'


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return a store of personas that were given an installed wording, and where it is kept."""
    folder = tmp_path_factory.mktemp("official")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VALUEALIGN_DATA", str(folder / "data"))
        (folder / "own.xml").write_text(codebook(), encoding="utf-8")
        install_wording(va.load_instrument("pvq-21"), folder / "own.xml", language="en", form="he")
        official = va.load_instrument("pvq-21", wording="official")
        people = [va.Persona(id=f"p{k}", text=f"You are person {k}.") for k in range(60)]
        store = folder / "s.db"
        va.administer(
            official, "sim:human", personas=people, forms=[va.Form(stem="he")], seed=1, store=store
        )
        yield store, official.wording_hash("en", "he"), folder


def sample(folder, **wording):
    """Return the German sample under another name and with another wording on record."""
    path = folder / "mine.json"
    told = json.loads((shipped("populations") / "pvq21-de-ess9.json").read_text("utf-8"))
    path.write_text(json.dumps(told | {"id": "mine", "wording": wording}), encoding="utf-8")
    return va.load_population(path)


def test_another_language_is_refused_until_it_is_declared(asked):
    store, _, _ = asked
    given = va.responses(store)
    found = va.invariance_with_people(given, "pvq21-de-ess9", unit="personas", draws=20)
    assert not found.ladders
    assert "declared the same" in found.wording[0].reason
    assert len(found.constructs) == 1
    declared = va.invariance_with_people(
        given, "pvq21-de-ess9", unit="personas", draws=20, declared="the same drawers in German"
    )
    assert declared.wording[0].same
    assert "the same drawers in German" in declared.wording[0].reason
    assert {one.model for one in declared.ladders} | {
        place.rpartition(", ")[2] for place in declared.refused
    } == set(va.load_instrument("pvq-21").default_lavaan)
    assert len(declared.ladders) >= 3
    assert not declared.constructs


def test_the_same_hash_needs_no_declaration_and_another_cannot_be_declared(asked):
    store, words, folder = asked
    given = va.responses(store)
    only = {"transcendence": va.load_instrument("pvq-21").lavaan("transcendence")}
    same = sample(folder, kind="official", language="en", hash=words)
    found = va.invariance_with_people(given, same, unit="personas", models=only, draws=0)
    assert found.wording[0].reason == "the wording's hash is the sample's"
    assert list(found.ladders[0].ladder.fits) == ["configural", "metric", "scalar", "strict"]
    other = sample(folder, kind="official", language="en", hash="0" * 16)
    found = va.invariance_with_people(
        given, other, unit="personas", models=only, draws=20, declared="surely the same"
    )
    assert not found.wording[0].same
    assert "hash" in found.wording[0].reason


def test_the_command_says_what_it_compared(asked, tmp_path):
    store, _, _ = asked
    words = ["analyze", "invariance", "--store", str(store), "--with", "pvq21-de-ess9"]
    more = [
        "--rows",
        "personas",
        "--declare",
        "drawers",
        "--draws",
        "20",
        "--figure",
        str(tmp_path / "f.png"),
    ]
    said = CliRunner().invoke(valuealign, [*words, *more, "--json"])
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    assert told["wording"][0]["same"] is True
    assert told["unit"].startswith("personas")
    assert {row["level"] for row in told["table"]} == {"configural", "metric", "scalar", "strict"}
    assert all(row["human_standing"] for row in told["table"])
    assert told["table"][0]["srmr_rows"] > told["table"][0]["srmr_people"]
    assert (tmp_path / "f.png").read_bytes()[:4] == b"\x89PNG"
    shown = CliRunner().invoke(
        valuealign, [*words, *more, "--syntax", "AP =~ pvq04 + pvq13 + pvq02 + pvq17"]
    )
    assert "compared with the ladder between people" in shown.stdout
    assert "items may be compared" in shown.stdout


def test_rows_must_be_said(asked):
    said = CliRunner().invoke(
        valuealign, ["analyze", "invariance", "--store", str(asked[0]), "--with", "pvq21-de-ess9"]
    )
    assert said.exit_code == 2
    assert "--rows personas" in said.output


def test_the_survey_s_own_codebook_installs_and_its_words_are_official(
    tmp_path, monkeypatch, shared
):
    monkeypatch.setenv("VALUEALIGN_DATA", str(tmp_path / "data"))
    codebook = shared("humans/ess_ddi/round9.xml")
    install_wording(va.load_instrument("pvq-21"), codebook, language="en")
    official = va.load_instrument("pvq-21", wording="official")
    store = tmp_path / "s.db"
    people = [va.Persona(id=f"p{k}", text=f"You are person {k}.") for k in range(40)]
    given = va.administer(
        official, "sim:human", personas=people, forms=[va.Form(stem="she")], seed=1, store=store
    )
    only = {"enhancement": official.lavaan("enhancement")}
    found = va.invariance_with_people(
        given,
        "pvq21-de-ess9",
        unit="personas",
        models=only,
        draws=20,
        declared="ESS round 9, English and German",
    )
    assert found.ladders[0].n == 40
    assert found.ladders[0].human is not None
