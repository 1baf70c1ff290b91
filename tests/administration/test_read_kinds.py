"""The reader on a hold-out list of every kind of scale; dress, direction and doubt."""

from __future__ import annotations

import time

import pytest
import tricky_doubts as doubts
import tricky_kinds as tricky
import tricky_plain as phrased
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.administration.read import read, read_form
from valuealign.instrument.presented import Option, Presented
from valuealign.instrument.response_scale import Keyed, Labelled

SCALES = tricky.SCALES


def test_the_hold_out_list_is_long_and_each_reply_stands_once():
    listed = [
        *((s, t) for s, t, _ in [*tricky.READ, *tricky.MAYBE]),
        *tricky.UNREAD,
        *tricky.REFUSED,
    ]
    assert len(set(listed)) == len(listed) >= 400


def readings(cases):
    """Each case of a table with its reading; one test reads a table and shows what is wrong."""
    return [(case, read(case[1], SCALES[case[0]])) for case in cases]


def test_a_plain_answer_is_read():
    wrong = [
        (case, reading)
        for case, reading in readings(tricky.READ)
        if (reading.outcome, reading.value) != ("answer", case[2])
    ]
    assert not wrong


@pytest.mark.parametrize("cases", [tricky.MAYBE, doubts.MAY_BE], ids=["less plain", "doubtful"])
def test_a_doubtful_reply_gets_no_value_that_it_does_not_state(cases):
    possible = [values if isinstance(values, tuple) else (values, None) for *_, values in cases]
    wrong = [
        (case, reading)
        for (case, reading), values in zip(readings(cases), possible, strict=True)
        if reading.value not in values
    ]
    assert not wrong


def test_the_phrases_of_chat_models_are_read():
    wrong = [each for each in readings(phrased.PLAIN) if each[1].value != each[0][2]]
    assert not wrong


def test_near_misses_of_those_phrases_are_not():
    assert not [each for each in readings(phrased.NEAR) if each[1].value is not None]


@pytest.mark.parametrize(
    ("cases", "outcome"), [(tricky.UNREAD, "unreadable"), (tricky.REFUSED, "refusal")]
)
def test_what_is_no_plain_answer_is_unreadable_and_declining_a_refusal(cases, outcome):
    wrong = [
        (case, reading)
        for case, reading in readings(cases)
        if (reading.outcome, reading.value) != (outcome, None)
    ]
    assert not wrong


WITHIN = ["**{}**", "_{}_", "“{}”", "<b>{}</b>", "\\boxed{{{}}}", "\u200b{}\ufeff", "`{}`"]
AROUND = [
    "> {}",
    "# {}",
    "\n\n {} \n",
    "- {}",
    "<think>1 or 2? Not 3.</think>\n{}",
    "{}</s>",
    "Let me think about this.\n\n{}",
    "[THINK]5[/THINK]{}",
    "<answer>{}</answer>",
]
ALONE = [(s, t, v) for s, t, v in tricky.READ if t.isascii() and len(t) < 24 and t.isalnum()]


@given(st.sampled_from(ALONE), st.sampled_from(WITHIN), st.sampled_from(AROUND))
def test_two_layers_of_dress_do_not_change_a_reading(case, within, around):
    scale, reply, value = case
    assert read(around.format(within.format(reply)), SCALES[scale]).value == value


LABELLED = ["agree", "like", "plain", "letters", "german"]


@given(st.sampled_from(LABELLED), st.data())
def test_words_that_deny_or_doubt_take_a_value_away(scale, data):
    option = data.draw(st.sampled_from(SCALES[scale].options))
    said = data.draw(st.sampled_from([option.token, option.label]))
    frame = data.draw(
        st.sampled_from(
            [
                "not {}",
                "I would not say {}",
                "My answer is not {}",
                "maybe {}?",
                "Never {}",
                "anything but {}",
                "I don't think it's {}",
                "It could be {}",
                "if only {}",
                "He said {} and left",
                "{} or something else",
                "{}? I wonder.",
                "~~{}~~",
            ]
        )
    )
    # "Not" before "like me" is another option's words.
    reply = frame.format(said).casefold()
    others = [other.label.casefold() for other in SCALES[scale].options if other != option]
    if not any(said.casefold() in words and words in reply for words in others):
        assert read(frame.format(said), SCALES[scale]).value is None, frame.format(said)


@given(st.sampled_from(LABELLED), st.data())
def test_a_second_option_takes_a_value_away(scale, data):
    offered = SCALES[scale]
    first, second = data.draw(st.permutations(offered.options))[:2]
    one, two = (data.draw(st.sampled_from([o.token, o.label])) for o in (first, second))
    frame = data.draw(
        st.sampled_from(
            [
                "{} or {}",
                "{}\n{}",
                "{} & {}",
                "{}, maybe {}",
                "My answer is {}. My answer is {}.",
                "{}. Actually, {}.",
                "{}\n\nFinal answer: {}",
                "Between {} and {}",
                "{} ({})",
                "I would say {}, but on other days {}.",
            ]
        )
    )
    reply = frame.format(one, two)
    found = read(reply, offered).value
    assert found is None, (reply, found)


@pytest.mark.parametrize("style", ["numbers", "letters", "words"])
@pytest.mark.parametrize("direction", ["published", "reversed"])
@given(words=st.lists(st.text("abcdefgh ,'", min_size=1, max_size=12), min_size=2, max_size=7))
def test_any_scale_reads_its_own_tokens_and_words(words, style, direction):
    """Words that name one option only, however odd, come back as its code in any direction."""
    keys = {" ".join(word.strip(" .!:;,").split()) for word in words}
    named = [key for key in sorted(keys) if len(key.split(",")[0].strip("' ")) > 1]
    if len(named) < 2 or len({key.strip(" '") for key in named}) < len(named):
        return
    scale = Labelled(
        points=[{"code": k, "label": {"en": word}} for k, word in enumerate(named, start=-1)]
    )
    offered = scale.presented(direction=direction, labels=style)
    for option in offered.options:
        assert read(option.token, offered).value in {option.code, None}
        if option.token.isalnum():
            assert read(option.token, offered).value == option.code
            assert read(f"Answer: {option.token}", offered).value == option.code


@settings(max_examples=300)
@given(st.text(), st.sampled_from(sorted(SCALES)))
def test_reading_is_total_and_pure_on_every_kind_of_scale(text, scale):
    found = read(text, SCALES[scale])
    assert found == read(text, SCALES[scale])
    assert found.outcome in ("answer", "refusal", "unreadable")
    assert (found.value is None) or found.outcome == "answer"


HOSTILE = [
    "4. ",
    "so ",
    "I would say that ",
    "(",
    '"',
    "{",
    "[",
    "<think>",
    "</think>",
    "like me ",
    "*",
    "* ",
    "$a",
    "\\boxed{",
    "```\n",
    "1 = not like me at all, ",
    "as an ",
    "i am ",
    "4",
    "if i had to ",
    "|4",
    "<",
    "- ",
    "# ",
    "because ",
    "4 or maybe 5? ",
    "_a_",
    "\U0001f600",
    "ich kann ",
    "a\u0301\u0316\u0301\u0316\u0301\u0316",
    "1 or ",
    "yes, 80% ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_in_time(piece):
    """Two megabytes, and the longest text that is looked at in whole."""
    for size in (2_000_000, 59_000):
        reply = piece * (size // len(piece))
        for scale in ("like", "letters", "yes_no", "number"):
            start = time.process_time()
            read(reply, SCALES[scale])
            assert time.process_time() - start < 5


def test_how_says_how():
    said = {"4": "digit", "four": "word", "Agree a little": "label", '{"answer": 4}': "json"}
    assert {reply: read(reply, SCALES["agree"]).how for reply in said} == said
    assert read("B", SCALES["letters"]).how == "letter"
    assert read("", SCALES["agree"]).how == "empty"


def test_a_keyed_scale_has_no_options_of_its_own():
    with pytest.raises(TypeError, match="item's own"):
        read("1", Keyed())


FORM = {f"p{k:02d}": SCALES["like"] for k in (3, 1, 2)}


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ("0. 4\n1. 5\n2. 6", [None] * 3),
        ("2. 4\n3. 5\n4. 6", [None] * 3),
        ("1. 4\n2. 5\n3. 6\n4. 1", [None] * 3),
        ('{"0": 4, "1": 5, "2": 6}', [None] * 3),
        ('{"p03": 4, "p01": 5, "p02": 6}', [4, 5, 6]),
        (
            '{"1": {"answer": 4}, "2": {"answer": 5, "reason": "1"}, "3": {"answer": "6"}}',
            [4, 5, 6],
        ),
        ('{"1": 4, "1": 5, "2": 6, "3": 6}', [None] * 3),
        ('{"1": 4, "2": null, "3": [6]}', [4, None, None]),
        (
            "1. She likes order.\nAnswer: 4\n2. She rests.\nAnswer: 5\n3. She sings.\nAnswer: 6",
            [4, 5, 6],
        ),
        ("| Statement | Answer |\n|---|---|\n| 1 | 4 |\n| 2 | like me |\n| 3 | 6 |", [4, 5, 6]),
        ("Q1 - 3\nQ2 - 4\nQ3 - 5", [3, 4, 5]),
        ("1. 4 - 5\n2. 3-4\n3. 6", [None, None, 6]),
        ("1. 4\n2. I cannot answer that.\n3. not 6", [4, None, None]),
        ("1. 4\n2. 5", [4, 5, None]),
        ("1. 4\n2.\n3. 6", [4, None, 6]),
        ("1. He sings. (4)\n2. He rests. (5)\n3. He reads. (6)", [4, 5, 6]),
        ("1. **4** - I plan.\n2. **5** - I rest 2 hours a day.\n3. **6** - I sing.", [4, 5, 6]),
        ("1. 4 (somewhat like me)\n2. 5 (very much like me)\n3. 6", [4, None, 6]),
        ("| 1 | 2 | 3 |\n|---|---|---|\n| 4 | 5 | 6 |", [None] * 3),
        ("1-3: 4", [None] * 3),
        ("1 and 2: 4\n3: 5", [None, None, 5]),
        ("1. same as 2\n2. 4\n3. 6", [None, 4, 6]),
        ("number,answer\n1,4\n2,5\n3,6", [None] * 3),
        ('[{"answer": 4}, {"answer": 5}, {"answer": 6}]', [None] * 3),
        ('{"1": 4, "2": 5, "3": 6', [None] * 3),
        ("1. 4\n2. 5\n3. 6\n\n2. 1", [4, None, 6]),
        ("- 1. 4\n- 2. 5\n- 3. 6", [4, 5, 6]),
        ("**1.** 4\n**2.** 5\n**3.** 6", [4, 5, 6]),
        ("not like me\nlike me\n1", [2, 5, 1]),
        ("4\n5\n6\n1", [None] * 3),
        ("4, 5, 6", [None] * 3),
        ("<think>1. 1\n2. 2", [None] * 3),
        ("1 4\n2 5\n3 6", [4, 5, 6]),
        ("1\t4\n2\t5\n3\t6", [4, 5, 6]),
        ("1,4\n2,5\n3,6", [4, 5, 6]),
        ("1 4\n3 5\n2 6", [None] * 3),
        ("1 4\n2 5\n3 6\nand 4 more", [None] * 3),
        ("1. 4\n2. 5\n3. 6\n\nActually, 2 should be 4.", [None] * 3),
        ("1. 4\n2. 5\n3. 6\n\nOops, I meant 1 for the first.", [None] * 3),
        ("1. 4\n2. 5\n3. 6\n\nI would change nothing.", [4, 5, 6]),
    ],
)
def test_items_of_a_form_keep_their_answers(reply, values):
    assert [reading.value for reading in read_form(reply, FORM).values()] == values


def test_a_restated_scale_alone_answers_no_form():
    six = {f"i{k}": SCALES["like"] for k in range(6)}
    for mark in (" = ", ". ", ": ", ") "):
        said = "\n".join(f"{o.token}{mark}{o.label}" for o in SCALES["like"].options)
        assert all(each.value is None for each in read_form(said, six).values())


def test_a_scale_that_is_restated_in_part_answers_no_form():
    form = {f"i{k}": SCALES["like"] for k in range(4)}
    said = "\n".join(f"{o.token} = {o.label}" for o in SCALES["like"].options[:4])
    assert all(each.value is None for each in read_form(said, form).values())
    found = read_form(f"{said}\n\n1. 6\n2. 5\n3. 1\n4. 2", form)
    assert [each.value for each in found.values()] == [6, 5, 1, 2]


def test_ids_that_look_like_other_numbers_are_nobodys():
    """The page numbers items as shown; "q2" might be the second shown or the item of that id."""
    shuffled = {"q2": SCALES["like"], "q1": SCALES["like"]}
    found = read_form('{"q1": 4, "q2": 5}', shuffled)
    assert [reading.value for reading in found.values()] == [None, None]


@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=60),
    st.sampled_from(
        ["{}. {}", "{}) {}", "{}: {}", "Q{}: {}", "| {} | {} |", "{} - {}", "**{}.** {}", "{} = {}"]
    ),
)
def test_every_way_of_numbering_gives_the_same_answers(values, style):
    form = {f"i{k}": SCALES["like"] for k in range(len(values))}
    lines = [style.format(number, value) for number, value in enumerate(values, start=1)]
    for text in ("\n".join(lines), "\n\n".join(lines), "Here you are:\n\n" + "\n".join(lines)):
        assert [reading.value for reading in read_form(text, form).values()] == values


def test_an_option_without_words_is_read_by_its_token():
    offered = Presented("labelled", (Option("1", "never", 1.0), Option("2", "", 2.0)))
    assert read("2", offered).value == 2
    assert read("Never", offered).value == 1
