"""Declining to answer, in the words models decline with."""

from __future__ import annotations

import re

_LOOKED_AT = 4000

_DECLINES = re.compile(
    r"""
    \bas\ an?\ (?:\w+[ ,-]+){0,4}(?:ai|a\.i\.|language\ model|llm|assistant|chatbot|machine)\b
  | \bi(?:'m|\ am)\ (?:just\ |only\ )?an?\ (?:\w+[ ,-]+){0,4}(?:ai|a\.i\.|language\ model|llm|assistant|chatbot)\b
  | \bi\ (?:really\ |simply\ |just\ )?(?:can(?:no|')t|cannot|can\ not|am\ not\ able\ to|am\ unable\ to|won't|will\ not|would\ not\ be\ able\ to|couldn't|could\ not|must\ decline\ to|would\ rather\ not|prefer\ not\ to|decline\ to|refuse\ to)\ (?:really\ |honestly\ |directly\ |meaningfully\ |truly\ |personally\ )?(?:answer|respond|rate|choose|say|select|pick|provide|give|help|assist|do|comply|complete|make|identify|express|evaluate|assess|judge|decide|determine|relate|comment|engage|fulfil|participate|offer|continue|discuss|support|share)
  | \bi(?:'m|\ am)\ (?:not\ able|unable|not\ comfortable|not\ in\ a\ position|not\ going|not\ willing)\b
  | \bi\ (?:do\ not|don't)\ (?:actually\ |really\ )?(?:have|possess|experience|hold)\ (?:\w+\ ){0,3}(?:preferences?|feelings?|emotions?|opinions?|values?|beliefs?|experiences?|personality|consciousness|self|body|identity|life|likes)
  | \bi(?:'m|\ am)\ (?:very\ |so\ |really\ |terribly\ )?sorry\b
  | \b(?:i\ )?apologi[sz]e\b | \bi(?:'d|\ would)\ (?:rather|prefer)\ not\b
  | \bi\ must\ decline\b | \bi\ have\ to\ decline\b | \bi\ decline\b | \bi\ refuse\b | \bno\ comment\b
  | \bi\ lack\ (?:\w+\ ){0,3}(?:feelings|preferences|experiences?|emotions|consciousness)
  | \bnot\ (?:something|a\ question)\ i\ (?:can|am\ able)
  | \bals\ (?:eine?\ )?(?:ki|k\.i\.|künstliche\ intelligenz|sprachmodell|ki-\w+|ai)\b
  | \bich\ (?:kann|möchte|darf|werde)\ (?:\w+\ ){0,6}nicht\ (?:\w+\ ){0,3}(?:beantworten|antworten|sagen|beurteilen|bewerten|angeben|wählen|helfen)
  | \bkann\ ich\ (?:\w+\ ){0,3}nicht\ (?:beantworten|sagen|beurteilen|bewerten)
  | \bich\ (?:habe|besitze)\ keine\ (?:eigenen?\ |persönlichen?\ )*(?:gefühle|meinung|meinungen|vorlieben|werte|erfahrungen|persönlichkeit)
  | \bes\ tut\ mir\ leid\b | \btut\ mir\ leid\b | \bich\ bin\ (?:nur\ )?(?:eine?\ )?(?:ki|sprachmodell)\b
  | \ben\ tant\ qu\W?\ ?(?:ia|modèle|intelligence|assistant) | \bje\ ne\ (?:peux|suis)\ pas\b | \bje\ suis\ désolé | \bdésolé
  | \bje\ n\W?ai\ pas\ (?:de|d\W)
  | \bcomo\ (?:una?\ )?(?:ia|modelo|inteligencia|asistente)\b | \bno\ puedo\ (?:responder|elegir|dar|contestar) | \blo\ siento\b | \bno\ tengo\ (?:sentimientos|opiniones|preferencias)
  | \bcome\ (?:ia|modello|intelligenza)\b | \bmi\ dispiace\b | \bnon\ posso\ (?:rispondere|scegliere)
  | \bals\ (?:een\ )?(?:ai|taalmodel)\b | \bik\ kan\ (?:\w+\ ){0,4}niet\b
  | \bsom\ en\ (?:ai|språkmodell)\b | \bjag\ kan\ inte\b
  | \bjako\ (?:ai|model|sztuczna)\b | \bnie\ mogę\b
  | 作为(?:一个|一名)?(?:ai|人工智能|语言模型) | 我(?:无法|不能|没有) | 抱歉 | 对不起
  | 申し訳 | aiとして | お答えできません | 죄송 | ai로서 | как\ (?:ии|искусственный|языковая) | я\ не\ могу | извините
    """,  # noqa: E501  # one alternative a line reads best
    re.IGNORECASE | re.VERBOSE,
)


def is_refusal(text: str) -> bool:
    """Whether a text without a plain answer declines to give one.

    Examples
    --------
    >>> is_refusal("As an AI, I don't have personal preferences.")
    True
    >>> is_refusal("That depends on the day.")
    False
    """
    return _DECLINES.search(text[:_LOOKED_AT]) is not None
