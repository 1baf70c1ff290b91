"""Files of stimuli that tests begin with."""

from __future__ import annotations

HEAD = """
id: walks
version: "1.0"
title: {en: Walks}
source: Written for a test.
rights: {holder: A. Author, terms: CC0, redistribution: true}
languages: [en]
content_note: Nothing is hard to read here.
not_for: [anything]
"""
TEMPLATE = (
    HEAD
    + """
fields: {vignette: text}
template:
  texts:
    - id: kim
      values: {vignette: "{Name} goes out. {weather} {company}"}
      words: {Name: Kim, she: she}
    - id: lee
      values: {vignette: "{Name} goes out. {weather} {company}"}
      words: {Name: Lee, she: he}
  factors:
    weather:
      levels:
        wet: {weather: "Rain falls, and {she} is soaked."}
        dry: {weather: "The sun shines, and {she} is warm."}
    company:
      levels:
        alone: {company: ""}
        friend: {company: "A friend walks along."}
"""
)
ROWS = (
    HEAD
    + """
fields: {text: text, sex: category, age: number, outcome: truth, summary: reference}
rows:
  - id: r1
    values: {text: "It {age} rains.", sex: f, age: 34, outcome: "attempt", summary: "Rain."}
  - id: r2
    values: {text: "It snows.", sex: m, age: 2.5}
"""
)
