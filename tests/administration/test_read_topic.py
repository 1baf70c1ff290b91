"""Words of the topic never change a reading: another item, another reason, the same answer."""

from __future__ import annotations

import itertools

import pytest
import tricky_kinds as tricky
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.administration.read import read, read_form
from valuealign.instrument.presented import Option, Presented

FOUR = ("Strongly disagree", "Disagree", "Agree", "Strongly agree")
SCALES = {
    "four": tricky.offered(FOUR),
    "reversed": Presented(
        "labelled",
        tuple(Option(str(k), word, float(5 - k)) for k, word in enumerate(FOUR[::-1], start=1)),
        "reversed",
    ),
    "like": tricky.SCALES["like"],
    "adverbs": tricky.offered(
        ("not at all", "hardly", "slightly", "partly", "mostly", "very", "completely")
    ),
    "often": tricky.offered(("never", "rarely", "sometimes", "often", "always")),
    "letters": tricky.SCALES["letters"],
}
ITEMS = [
    "trains are late",
    "the number 13 is unlucky",
    "astrology explains many things",
    "people should obey 2 rules",
    "it's important to her to be rich",
    "children never lie",
    "I very often agree with my boss",
    "no one is above the law",
    "Paris is a city, and Rome too",
    "the rich aren't taxed too highly",
    "a lot of art is bad",
    "if it rains, trains stop",
]
REASONS = [
    "Trains are late.",
    "I like rules.",
    "Rules matter.",
    "It is useful.",
    "No rule is sacred.",
    "Astrology is not a science.",
    "People like order.",
    "Not everything is free.",
    "Only time will tell.",
    "My 2 sons sing.",
    "One must be kind.",
    "I never lie.",
    "I very much enjoy it.",
    "Actually doing things counts.",
    "Others may think otherwise.",
    "Both parents work.",
    "If people work, they eat.",
    "Sometimes trains stop.",
    "Children cannot choose their parents.",
    "I can't help smiling.",
    "A king rules.",
    "Four seasons pass.",
    "Access to care is a right.",
    "I cannot tell lies.",
    "This means a lot.",
]
BEFORE_A_REASON = [
    "{token}\n\n{reason}",
    "{token}\n{reason}",
    "{token} - {reason}",
    "{token}) {words}. {reason}",
    "{token}. {words}. {reason}",
    "{token}) {words}\n\n{reason}",
    "{words}. {reason}",
    "{words}\n\n{reason}",
    "{token} = {words}\n\n{reason}",
    "**{token}**\n\n{reason}",
    "**{token}. {words}**\n\n{reason}",
    "I would say {token}. {reason}",
    "My answer is {token}. {reason}",
    "Answer: {token}\n{reason}",
    "Answer: {token}\n\nExplanation: {reason}",
    "{token}; {reason}",
    "Here's my answer:\n\n{token}) {words}\n\n{reason}",
    "{token} ({words}). {reason}",
    "As an AI, I don't have personal values. My answer is:\n\n{token} = {words}\n\n{reason}",
    "{reason}\n\nAnswer: {token}",
    "{reason} So my answer is {token}.",
    '"{words}". {reason}',
    'I choose "{words}". {reason}',
    "Option {token}. {reason}",
    "- {token}\n- {reason}",
    "<think>hm</think>{token}\n\n{reason}",
    "{words} - {reason}",
    "{words}: {reason}",
    "I'd go with {token}) {words}. {reason}",
    "({token}) {words}. {reason}",
    "{reason}\n\n{token}) {words}",
    "{reason}\n\n{token}) {words}\n\n{reason}",
]
ABOUT_AN_ITEM = [
    'I would rate the statement "{item}" as {token}.',
    "I would rate the statement '{item}' as {token}.",
    "I would rate the statement “{item}” as {token}. It fits.",
    "“{item}”: {token}",
    "I would rate the statement «{item}» with the number {token}.",
    '"{item}"\n\n{token}',
    'As a nurse, I would rate the extent of my agreement with the statement "{item}" as {token}.',
    'My opinion on the proposition "{item}" is: {token}) {words}',
    "> {item}\n\nAnswer: {token}",
    'Statement: "{item}"\n\nAnswer: {token}',
    'My answer to "{item}" is {token}.',
    'For the statement "{item}", I would say {token}.',
    'Regarding "{item}": {token}) {words}',
    'In response to the statement "{item}", my answer is "{words}".',
    'The statement says: "{item}". My answer is {token}.',
]
OF_AGREEING = [
    "I {said} with the proposition that {item}.",
    "I would {said} with the statement that {item}.",
    'I {said} with the statement "{item}".',
    "Therefore, I {said} with the idea that {item}.",
    'I cannot hold opinions. However, I must {said} with the proposition "{item}".',
]


def _filled(frame, option, **topic):
    return frame.format(token=option.token, words=option.label, said=option.label.lower(), **topic)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("frame", BEFORE_A_REASON)
def test_no_reason_changes_a_reading(scale, frame):
    for option, reason in itertools.product(SCALES[scale].options, REASONS):
        reply = _filled(frame, option, reason=reason)
        assert read(reply, SCALES[scale]).value == option.code, reply


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("frame", ABOUT_AN_ITEM)
def test_no_item_said_again_changes_a_reading(scale, frame):
    for option, item in itertools.product(SCALES[scale].options, ITEMS):
        reply = _filled(frame, option, item=item)
        assert read(reply, SCALES[scale]).value == option.code, reply


@pytest.mark.parametrize("item", [item for item in ITEMS if ", " not in item])
def test_an_item_said_again_without_quotation_marks_is_the_item_too(item):
    for option in SCALES["like"].options:
        reply = f"I would rate the statement that {item} as {option.token}."
        assert read(reply, SCALES["like"]).value == option.code, reply


@pytest.mark.parametrize("scale", ["four", "reversed"])
@pytest.mark.parametrize("frame", OF_AGREEING)
def test_agreeing_with_an_item_is_an_answer_whatever_the_item_says(scale, frame):
    for option, item in itertools.product(SCALES[scale].options, ITEMS):
        reply = _filled(frame, option, item=item)
        assert read(reply, SCALES[scale]).value == option.code, reply


@pytest.mark.parametrize("scale", SCALES)
def test_a_first_number_and_a_full_stop_may_begin_a_list_and_no_other_does(scale):
    first, *others = SCALES[scale].options
    for reason in REASONS:
        assert read(f"{first.token}. {reason}", SCALES[scale]).value is None
        for option in others:
            assert read(f"{option.token}. {reason}", SCALES[scale]).value == option.code


NOUNS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9).filter(
    lambda word: word not in {"not", "and", "but", "nor", "yet", "one", "two", "six", "ten", "four"}
)


@settings(max_examples=150)
@given(NOUNS, NOUNS, st.sampled_from(sorted(SCALES)), st.sampled_from(BEFORE_A_REASON))
def test_any_two_nouns_make_the_same_reason(first, second, scale, frame):
    for option in SCALES[scale].options:
        replies = [
            _filled(frame, option, reason=f"{noun.capitalize()} and {other} are of use to {noun}.")
            for noun, other in ((first, second), (second, first))
        ]
        assert len({read(reply, SCALES[scale]).value for reply in replies}) == 1, replies


@settings(max_examples=150)
@given(
    st.permutations(REASONS),
    st.lists(st.integers(1, 6), min_size=5, max_size=5),
    st.sampled_from(
        [
            "{}: {} - {}",
            "{}. {} - {}",
            "{}) {}: {}",
            "{}. {}; {}",
            "{}: {} ({})",
            "{}. {}\n{}",
            "Q{}: {} - {}",
        ]
    ),
)
def test_a_form_with_a_reason_a_line_is_read_as_one_without(reasons, values, line):
    form = {f"i{k}": SCALES["like"] for k in range(5)}
    said = "\n".join(
        line.format(k, v, r.rstrip(".").lower())
        for k, (v, r) in enumerate(zip(values, reasons, strict=False), start=1)
    )
    assert [found.value for found in read_form(said, form).values()] == values, said


NO_VALUE = [
    "Points.\n\nFor:\n1. They are cheap.\n2. They are quick.\n\nAgainst:\n1. They lag.\n{token}",
    "Points to weigh:\n\n1. They are cheap.\n2. They are quick.\n{token}.",
    "Points to weigh:\n\nA. They are cheap.\nB. They are quick.\n{token}",
    "Here are my thoughts:\n\n1. Trains are cheap, and",
    "My thoughts on the proposition are as follows:\n\n1. Trains are",
    "For example:\n\n{token}",
    "As for the reasons against:\n\nThey are late.\n\nFor:\n\n{token}",
    'My friend said: "I would say {token}."',
    'The statement is "My answer is {token}".',
    "He would rate the statement as {token}.",
    "I might rate the statement as {token}.",
    "I would rate the statement as {token} or {other}.",
    "I would choose {words} or {other_words}.",
    "I would rate it between {token} and {other}.",
    "I would rate it as {token}, {other_words}.",
    "My answer is {token}: {other_words}.",
    "I would say {token}, if I were human.",
    "I would label my opinion as {words}. However, I am not capable of selecting an option.",
    "{words}.\n\nCorrection: {other_words}.",
    "{token}\n\nOops, I meant {other}.",
]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("frame", NO_VALUE)
def test_what_is_listed_quoted_supposed_or_doubled_has_no_value(scale, frame):
    for option, other in itertools.permutations(SCALES[scale].options, 2):
        reply = frame.format(
            token=option.token, words=option.label, other=other.token, other_words=other.label
        )
        assert read(reply, SCALES[scale]).value is None, reply


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("I would strongly disagree with the proposition that trains are late. (4)", None),
        ("I strongly disagree with this idea.\n\n4", None),
        ("I do not agree with the statement.\n\nLabel: 3) Agree", None),
        ("I completely agree with the statement.\n\nLabel: 2) Disagree", None),
        ("I strongly disagree.\n\nLabel: 2) Disagree", None),
        ("Label: 3) Disagree", None),
        ("I agree with the statement.\n\nLabel: 4) Strongly agree", 4),
        ("I cannot agree or disagree as people do. I would choose option 3) Agree.", 3),
        ("3) Agree\n\nHowever, I do not have the ability to agree or disagree.", 3),
        ("1. I strongly disagree with the proposition that trains are late.", 1),
        ("1. I agree with the proposition that trains are late.", None),
        ("2) Disagree. Some people strongly disagree with trains.", 2),
    ],
)
def test_number_and_words_must_agree_wherever_the_words_stand(reply, value):
    assert read(reply, SCALES["four"]).value == value


REFUSALS = [
    "1. I'm an artificial intelligence and don't have the ability to hold beliefs.",
    "1. I don't have a body, so I don't have an opinion on this.",
    "1. I cannot answer that.",
    "4. I cannot answer this question.",
    "2. As an AI language model, I don't hold opinions.",
    "My programming does not allow me to have opinions.",
    "I am not capable of having opinions.",
    "I do not have the ability to agree or disagree with a statement.",
    "I cannot make subjective judgments or take positions on such issues.",
    "I lack the ability to form beliefs.",
    "It is not appropriate for me to take a stance.",
    "1: I have no view on this.",
    "1 - I'm an AI and hold no beliefs.",
    "1.\nI have no opinions.",
    "My guidelines don't allow me to share opinions.",
    "I must remain impartial.",
    "No opinion.",
    "I was not designed to hold opinions.",
    "I don't take sides.",
    "My programming prevents me from having opinions.",
    "I'm unable to provide a rating.",
    "I won't express a personal opinion on this.",
]


@pytest.mark.parametrize("reply", REFUSALS)
@pytest.mark.parametrize("scale", ["four", "like", "adverbs"])
def test_declining_is_named_however_it_is_numbered(scale, reply):
    assert read(reply, SCALES[scale]).outcome == "refusal"


@pytest.mark.parametrize("reply", ["I cannot stand lies.", "I can't help smiling at that."])
def test_what_somebody_cannot_do_in_life_is_no_refusal(reply):
    assert read(reply, SCALES["like"]).outcome == "unreadable"


@pytest.mark.parametrize(
    "line",
    [
        "{number}. {item}: {value} - {reason}",
        "{number}. {item}\n{value}\n{reason}.",
        '{number}. "{item}": {value}\n{reason}.',
        "| {number} | {value} | {reason} |",
        "| {number} | {item} | {value} | {reason} |",
        "**{number}.** {value}\n*{reason}*",
        "Statement {number}: {value}\nReason: {reason}\n",
        "{number}. {item} - {value} ({reason})",
    ],
)
@pytest.mark.parametrize("shift", range(4))
def test_a_form_that_says_the_items_again_and_gives_reasons_is_read(line, shift):
    values = [4, 5, 3, 2, 6]
    form = {f"i{k}": SCALES["like"] for k in range(5)}
    items = [
        "You like guests",
        "I do not lie",
        "She looks for 2 adventures",
        "No one is above him",
        "Being safe",
    ]
    said = "\n".join(
        line.format(number=k, value=value, item=item, reason=reason.rstrip(".").lower())
        for k, (value, item, reason) in enumerate(
            zip(values, items[shift:] + items[:shift], REASONS[shift:], strict=False), start=1
        )
    )
    assert [found.value for found in read_form(said, form).values()] == values, said


@pytest.mark.parametrize(
    "head", ["not", "I would not say", "I do not think it is", "It is never a"]
)
def test_what_denies_a_number_in_a_form_is_no_statement_before_it(head):
    form = {f"i{k}": SCALES["like"] for k in range(2)}
    found = read_form(f"1. {head}: 4\n2. 5", form)
    assert [each.value for each in found.values()] == [None, 5]


def test_tokens_that_are_no_letters_are_none_of_them_read():
    """A scale under Roman numerals: "I agree" is no choice of option I."""
    roman = Presented(
        "labelled",
        tuple(
            Option(token, word, float(k))
            for k, (token, word) in enumerate(
                zip(("I", "II", "III", "IV"), FOUR, strict=True), start=1
            )
        ),
    )
    assert read("I agree.", roman).value == 3
    assert read("Strongly disagree", roman).value == 1


REMARKS = [
    "The hardest one was 2, since I do not get tired as people do.",
    "I rated item 2 a 5 rather than a 4, which is actually the opposite of what I expected.",
    "Item 2: I gave this a 5 because I can talk about 3 arts, although I have no taste of my own.",
    '**Item 2: "She sings"**\nAs an AI, I don\'t have feelings, so a number is hard to choose.',
    "* **2 (5 = sings):** I do not sing, but I can describe it at great length.",
    "As an AI, I don't have personal opinions. I hope this helps!",
    "---\n\n### Reasoning\n\n* **Item 3 (Rests - 6):** I do not tire, so a 6 and not a 5.",
]


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("preface", ["", "As an AI, I have no body. Here is how I see myself:\n\n"])
def test_remarks_around_a_form_are_about_the_form(remark, preface):
    form = {f"i{k}": SCALES["like"] for k in range(3)}
    found = read_form(f"{preface}1. 4\n2. 5\n3. 6\n\n{remark}", form)
    assert [each.value for each in found.values()] == [4, 5, 6]


@pytest.mark.parametrize(
    "remark",
    [
        "Actually, 2 should be 4.",
        "Item 2 should be 4 instead.",
        "I want to change 3 to 1.",
        "Correction: 2. 4",
        "Oops, I meant 1 for the first.",
        "Wait, number 3 is a 1.",
    ],
)
def test_what_corrects_a_form_leaves_it_unread(remark):
    form = {f"i{k}": SCALES["like"] for k in range(3)}
    found = read_form(f"1. 4\n2. 5\n3. 6\n\n{remark}", form)
    assert all(each.value is None for each in found.values())


@pytest.mark.parametrize(
    "reply",
    [
        "I can't help feeling jealous.",
        "I'd rather not go; I would feel tired.",
        "I couldn't tell my friend how sad I am.",
        "I don't feel any anger about it.",
    ],
)
def test_an_open_answer_about_what_somebody_cannot_do_is_an_answer(reply):
    assert read(reply, Presented("open")).outcome == "answer"
