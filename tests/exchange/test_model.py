"""What people answered comes over the same from REDCap, Qualtrics and LimeSurvey."""

from __future__ import annotations

import pytest

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.draft_yaml import About, text_of
from valuealign.exchange.surveys.read_survey import read_survey
from valuealign.instrument.load import parse_instrument

ROWS = {"a": "I like rain.", "b": "I like snow.", "c": "I like fog."}
FOUR = [(0, "never"), (1, "seldom"), (2, "often"), (3, "always")]


@pytest.fixture
def read(program, write_survey_file):
    """The draft of tables written as a survey file."""

    def read(*tables, **asked_for):
        return read_survey(program, write_survey_file(program, *tables), **asked_for)[1]

    return read


def coded(draft):
    """Codes and words of the points."""
    return [(point.code, point.label["en"]) for point in draft.points]


def note(draft, words):
    """The only note that holds these words."""
    found = [each for each in draft.notes if words in each]
    assert len(found) == 1, draft.notes
    return found[0]


@pytest.mark.parametrize(
    "options",
    [
        FOUR,
        [
            (-3, "no"),
            (-2, "rather no"),
            (-1, "a little no"),
            (0, "neither"),
            (1, "a little yes"),
            (2, "rather yes"),
            (3, "yes"),
        ],
        [(-2, "no"), (-1, "rather no"), (1, "rather yes"), (2, "yes")],
        [(0, "none"), (25, "some"), (50, "half"), (75, "most"), (100, "all")],
        [(1, "none"), (2, "some"), (4, "more"), (8, "most")],
        [(4, "none"), (5, "some"), (6, "all")],
        [(-1, "worse"), (0, "same"), (1, "better")],
        [(-2, "much worse"), (-1, "worse"), (0, "same"), (1, "better"), (2, "b"), (3, "c")],
        [(97, "some"), (98, "more"), (99, "most")],
    ],
)
def test_the_files_own_codes_are_the_codes(read, asked, options):
    draft = read(asked(ROWS, options))
    assert coded(draft) == options
    assert not [each for each in draft.notes if "options left out" in each]


@pytest.mark.parametrize(
    ("apart", "why"),
    [
        ((-1, "no opinion"), "codes stand apart: -1 = no opinion"),
        ((99, "anything"), "codes stand apart: 99 = anything"),
        ((9, "anything"), "codes stand apart: 9 = anything"),
        ((5, "one more"), "codes stand apart: 5 = one more"),
        ((-99, "refused"), "codes stand apart: -99 = refused"),
        ((4, "Don't know"), "words are not a point of the scale: 4 = Don't know"),
        ((4, "N/A"), "words are not a point of the scale: 4 = N/A"),
        ((4, "Prefer not to say / no answer"), "words are not a point of the scale: 4 = Prefer"),
        ((4, "weiß nicht"), "words are not a point of the scale: 4 = weiß nicht"),
    ],
)
def test_an_option_that_stands_apart_is_no_point(read, asked, apart, why):
    draft = read(asked(ROWS, [*FOUR, apart]))
    assert coded(draft) == FOUR
    assert f"options left out, for their {why}" in note(draft, "options left out")


def test_the_next_code_in_line_with_words_of_its_own_is_a_point(read, asked):
    draft = read(asked(ROWS, [*FOUR, (4, "without end")]))
    assert len(draft.points) == 5


def test_an_option_that_stands_apart_can_be_kept_outside_the_scale(read, asked):
    draft = read(asked(ROWS, [*FOUR, (-1, "no opinion")]), undefined="-1")
    assert draft.undefined == {"en": "no opinion"}
    assert coded(draft) == FOUR
    assert not [each for each in draft.notes if "options left out" in each]
    with pytest.raises(InstrumentError, match="no option that is left out"):
        read(asked(ROWS, FOUR), undefined="-1")


def test_no_opinion_in_the_middle_stays_a_point_and_is_told(read, asked):
    draft = read(asked(ROWS, [(1, "no"), (2, "don't know"), (3, "yes")]))
    assert [code for code, _ in coded(draft)] == [1, 2, 3]
    note(draft, "option 2 = don't know stands among the points")


def test_options_that_the_page_shows_from_the_top_down_keep_their_codes(read, asked):
    draft = read(asked(ROWS, FOUR[::-1]))
    assert coded(draft) == FOUR
    note(draft, "from the highest code down")


def test_a_table_coded_against_the_others_is_reversed(read, asked):
    turned = [(code, label) for (code, _), (_, label) in zip(FOUR, FOUR[::-1], strict=True)]
    draft = read(
        asked(ROWS, FOUR),
        asked({"d": "I hate rain."}, turned[::-1], name="V"),
    )
    assert coded(draft) == FOUR
    assert [item.keyed for item in draft.items] == [1, 1, 1, -1]
    assert "d" in note(draft, "reversed in the file, and keyed -1")


def test_the_same_words_with_other_codes_are_another_scale(read, asked):
    five = [(code + 1, label) for code, label in FOUR]
    draft = read(asked(ROWS, FOUR), asked({"d": "I hate rain."}, five, name="V"))
    assert len(draft.items) == 3
    assert "d" in note(draft, "they have other options")


def test_a_statement_that_is_asked_again_becomes_one_item(read, asked):
    draft = read(asked(ROWS, FOUR), asked({"d": "I like  RAIN!"}, FOUR, name="V"))
    assert len(draft.items) == 3
    note(draft, "1 questions repeat a statement and are left out")


def test_under_headings_that_differ_both_can_be_asked(read, asked):
    tables = [asked(ROWS, FOUR, lead="At home:"), asked(ROWS, FOUR, lead="At work:", name="V")]
    draft = read(*tables, headings=True)
    assert len(draft.items) == 6
    assert draft.items[0].text["en"] == "At home: I like rain."
    assert draft.instruction == {}


def test_headings_that_differ_are_kept_beside_the_items(read, asked):
    draft = read(asked(ROWS, FOUR), asked({"d": "I run."}, FOUR, lead="At work:", name="V"))
    assert [item.heading["en"] for item in draft.items] == ["How often?"] * 3 + ["At work:"]
    note(draft, "2 different headings")


def test_the_heading_that_all_share_is_the_instruction(read, asked):
    assert read(asked(ROWS, FOUR)).instruction == {"en": "How often?"}


def test_each_table_or_form_is_a_scale_and_can_be_chosen(read, asked):
    tables = [asked(ROWS, FOUR), asked({"d": "I run.", "e": "I swim."}, FOUR, name="V")]
    assert [item.scale for item in read(*tables).items] == ["W", "W", "W", "V", "V"]
    chosen = read(*tables, sections=("V",))
    assert [item.text["en"] for item in chosen.items] == ["I run.", "I swim."]
    assert {item.scale for item in read(*tables, scale="ALL").items} == {"ALL"}


def test_a_condition_is_told(read, asked):
    draft = read(asked(ROWS, FOUR), asked({"d": "I run."}, FOUR, name="V", condition="a > 1"))
    assert "d" in note(draft, "is shown only where")


def test_options_that_are_pictures_make_no_item(read, asked):
    pictures = [(1, "no"), (2, '<img src="a.png" />'), (3, "yes")]
    with pytest.raises(InstrumentError, match=r"option 2 has no words \(a picture\)"):
        read(asked(ROWS, pictures))


def test_a_point_between_the_ends_may_have_no_words(read, asked):
    draft = read(asked(ROWS, [(1, "no"), (2, ""), (3, "yes")]))
    assert [p.label for p in draft.points] == [{"en": "no"}, {}, {"en": "yes"}]
    with pytest.raises(InstrumentError, match="option 3, an end of their scale, has no words"):
        read(asked(ROWS, [(1, "no"), (2, "yes"), (3, "")]))


def test_what_words_do_not_carry_is_told(read, asked):
    rows = {"a": '<b>I like</b> <img src="x.png"> it.', "b": "Do you like ${e://Field/name}?"}
    draft = read(asked(rows, FOUR))
    assert draft.items[0].text["en"] == "I like it."
    note(draft, "shows a picture, which is left out")
    note(draft, "holds a placeholder that the survey fills in (${e://Field/name})")


@pytest.mark.parametrize("n", [1, 27])
def test_a_scale_has_two_to_26_options(read, asked, n):
    with pytest.raises(InstrumentError, match=r"single option|more than 26"):
        read(asked(ROWS, [(k, f"answer {k}") for k in range(n)]))
    kept = read(asked(ROWS, [(k, f"answer {k}") for k in range(2 if n == 1 else 26)]))
    assert len(kept.points) == (2 if n == 1 else 26)


def test_labels_and_numbers_can_be_given_anew(read, asked):
    draft = read(asked(ROWS, FOUR), labels=["a", "b", "c", "d"], renumber=True)
    assert coded(draft) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    note(draft, "numbered 1 to 4, as you asked")
    with pytest.raises(InstrumentError, match="4 points, and 3 labels"):
        read(asked(ROWS, FOUR), labels=["a", "b", "c"])


def test_an_error_of_the_import_cites_the_survey_and_no_line(program, asked, write_survey_file):
    path = write_survey_file(program, asked(ROWS, FOUR))
    _, draft = read_survey(program, path)
    for about in (About("Not An Id"), About("x", title="a\x07b")):
        with pytest.raises(InstrumentError) as caught:
            text_of(draft, about, path)
        assert caught.value.line is None
        assert caught.value.path == path


def test_what_is_written_says_what_the_survey_says(read, asked, tmp_path):
    draft = read(asked(ROWS, [*FOUR, (99, "no answer")]), undefined="99")
    made = parse_instrument(text_of(draft, About("rain"), tmp_path))
    assert [p.code for p in made.response_scale.points] == [0, 1, 2, 3]
    assert made.response_scale.undefined == {"en": "no answer"}
    assert tuple(made.wording().values()) == tuple(ROWS.values())


def test_every_question_is_an_item_or_is_left_out_with_a_reason(program, asked, write_survey_file):
    tables = [
        asked(ROWS, FOUR),
        asked({"d": "I like RAIN!", "e": "I run."}, FOUR, name="V"),
        asked({"f": "I swim.", "g": "<p></p>"}, FOUR[:2], name="U"),
        asked({"h": "I fly."}, [(1, "once")], name="T"),
    ]
    survey, draft = read_survey(program, write_survey_file(program, *tables))
    out = dict(draft.exclusions)
    assert len(draft.items) + len(out) == len(survey.questions) == 8
    assert [item.text["en"] for item in draft.items] == [*ROWS.values(), "I run."]
    reasons = {name.rsplit("_", 1)[-1]: why for name, why in out.items()}
    assert reasons == {
        "d": f"it repeats {survey.questions[0].name}",
        "f": "they have other options (never | seldom)",
        "g": "they have no words in 'en'",
        "h": "they offer a single option",
    }
