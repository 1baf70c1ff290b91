"""Numbered lists: what was typed as items comes back as items, whatever the layout."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.instrument.wording.gender import carries_both, in_gender, spoken_form
from valuealign.instrument.wording.numbered_text import numbered_text

WORD = st.text(alphabet="abcdefgåéñßАя", min_size=2, max_size=9)
SENTENCE = st.lists(WORD, min_size=2, max_size=25).map(lambda words: " ".join(words) + ".")
MARKS = st.sampled_from(["{}. ", "{}) ", "{}.\t", "{}: ", "Item {}. ", "{}\t", "{} - "])


def lines(text: str) -> list[tuple[str, str]]:
    return [(line, f"line {k}") for k, line in enumerate(text.split("\n"), start=1)]


@settings(max_examples=150, deadline=None)
@given(
    sentences=st.lists(SENTENCE, min_size=1, max_size=12),
    mark=MARKS,
    width=st.integers(25, 90),
    gap=st.sampled_from(["\n", "\n\n"]),
    ticks=st.sampled_from(["", "  1 2 3 4", "  [ ] [ ] [ ] [ ]", " ☐ ☐ ☐ ☐", "\n1\n2\n3\n4"]),
)
def test_a_list_comes_back_as_it_was_typed(sentences, mark, width, gap, ticks):
    typed = gap.join(
        textwrap.fill(mark.format(k) + sentence, width, expand_tabs=False) + ticks
        for k, sentence in enumerate(sentences, start=1)
    )
    found = numbered_text(lines(typed), 4)
    assert [item.text for item in found.items] == sentences
    assert [item.name for item in found.items] == [str(k + 1) for k in range(len(sentences))]
    assert found.ignored == []


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=400), n_points=st.integers(0, 9))
def test_any_text_is_read_without_an_error(text, n_points):
    found = numbered_text(lines(text), n_points)
    assert all(item.name.isdecimal() for item in found.items)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("1. He has known\n10 years of peace.", ["He has known 10 years of peace."]),
        ("1. Meets at\n7:30 every day.", ["Meets at 7:30 every day."]),
        ("1. A well-\nknown man.", ["A wellknown man."]),
        ("1. A Franco-\nGerman man.", ["A Franco-German man."]),
        ("1\nFirst one\n2\nSecond one", ["First one", "Second one"]),
        ("1 First one\n2 Second one", ["First one", "Second one"]),
        ("1. First one\n\nThank you!", ["First one"]),
    ],
)
def test_lines_that_begin_with_numbers_stay_where_they_belong(text, items):
    assert [item.text for item in numbered_text(lines(text), 6).items] == items


def test_a_word_put_together_at_a_lines_end_is_said():
    found = numbered_text(lines("1. A well-\nknown man."), 6)
    assert found.notes == (
        "hyphens at a line's end were taken for breaks; look at: 'wellknown' (line 1)",
    )


def test_both_forms_become_one():
    both = "She/he acts to please herself/himself; it is up to her/him. Her/his way."
    assert in_gender(both, "he") == "He acts to please himself; it is up to him. His way."
    assert in_gender(both, "she") == "She acts to please herself; it is up to her. Her way."
    assert in_gender("He / she, his or hers", "she") == "She, his or hers"
    assert not carries_both("He and/or they; his/himself")
    assert spoken_form(["He sings.", "It pleases him.", "Rain."]) == "he"
    assert spoken_form(["I sing.", "He sings.", "She sings."]) is None
