# ruff: noqa: E501
"""The words around an answer: what opens it, what states it, what takes it back.

Patterns are written with free spaces; a space that counts is written ``\\ ``.
"""

from __future__ import annotations

import re

# Words that open an answer, in any order and number; none of them denies or doubts.
OPENERS = r"""
(?:(?:so|therefore|thus|hence|overall|finally|okay|ok|well|sure|certainly|alright|hmm|in\ short|
    in\ conclusion|in\ summary|to\ sum\ up|all\ in\ all|on\ balance|honestly|personally|also|
    danke|also|daher|somit|insgesamt|donc|entonces|
    based\ on\ (?:this|that|the\ above|these\ considerations|the\ description|my\ \w+))[,:]?\s+)*
"""
SCALE = r"""
(?:(?:on|using)\ (?:a|the|this)\ (?:\w+[- ]){0,2}scale(?:\ (?:of|from)\ \d+\ ?(?:to|-|through)\ ?(?P<TOP>\d+))?[,:]?\s+)?
"""
ANSWERING = r"""
(?:
  (?:my|the|final|the\ final|my\ final|best|my\ best)\ ?(?:final\ |honest\ |overall\ )?
     (?:answer|response|rating|choice|selection|score|reply|option|pick|number)
     (?:\ (?:is|would\ be|has\ to\ be)(?:\ (?:that|option|number|a|an))?|\ ?:|\ ?=|\ ?-)\s*:?
| (?:final\ )?(?:answer|response|rating|choice|selection|score|option|number)\ ?(?::|=|-|\ is:?)
| option | number
| i(?:'d|\ would|'ll|\ will)?\ (?:probably\ |most\ likely\ |definitely\ |personally\ |clearly\ |simply\ )?
     (?:say|choose|chose|pick|picked|select|selected|answer|respond\ with|go\ with|go\ for|give|
        give\ (?:it|this|that|him|her|them|this\ statement|this\ one)|
        rate|rate\ (?:it|this|that|him|her|them|myself|this\ statement|this\ one|the\ statement)(?:\ (?:as|at))?|
        settle\ on|opt\ for|put|am\ going\ with)
     (?:\ that|\ with)?(?:\ (?:a|an|the|option|number|answer|(?:it|this|that)(?:'s|\ is)(?:\ an?)?))*:?
| (?:i\ (?:think|believe|feel|guess)\ (?:that\ )?)?(?:it|that|this)(?:'s|\ is|\ would\ be|\ should\ be)(?:\ (?:a|an|option|number))?:?
| i(?:'m|\ am)\ going\ (?:with|to\ say)(?:\ (?:a|an))?:?
| if\ i\ (?:had|have|were\ forced|must|am\ forced|were)\ ?(?:to\ )?(?:choose|pick|answer|say|decide|rate\ it|select)(?:\ (?:one|an\ option|a\ number))?
     [,:]?\s*(?:(?:it|that)\ would\ be|i(?:'d|\ would)\ (?:say|choose|pick|go\ with|select)|then|i\ (?:choose|pick|say))?(?:\ (?:a|an))?\s*:?
| (?:meine\ )?(?:antwort|wahl|endgültige\ antwort)(?:\ (?:ist|lautet|wäre))?\ ?:?
| ich\ (?:wähle|nehme|sage|würde\ sagen|würde\ (?:mit\ )?antworten|antworte(?:\ mit)?|entscheide\ mich\ für)\ ?(?:die|eine)?\ ?:?
| (?:ma\ )?réponse(?:\ est)?\ ?: | je\ (?:choisis|dirais) | (?:mi\ )?respuesta(?:\ es)?\ ?:? | (?:elijo|diría)
| (?:la\ mia\ )?risposta(?:\ è)?\ ?: | scelgo | 答案是 | 我选择?
)
"""
PERSON = r"""
(?:(?:i\ (?:would\ say|'d\ say|think|believe|feel)\ (?:that\ )?)?
   (?:(?:this|that|the)\ (?:person|portrait|description|statement|man|woman|character|response|individual)
     | he|she|they|it|this|that)
   (?:'s|'re|\ is|\ are|\ sounds|\ seems|\ looks|\ appears\ to\ be|\ feels|\ looks\ like)(?:\ to\ be)?(?:\ feeling)?:?
 | (?:i\ (?:think|believe)\ )?(?:he|she|they)\ (?:feels?|looks?|seems?)
 | i(?:'m|\ am)|i)
"""
# What may follow an option in its own sentence: nothing, or a reason.
REASON = r"(?:\s*[,:]?\s*(?:because|since|as|given|due\ to|meaning|which\ means|weil|da|denn|car|porque)\b.*|\s+with\s+(?:this|that|the)\s+(?:statement|description|sentence)|\s*,\s.*|\s+-\s.*|\s*:\s.*|\s*\(.*)?"
DOUBT = re.compile(
    r"\b(?:or|not|never|nicht|maybe|perhaps|possibly|and\ also|sometimes|depend(?:s|ing)|if|unless|between|"
    r"oder|vielleicht|ou|o\ quizás)\b",
    re.IGNORECASE,
)
TURNS = re.compile(
    r"^(?:or|oder|but|aber|no|nope|nein)\b|\b(?:answer|rating|choice|antwort|actually|wait|scratch\ that|correction|on\ second\ thought|no,|not\ really|"
    r"i\ take\ that\ back|rather,|instead|let\ me\ (?:revise|change|correct)|i\ mean|"
    r"change\ (?:my|that)|revise|reconsider\w*|moment\ mal|doch\ eher|stattdessen)\b",
    re.IGNORECASE,
)  # fmt: skip
