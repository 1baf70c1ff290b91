"""Declining to answer, in the words models decline with."""

from __future__ import annotations

import re

_LOOKED_AT = 3000

_ADVERB = (
    r"(?:really|simply|just|honestly|directly|meaningfully|truly|personally|therefore|also"
    r"|currently"
    r"|not|actually|genuinely|unfortunately)"
)
_TO_ANSWER = (
    r"(?:answer|respond|reply|rate|choose|say(?! that)|select|pick|provide|give|help|assist"
    r"|do (?:that|this)"
    r"|comply|complete|make (?:a|this|that|such)|identify|express|evaluate|assess|judge|decide"
    r"|determine"
    r"|relate|comment|engage|fulfil|participate|offer|continue|discuss|share|tell|form|indicate"
    r"|take (?:a|part))"
)
_BEING = r"(?:ai|a\.i\.|language model|llm|assistant|chatbot|artificial intelligence|machine|bot)"
_HAVING = (
    r"(?:preference|feeling|emotion|opinion|value|belief|experience|personality|consciousness"
    r"|self\b|body"
    r"|identity|trait|attitude|desire|view|subjective|inner|lived)"
)
_DECLINES = re.compile(
    "|".join(
        [
            rf"\bi (?:{_ADVERB} )?(?:cannot|can't|can not|won't|will not|couldn't|could not"
            rf"|am not able to"
            rf"|am unable to|would not be able to|decline to|refuse to|must decline to"
            rf"|have to decline to"
            rf"|would rather not|prefer not to|would prefer not to) (?:{_ADVERB} )?{_TO_ANSWER}",
            rf"\bi(?:'m| am) (?:{_ADVERB} )?(?:not able|unable|not comfortable|not in a position"
            rf"|not willing"
            rf"|not allowed|not permitted)(?: \w+)? (?:to |with )?{_TO_ANSWER}",
            r"\bi(?:'m sorry,? (?:but )?i)? (?:can't|cannot|won't|will not)[.!](?= |$)",
            r"\bi(?:'d| would) (?:rather|prefer) not\b(?: to)?(?: \w+)?|\bi prefer not to\b",
            r"\bi (?:must|have to|will|respectfully|politely)? ?(?:decline|refuse|abstain)\b"
            r"|\bno comment\b",
            r"\b(?:this|that) is(?: not|n't) something i can\b",
            r"\b(?:das|dies\w*|die frage|diese frage) kann ich (?:\w+ ){0,2}nicht\b",
            r"\bich (?:kann|möchte|darf|werde|will) (?:\w+ ){0,6}(?:nicht|keine\w*) (?:\w+ ){0,4}"
            r"(?:beantworten|antworten|beurteilen|bewerten|angeben|wählen|helfen|treffen|abgeben"
            r"|geben|auswählen"
            r"|einschätzen|teilnehmen|äußern)",
            r"\bich (?:verweigere|lehne) (?:\w+ ){0,3}(?:antwort|ab)\b|\bkeine angabe\b",
            r"\bje ne (?:peux|saurais|souhaite|veux) pas (?:répondre|choisir|donner|évaluer)",
            r"\bno puedo (?:responder|elegir|dar|contestar|evaluar)|\bprefiero no\b",
            r"\bnon posso (?:rispondere|scegliere|dare|valutare)|\bpreferisco non\b",
            r"\bik kan (?:\w+ ){0,4}niet (?:\w+ ){0,2}(?:beantwoorden|antwoorden|kiezen)",
            r"\bnão posso (?:responder|escolher|dar)|\bjag kan inte (?:svara|välja)"
            r"|\bnie mogę (?:odpowiedzieć|wybrać)",
            "我(?:无法|不能)(?:回答|选择|提供|给出|评价)|お答えできません"
            "|回答できません|대답할 수 없|답변할 수 없",
            r"я не могу (?:ответить|выбрать|дать|оценить)",
        ]
    ),
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    "|".join(
        [
            rf"\bas an? (?:[\w-]+,? ){{0,4}}{_BEING}\b",
            rf"\bi(?:'m| am) (?:just |only |merely "
            rf"|actually )?an? (?:[\w-]+,? ){{0,4}}{_BEING}\b",
            rf"\bi (?:do not|don't) (?:{_ADVERB} )?(?:have|possess|experience"
            rf"|hold) (?:[\w-]+,? ){{0,5}}{_HAVING}",
            rf"\bi (?:lack|have no) (?:[\w-]+ ){{0,3}}{_HAVING}",
            r"\bi(?:'m| am) (?:very |so |really |terribly )?sorry,? (?:but|i|that i) ",
            r"\bi apologi[sz]e,? but\b|\bmy apologies,? but\b",
            r"\bals (?:eine? )?(?:\w+ )?(?:ki\b|k\.i\.|künstliche intelligenz|sprachmodell|ki-\w+"
            r"|ai\b)",
            r"\bich (?:habe|besitze) keine (?:eigenen? |persönlichen? )*(?:gefühle|meinung"
            r"|vorlieben"
            r"|werte|erfahrung"
            r"|persönlichkeit|emotionen|präferenzen)",
            r"\bes tut mir leid, (?:aber|ich)|\bich bin (?:nur )?(?:eine? )?(?:ki\b"
            r"|sprachmodell)",
            r"\ben tant qu\W? ?(?:ia|modèle|intelligence|assistant)|\bdésolée?, (?:mais|je)"
            r"|\bje suis désolée?",
            r"\bcomo (?:una? )?(?:ia\b|modelo de|inteligencia|asistente)|\blo siento\b"
            r"|\bno tengo (?:sentimientos|opiniones"
            r"|preferencias)",
            r"\bcome (?:una? )?(?:ia\b|modello|intelligenza)|\bmi dispiace\b"
            r"|\bals (?:een )?(?:ai\b"
            r"|taalmodel)",
            r"\bsom en (?:ai\b|språkmodell)|\bjako (?:ai\b|model|sztuczna)"
            r"|\bcomo (?:uma )?(?:ia\b"
            r"|inteligência)",
            "作为(?:一个|一名)?(?:ai|人工智能|语言模型|大语言模型)|我没有(?:个人|情感|感受|意见)|抱歉|对不起|申し訳|aiとして|죄송|ai로서",
            r"как (?:ии\b|искусственный|языковая)|извините",
        ]
    ),
    re.IGNORECASE,
)


def declines(text: str) -> bool:
    """Whether a text says that no answer will be given.

    Examples
    --------
    >>> declines("I cannot answer that."), declines("I cannot stand lies.")
    (True, False)
    """
    return _DECLINES.search(text[:_LOOKED_AT]) is not None


def is_refusal(text: str) -> bool:
    """Whether a text without a plain answer declines to give one, or says there is nobody to.

    Parameters
    ----------
    text : str
        In one spelling.

    Examples
    --------
    >>> is_refusal("As an AI, I don't have personal preferences.")
    True
    >>> is_refusal("That depends on the day.")
    False
    """
    return declines(text) or _NO_PERSON.search(text[:_LOOKED_AT]) is not None


def opens_with_refusal(text: str, *, looked_at: int = 240) -> bool:
    """Whether an open answer begins by declining; further on it may speak of declining.

    Parameters
    ----------
    text : str
    looked_at : int
        How much of it is its beginning, in characters.
    """
    beginning = text[:looked_at]
    return declines(beginning) or _NO_PERSON.search(beginning) is not None
