# ruff: noqa: E501
"""Tricky replies, written before the reader: what each may be read as, and nothing else.

``READ`` are plain answers (one value), ``MAYBE`` may be read or left unread, ``UNREAD`` must give
no value, ``REFUSED`` must be refusals. All sentences are our own.
"""

from __future__ import annotations

from valuealign.instrument.presented import Option, Presented

AGREE = ("Disagree strongly", "Disagree a little", "Neither agree nor disagree",
         "Agree a little", "Agree strongly")  # fmt: skip
LIKE = ("not like me at all", "not like me", "a little like me", "somewhat like me", "like me",
        "very much like me")  # fmt: skip
PLAIN = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")
GERMAN = ("trifft überhaupt nicht zu", "trifft eher nicht zu", "teils, teils", "trifft eher zu",
          "trifft voll und ganz zu")  # fmt: skip


def offered(words: tuple[str, ...], style: str = "numbers", language: str = "en") -> Presented:
    """A labelled scale of these words, lowest first, coded from 1."""
    tokens = {"numbers": [str(k) for k in range(1, len(words) + 1)],
              "letters": [chr(64 + k) for k in range(1, len(words) + 1)],
              "words": list(words)}[style]  # fmt: skip
    options = tuple(
        Option(token, word, float(k))
        for k, (token, word) in enumerate(zip(tokens, words, strict=True), start=1)
    )
    return Presented("labelled", options, "published", style, language)  # type: ignore[arg-type]


SCALES = {
    "agree": offered(AGREE),
    "like": offered(LIKE),
    "plain": offered(PLAIN),
    "letters": offered(AGREE, "letters"),
    "words": offered(LIKE, "words"),
    "german": offered(GERMAN, language="de"),
    "ten": offered(("",) * 10),
    "number": Presented("numeric", minimum=0, maximum=120, step=1),
    "line": Presented("visual_analogue", (Option("0", "calm", 100.0), Option("100", "tense", 0.0)),
                      "reversed", minimum=0, maximum=100),
    "yes_no": Presented("yes_no_confidence",
                        (Option("yes", "yes", 1.0), Option("no", "no", 0.0)),
                        labels="words", minimum=0, maximum=100),
    "keyed": Presented("keyed", (Option("1", "playful", 3.0), Option("2", "sad", 1.0),
                                 Option("3", "bored", 4.0), Option("4", "shy", 2.0))),
}  # fmt: skip

READ: list[tuple[str, str, float]] = [
    ("agree", "４", 4), ("agree", "٤", 4), ("agree", "४", 4), ("agree", "4️⃣", 4),
    ("agree", "(4)", 4), ("agree", "[4]", 4), ("agree", '"4"', 4), ("agree", "“4”", 4),
    ("agree", "4)", 4), ("agree", "`4`", 4), ("agree", "### 4", 4), ("agree", "> 4", 4),
    ("agree", "- 4", 4), ("agree", "4!", 4), ("agree", "4.0", 4), ("agree", "Four.", 4),
    ("agree", "vier", 4), ("agree", "4 out of 5", 4), ("agree", "4 / 5", 4),
    ("agree", "four out of five", 4), ("agree", "I'd give it a 4.", 4),
    ("agree", "I’d say 4", 4), ("agree", "**Answer:** 4", 4), ("agree", "Answer:\n4", 4),
    ("agree", "**Final Answer:** 4 (Agree a little)", 4), ("agree", "Rating: 2", 2),
    ("agree", "\\boxed{4}", 4), ("agree", "<answer>4</answer>", 4),
    ("agree", "Agree a little (4)", 4), ("agree", "4: agree a little", 4),
    ("agree", "4. Agree a little.", 4), ("agree", "Option 4: Agree a little", 4),
    ("agree", "AGREE A LITTLE", 4), ("agree", "  agree   a\nlittle ", 4),
    ("agree", "***Agree a little***", 4), ("agree", "‘Agree a little’", 4),
    ("agree", "I agree a little.", 4), ("agree", "I agree a little with this statement.", 4),
    ("agree", "I would choose \"Disagree a little\".", 2),
    ("agree", "I neither agree nor disagree.", 3),
    ("agree", "My answer would be 3, as the sentence could go either way.", 3),
    ("agree", "4. This describes me fairly well.", 4),
    ("agree", "4\n\nI chose this because I am usually careful.", 4),
    ("agree", "4, because I usually plan ahead.", 4),
    ("agree", "Let me think about this. I plan a lot.\n\nFinal answer: 4", 4),
    ("agree", "The statement is about order. Some would say 2. My answer: 5", 5),
    ("agree", "1 = Disagree strongly\n2 = Disagree a little\n3 = Neither agree nor disagree\n"
              "4 = Agree a little\n5 = Agree strongly\n\n4", 4),
    ("agree", "1 - Disagree strongly, 2 - Disagree a little, 3 - Neither agree nor disagree, "
              "4 - Agree a little, 5 - Agree strongly. My answer: 2", 2),
    ("agree", "On a scale of 1 to 5, I would rate this a 4.", 4),
    ("agree", "Using the scale from 1 (Disagree strongly) to 5 (Agree strongly), I choose 4.", 4),
    ("agree", "<think>\n1? 5? 2.\n</think>\n\n5", 5),
    ("agree", "reasoning without its opening tag, 3 maybe 2</think>4", 4),
    ("agree", "[THINK]2 or 3[/THINK]4", 4),
    ("agree", "<|channel|>analysis<|message|>is it 2?<|end|><|start|>assistant<|channel|>final"
              "<|message|>4", 4),
    ("agree", '{"answer": "4"}', 4), ("agree", '{"answer": "Agree a little"}', 4),
    ("agree", '{"rating": 4, "reason": "5 would be too much"}', 4),
    ("agree", 'Here is my answer:\n```json\n{"answer": 2}\n```', 2),
    ("agree", "As a language model I have no traits, but if I had to choose, I would say 3.", 3),
    ("agree", "While I do not have feelings, my answer is 4.", 4),
    ("agree", "Meine Antwort ist 4.", 4), ("agree", "Antwort: vier", 4),
    ("agree", "Ich wähle 2.", 2), ("agree", "Ich würde 4 sagen.", 4),
    ("agree", "4<|im_end|>", 4), ("agree", "4 🙂", 4), ("agree", "Sure! 4", 4),
    ("agree", "I choose option 4.", 4), ("agree", "I'd go with a 2 here.", 2),
    ("agree", "5\n5", 5), ("agree", "5 (Agree strongly)\n\nFinal answer: 5", 5),
    ("ten", "10", 10), ("ten", "ten", 10), ("ten", "1", 1), ("ten", "7/10", 7),
    ("like", "Not like me at all", 1), ("like", "not like me.", 2), ("like", "Like me!", 5),
    ("like", "**Very much like me**", 6), ("like", "This is somewhat like me.", 4),
    ("like", "This person is not like me at all.", 1), ("like", "That's not like me.", 2),
    ("like", "3 - a little like me", 3), ("like", "Not like me (2)", 2),
    ("like", "Not like me at all.\n\nI would never act that way, whoever asked.", 1),
    ("like", "A little like me. I understand the wish, but I would go about it otherwise.", 3),
    ("like", "I would say: somewhat like me", 4), ("words", "Somewhat like me", 4),
    ("words", "My answer is \"not like me\".", 2), ("words", '{"answer": "like me"}', 5),
    ("letters", "B", 2), ("letters", "b", 2), ("letters", "(B)", 2), ("letters", "B.", 2),
    ("letters", "B) Disagree a little", 2), ("letters", "Option D", 4), ("letters", "a", 1),
    ("letters", "Answer: A", 1), ("letters", "I choose C.", 3), ("letters", "**E**", 5),
    ("letters", "Agree strongly", 5), ("letters", "D - Agree a little", 4),
    ("plain", "Strongly agree", 5), ("plain", "I strongly agree.", 5), ("plain", "Agree.", 4),
    ("plain", "I disagree with this statement.", 2), ("plain", "neutral", 3),
    ("german", "trifft eher zu", 4), ("german", "Das trifft eher nicht zu.", 2),
    ("german", "teils, teils", 3), ("german", "Teils, teils.", 3),
    ("german", "Ich würde sagen: trifft voll und ganz zu", 5), ("german", "fünf", 5),
    ("german", "4 von 5", 4), ("german", "Als KI habe ich keine Gefühle, aber wenn ich wählen "
                                        "müsste: 3", 3),
    ("number", "35", 35), ("number", "I would say 35.", 35), ("number", "35 years", 35),
    ("number", '{"answer": 35}', 35), ("number", "Answer: 7", 7), ("number", "100", 100),
    ("line", "0", 100), ("line", "70", 30), ("line", "70/100", 30), ("line", "Answer: 12.5", 87.5),
    ("yes_no", "yes, 80%", 1), ("yes_no", "No, 65", 0), ("yes_no", "Yes (90% sure)", 1),
    ("yes_no", "**No**, 55 %", 0), ("yes_no", "Answer: yes, confidence: 70%", 1),
    ("yes_no", '{"answer": "no", "confidence": 40}', 0), ("yes_no", "Yes", 1),
    ("yes_no", "No\nConfidence: 75", 0),
    ("keyed", "playful", 3), ("keyed", "Sad.", 1), ("keyed", "2. sad", 1), ("keyed", "4", 2),
    ("keyed", "The person looks bored.", 4), ("keyed", "The answer is shy.", 2),
]  # fmt: skip

MAYBE: list[tuple[str, str, float]] = [
    ("agree", "I'd probably say 4.", 4), ("agree", "I lean towards 4.", 4),
    ("agree", "4, because 5 would be too strong.", 4), ("agree", "4 (I think)", 4),
    ("agree", "About a 4.", 4), ("agree", "I guess 4", 4), ("agree", "4 - agree", 4),
    ("agree", "At first I wanted to say 2. Final answer: 4", 4), ("agree", "4. 5 is too high.", 4),
    ("agree", "{'answer': 4}", 4), ("agree", '{"answer": 4', 4), ("agree", "A: 4", 4),
    ("agree", "It is a 4 for me, on most days.", 4), ("agree", "④", 4), ("agree", "IV", 4),
    ("like", "It sounds like me.", 5), ("like", "Very much so, very much like me.", 6),
    ("like", "I am somewhat like this person; somewhat like me.", 4),
    ("plain", "I agree, though not with all of it.", 4), ("yes_no", "80% yes", 1),
    ("agree", "4. As an AI, I do not have feelings.", 4), ("number", "about 35", 35),
    ("agree", "I cannot really feel. 3", 3), ("line", "around 70", 30),
    ("agree", "1. I dislike it.", 1), ("german", "Eine 4.", 4), ("agree", "Je dirais 4.", 4),
]  # fmt: skip

UNREAD: list[tuple[str, str]] = [
    # free prose that holds a number or the words of an option
    ("agree", "I like 4 things about it."), ("agree", "In 2 years I will know."),
    ("agree", "It is number 1 for many."), ("agree", "There are 3 reasons to doubt it."),
    ("agree", "4 people out of 5 would say so."), ("agree", "4 things matter here."),
    ("agree", "We met at 4."), ("agree", "See page 4."), ("agree", "They live at no. 3."),
    ("agree", "It is 4:30 now."), ("agree", "Chapter 4"), ("agree", "4th"), ("agree", "4 apples"),
    ("agree", "He has 2 sons, and so do I."), ("agree", "One should never judge."),
    ("agree", "I choose one."), ("agree", "One of these is me."), ("agree", "$4"),
    ("agree", "4. Juli 1999 war ein heißer Tag."), ("agree", "2. Weltkrieg, sagt man."),
    ("agree", "Four seasons, and I love them all."), ("agree", "Version 4.2"),
    ("agree", "1. Pro: it is kind.\n2. Con: it is slow."), ("agree", "1) kind 2) slow 3) honest"),
    ("agree", "1. I value honesty.\n2. I value order.\n3. I value peace."),
    ("agree", "Pros: 1. kind. Cons: 2. slow."), ("agree", "My lucky number is 4, by the way."),
    ("agree", "The answer to life is 42."), ("agree", "Psalm 4"), ("agree", "4 years ago, perhaps."),
    ("like", "Like me, my brother loves music."), ("like", "People like me rarely say so."),
    ("like", "My friends like me."), ("like", "They like me a lot, and I like them."),
    ("like", "She was a girl like me, and very much like me she loved the sea."),
    ("like", "A bird in a tree,\nlonely and free,\nlike me"),
    ("like", "It would not be like me to lie."), ("like", "Do you like me?"),
    ("like", "It's not like me to complain, but this one is hard."),
    ("like", "He is like me in many ways and unlike me in others."),
    ("like", "Nobody is exactly like me."), ("like", "Not at all like me."),
    ("like", "Quite like me"), ("like", "More like me than not."), ("like", "unlike me"),
    ("like", "Likely me"), ("like", "Like me? No."), ("like", "Like me - not!"),
    ("plain", "I agree that families matter, and yet."), ("plain", "I agree with my mother."),
    ("plain", "We agree on nothing."), ("plain", "I agree to disagree."),
    ("plain", "Agree? Disagree? Who knows."), ("plain", "I completely agree."),
    ("plain", "Agree, strongly."), ("plain", "Agree. Strongly."), ("plain", "Somewhat agree"),
    ("plain", "I can't say that I agree."), ("plain", "I neither agree nor disagree."),
    ("plain", "Partly agree, partly disagree"), ("plain", "I don't disagree."),
    ("plain", "disagreeable"), ("plain", "My doctor remains neutral."),
    # negation
    ("agree", "not 4"), ("agree", "Not a 4."), ("agree", "I disagree with 5"),
    ("agree", "My answer is not 4."), ("agree", "Anything but 4."), ("agree", "nothing but 4"),
    ("agree", "I wouldn't say 4."), ("agree", "I would never say 5."), ("agree", "4 is wrong."),
    ("agree", "Definitely not 4"), ("agree", "4 would be too high."), ("agree", "no 4"),
    ("agree", "I don't agree a little."), ("agree", "Less than 4"), ("agree", "keine 4"),
    ("agree", "Nicht 4."), ("agree", "Ich würde nicht 4 sagen."), ("agree", "~~4~~"),
    ("agree", "The answer isn't 4"), ("agree", "I do not choose 4."), ("agree", "pas 4"),
    ("like", "This isn't like me."), ("like", "I wouldn't say somewhat like me."),
    ("like", "Hardly like me"), ("like", "Never like me."), ("like", "not very much like me"),
    # two options, ranges, hedges
    ("agree", "4 or 5"), ("agree", "3-4"), ("agree", "3–4"), ("agree", "3 to 4"), ("agree", "3/4"),
    ("agree", "4, maybe 5"), ("agree", "4 (or 5)"), ("agree", "Either 2 or 3."), ("agree", "4,5"),
    ("agree", "4.5"), ("agree", "3,5"), ("agree", "4 5"), ("agree", "4 & 5"), ("agree", "4 and 5"),
    ("agree", "Somewhere around 3 to 4, I think."), ("agree", "4? 5?"), ("agree", "4?"),
    ("agree", "Maybe 4?"), ("agree", "It could be 4."), ("agree", "It might be a 2 or a 3."),
    ("agree", "4+"), ("agree", "4-"), ("agree", ">3"), ("agree", "4-ish"), ("agree", "4ish"),
    ("agree", "zwischen 3 und 4"), ("agree", "3 oder 4"), ("agree", "drei bis vier"),
    ("agree", "three or four"), ("agree", "4. Or rather 5."), ("agree", "4... no, 3"),
    ("agree", "4. Actually, 5."), ("agree", "4\n5"), ("agree", "4\n\nFinal answer: 5"),
    ("agree", "I'd say 4. On second thought, 3."), ("agree", "I would say 4, but on bad days 2."),
    ("agree", "At work 4, at home 2."), ("agree", "4 at work, 2 at home."), ("agree", "4, then 2"),
    ("agree", "4. Just kidding, I have no idea."), ("agree", "If I were older, I would say 4."),
    ("agree", "Agree a little or agree strongly"), ("agree", "Agree a little / Agree strongly"),
    ("agree", "My sister would say 4."), ("agree", "My friend said: \"Hard. I would say 4.\""),
    ("agree", "My answer is 4. My other answer is 2."), ("agree", "4 for her, 5 for him"),
    ("like", "Like me, or somewhat like me."), ("like", "Somewhat like me. Or rather: like me."),
    ("like", "Between a little like me and somewhat like me."),
    ("like", "like me and not like me"), ("like", "Sometimes like me, sometimes not like me."),
    ("letters", "A or B"), ("letters", "A/B"), ("letters", "A, B"), ("letters", "A and B"),
    # a number and words that disagree; another scale; out of range
    ("agree", "4 - Agree strongly"), ("agree", "2 (Agree a little)"), ("agree", "Agree a little: 2"),
    ("agree", "4 - Strongly agree"), ("agree", '{"answer": 4, "label": "Agree strongly"}'),
    ("agree", "5 = Disagree strongly, 1 = Agree strongly. My answer: 5"),
    ("agree", "On a scale from 1 to 10, I would say 4."), ("agree", "4/10"), ("agree", "4 of 7"),
    ("agree", "0"), ("agree", "6"), ("agree", "44"), ("agree", "-4"), ("agree", "4%"),
    ("agree", "04"), ("agree", "1e0"), ("agree", "0x4"), ("agree", "100"), ("agree", "½"),
    ("agree", "4²"), ("agree", "eleven"), ("agree", '{"answer": 4.5}'), ("agree", '{"answer": 7}'),
    ("agree", '{"answer": [4, 5]}'), ("agree", '{"answer": 4, "answer": 5}'),
    ("agree", '{"answer": true}'), ("agree", '{"answer": null}'), ("agree", '{"answer": "4 or 5"}'),
    ("agree", '{"min": 1, "max": 5}'), ("agree", "[1, 2, 3, 4, 5]"), ("agree", "1, 2, 3, 4, 5"),
    ("agree", '{"answer": 4}\n{"answer": 5}'), ("agree", "F"), ("letters", "F"), ("letters", "AB"),
    ("letters", "A - Agree strongly"), ("letters", "A man who plans ahead."),
    ("letters", "A lot of people would."), ("letters", "I would give it a"), ("letters", "It is a"),
    ("letters", "E.g. on Mondays."), ("letters", "A.I. is hard to ask."), ("letters", "Plan B"),
    ("letters", "Vitamin C."), ("letters", "C'est la vie."), ("letters", "4"),
    # the question or the options again, and nothing else
    ("agree", "1 = Disagree strongly\n2 = Disagree a little\n3 = Neither agree nor disagree\n"
              "4 = Agree a little\n5 = Agree strongly"),
    ("agree", "Please rate the statement on a scale from 1 to 5."), ("agree", "1-5"),
    ("agree", "Answer: 1 / 2 / 3 / 4 / 5"), ("agree", "Answer with the number of one option."),
    ("agree", "How much do you agree? 1 means disagree strongly, 5 means agree strongly."),
    ("like", "Options: not like me at all, not like me, a little like me, somewhat like me, "
             "like me, very much like me"),
    ("like", "How much is this person like me?"), ("agree", "Answer:"), ("agree", "The answer is"),
    # cut, empty, noise
    ("agree", "<think>It should be 4"), ("agree", "<think>2</think><think>4"), ("agree", "  \n "),
    ("agree", "<think>4</think>"), ("agree", "..."), ("agree", "👍"), ("agree", "⭐⭐⭐⭐"),
    ("agree", "null"), ("agree", "N/A"), ("agree", "?"), ("agree", "\u200b"), ("agree", "I"),
    ("agree", "That depends on the day."), ("agree", "I don't know."), ("agree", "yes"),
    ("agree", "Interesting statement! What do you think?"), ("agree", "Das kommt darauf an."),
    # other kinds
    ("number", "between 30 and 40"), ("number", "130"), ("number", "-5"), ("number", "35 or 36"),
    ("number", "30-40"), ("number", "35.5"), ("number", "I have 2 sons and 3 daughters."),
    ("number", "30 minutes"), ("number", "35 people came."), ("number", "1,000"),
    ("number", "In 1990 I was 12."), ("number", "not 35"), ("number", "7/10"),
    ("line", "calm"), ("line", "101"), ("line", "70 or 80"), ("line", "7 out of 10"),
    ("line", "60-70"), ("line", "not 70"),
    ("yes_no", "yes and no"), ("yes_no", "Yes or no?"), ("yes_no", "80"), ("yes_no", "maybe, 50%"),
    ("yes_no", "yes, 120%"), ("yes_no", "Not yes"), ("yes_no", "No idea."), ("yes_no", "yes/no"),
    ("yes_no", "There is no way to tell."), ("yes_no", "Yes, 80%. Or no, 20%."),
    ("yes_no", "Yes, I can help with that."),
    ("yes_no", "No. Actually yes."),
    ("keyed", "playful or shy"), ("keyed", "not sad"), ("keyed", "sadness"), ("keyed", "2. bored"),
    ("keyed", "They look sad but playful."), ("keyed", "happy"), ("keyed", "a sad story"),
    ("german", "trifft nicht zu"), ("german", "trifft eher zu oder teils, teils"),
    ("german", "Das trifft so nicht zu."), ("german", "3. Oktober ist ein Feiertag."),
    ("german", "Ich bin mir nicht sicher, ob das eher zutrifft."), ("german", "nicht 4, sondern"),
]  # fmt: skip

REFUSED: list[tuple[str, str]] = [
    ("agree", "As an AI, I don't have personal preferences."), ("agree", "I cannot answer that."),
    ("agree", "I'm sorry, but I can't rate this statement."),
    ("agree", "I'm just a language model, so the 5 options do not apply to me."),
    ("agree", "I am unable to choose between 1 and 5."), ("agree", "I'd rather not say."),
    ("agree", "I don't have feelings or opinions of my own."), ("agree", "I must decline."),
    ("agree", "I can’t assist with that request."), ("agree", "I prefer not to answer."),
    ("like", "As a large language model, I cannot be like me or not like me."),
    ("like", "I do not have a self that could be like me, so I can't choose an option."),
    ("german", "Das kann ich nicht beantworten."), ("german", "Als KI habe ich keine Gefühle."),
    ("german", "Ich möchte diese Frage nicht beantworten."),
    ("german", "Es tut mir leid, aber ich kann keine Wahl treffen."),
    ("german", "Als Sprachmodell verfüge ich über keine persönlichen Werte."),
    ("agree", "En tant qu'IA, je n'ai pas d'opinions personnelles."),
    ("agree", "Como modelo de lenguaje, no tengo opiniones."),
    ("agree", "Lo siento, no puedo responder a eso."), ("agree", "作为一个人工智能，我没有个人感受。"),
    ("agree", "Non posso rispondere a questa domanda."), ("agree", '{"answer": "I cannot answer."}'),
    ("number", "As an AI, I have no age."), ("yes_no", "I cannot answer that with yes or no."),
    ("keyed", "I'm sorry, I can't tell emotions from pictures of people."),
    ("line", "I don't have feelings, so I cannot give a number from 0 to 100."),
]  # fmt: skip
