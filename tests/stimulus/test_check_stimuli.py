"""The linter of stimuli finds what would spoil a study; each of its limits has both sides."""

from __future__ import annotations

from typing import get_args

import pytest
from stimulus_files import ROWS, TEMPLATE

from valuealign.instrument.variant_rules import Rule, varied
from valuealign.stimulus.check_stimuli import check_stimuli
from valuealign.stimulus.load_stimuli import find_stimuli, names, parse_stimuli


def found(tmp_path, text):
    """What the linter says of a file, severities and sentences."""
    path = tmp_path / "set.yaml"
    path.write_text(text, encoding="utf-8")
    return [(f.severity, f.found) for f in check_stimuli(path)]


@pytest.mark.parametrize("name", names())
def test_shipped_sets_have_no_finding_and_a_content_note(name):
    assert check_stimuli(find_stimuli(name), name=name) == []


def test_a_set_without_fault_has_no_finding(tmp_path):
    assert found(tmp_path, TEMPLATE + "length_share: 0.6\n") == []


CASES = {
    "same words": (
        TEMPLATE.replace("A friend walks along.", ""),
        ("error", "levels 'alone' and 'friend' of 'company' have the same words"),
    ),
    "same text": (
        ROWS.replace("It snows.", "it  {age} RAINS.").replace(
            "sex: m, age: 2.5", "sex: f, age: 34"
        ),
        ("error", "'r1' and 'r2' have the same text"),
    ),
    "a slot no text has": (
        TEMPLATE.replace(" {company}", ""),
        ("error", "no text has the slot 'company' that 'company' fills"),
    ),
    "no note": (
        ROWS.replace("content_note: Nothing is hard to read here.\n", ""),
        ("warning", "there is no content note"),
    ),
    "no limit of use": (
        ROWS.replace("not_for: [anything]\n", ""),
        ("warning", "no use is ruled out"),
    ),
    "a variant for some": (
        ROWS + 'variants: {w: {written: {r1: {text: "Rain, {age}."}}}}\n',
        ("error", "the variant 'w' is written for 1 of 2 stimuli"),
    ),
    "a variant that loses a fact": (
        ROWS
        + 'keeps: [rains]\nvariants: {w: {written: {r1: {text: "Sun."}, r2: {text: "Hail."}}}}\n',
        ("error", "the variant 'w' of 'r1' loses 'rains'"),
    ),
    "a variant that is the same": (
        ROWS + "variants: {f: {rule: fragmented}}\n",
        ("warning", "the variant 'f' of 'r1' is the stimulus itself"),
    ),
    "a fault that keeps it from loading": (
        TEMPLATE.replace("goes out.", "goes {where}."),
        ("error", "'kim': no factor fills the slot 'where'"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found(tmp_path, case):
    text, expected = CASES[case]
    assert expected in found(tmp_path, text)


def test_the_length_of_texts_may_differ_by_the_stated_share_and_no_more(tmp_path):
    stimuli = parse_stimuli(TEMPLATE)
    counts = [len(stimuli.stimulus(k, "en").shown["vignette"].split()) for k in range(4)]
    share = max(counts) / min(counts) - 1

    def warned(of):
        said = found(tmp_path, TEMPLATE + f"length_share: {of}\n")
        return [text for severity, text in said if severity == "warning"]

    assert warned(share + 0.001) == []
    assert "'kim.dry.friend' has 14 words and 'kim.wet.alone' 9" in warned(share - 0.001)[0]


def test_a_missing_language_is_found(tmp_path):
    text = ROWS.replace("languages: [en]", "languages: [en, de]")
    text = text.replace('text: "It {age} rains."', 'text: {en: "Rain.", de: "Regen."}')
    text = text.replace('text: "It snows."', "text: {en: Snow.}").replace(', summary: "Rain."', "")
    assert any("no words in language 'de'" in said for _, said in found(tmp_path, text))


SENTENCES = "Kim, 34, sleeps badly and worries. Nothing helps, she says. It lasts 3.5 months."


@pytest.mark.parametrize("rule", get_args(Rule))
def test_a_rule_is_pure_seeded_and_keeps_what_it_has_to(rule):
    once = varied(SENTENCES, rule, seed="1", keeps=["sleeps badly", "3.5 months"])
    assert once == varied(SENTENCES, rule, seed="1", keeps=["sleeps badly", "3.5 months"])
    assert once != SENTENCES
    assert "sleeps badly" in once
    assert "3.5 months" in once
    if rule in ("misspelt", "hesitant", "aside"):
        others = {varied(SENTENCES, rule, seed=str(k)) for k in range(20)}
        assert len(others) > 3


def test_a_misspelt_word_has_the_letters_it_had():
    changed = varied(SENTENCES, "misspelt", seed="2")
    pairs = zip(SENTENCES.split(), changed.split(), strict=True)
    differing = [(a, b) for a, b in pairs if a != b]
    assert differing
    assert all(sorted(a) == sorted(b) and a[0] == b[0] for a, b in differing)


def test_a_rule_without_words_in_a_language_says_so(tmp_path):
    text = ROWS.replace("languages: [en]", "languages: [fi]") + "variants: {h: {rule: hesitant}}\n"
    assert ("error", "the rule 'hesitant' has no words in language 'fi'") in found(tmp_path, text)
