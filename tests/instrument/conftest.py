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
