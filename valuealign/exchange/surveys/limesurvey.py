"""LimeSurvey surveys (.lss): arrays and lists, in the older and the newer layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.languages import language_code
from valuealign.exchange.surveys.limesurvey_tables import Row, Tables, in_codes, tables_of
from valuealign.exchange.surveys.markup import plain, remarks_on
from valuealign.exchange.surveys.survey import Option, Question, Survey, Words

_SINGLE: Mapping[str, str] = MappingProxyType(
    {
        "L": "",
        "!": "",
        "O": "",
        "5": "",
        "Y": "",
        "G": "",
        "S": "they are answered in words",
        "T": "they are answered in words",
        "U": "they are answered in words",
        "N": "they are answered with a number",
        "D": "they are answered with a date",
        "X": "they are texts without an answer",
        "*": "they are calculated",
        "|": "they are answered with a file",
        "I": "they choose the language",
    }
)
_ARRAYS: Mapping[str, str] = MappingProxyType(
    {
        "A": "",
        "B": "",
        "C": "",
        "E": "",
        "F": "",
        "H": "",
        "1": "",
        "M": "several answers may be ticked",
        "P": "several answers may be ticked",
        "R": "they are a ranking",
        "Q": "they are answered in words",
        "K": "they are answered with a number",
        ";": "they are answered in words",
        ":": "they are answered with a number",
    }
)
_POINTS = {"5": 5, "A": 5, "B": 10}
_WORDS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "Y": (("N", "No"), ("Y", "Yes")),
        "G": (("F", "Female"), ("M", "Male")),
        "C": (("N", "No"), ("U", "Uncertain"), ("Y", "Yes")),
        "E": (("D", "Decrease"), ("S", "Same"), ("I", "Increase")),
    }
)
"""The options of these kinds in English; LimeSurvey itself puts them in a survey's language."""
_OURS = "valuealign_items"
"""The table in which an export of ours states what LimeSurvey has no column for."""


def read_limesurvey(path: Path) -> Survey:
    """Read a survey file, in all its languages.

    Raises
    ------
    InstrumentError
        The file is not a survey of LimeSurvey.
    """
    tables = tables_of(path)
    if not tables.questions:
        raise InstrumentError(
            "this is not a survey of LimeSurvey", expected="an .lss file with questions", path=path
        )
    reader = _Reader(tables)
    questions = tuple(q for row in tables.questions for q in reader.asked(row))
    return Survey(
        _titles(tables), questions, tuple(map(language_code, tables.languages)), reader.notes()
    )


def _titles(tables: Tables) -> dict[str, str]:
    rows = tables.rows("surveys_languagesettings")
    titles = {}
    for row in rows:
        language = row.get("surveyls_language") or tables.languages[0]
        if title := plain(row.get("surveyls_title", "")):
            titles[language_code(language)] = title
    return titles


class _Reader:
    """Converts each row of the questions' table to questions."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.ours = {row.get("qid", ""): row for row in tables.rows(_OURS)}
        self.depends = {row.get("qid", "") for row in tables.rows("conditions")}

    def asked(self, row: Row) -> Iterator[Question]:
        """Return the questions of a row: one, or one for each sub-question."""
        kind = row.get("type", "")
        if kind in _ARRAYS:
            yield from self._array(row, kind)
        else:
            why = _SINGLE.get(kind, f"they are of a kind that is not known ({kind[:20]})")
            yield self._single(row, kind, why)

    def notes(self) -> tuple[str, ...]:
        """Return features of the survey that an instrument does not have."""
        notes = []
        if any(row.get("randomization_group") for row in self.tables.rows("groups")):
            notes.append("groups are shown in random order; here they keep the file's")
        attributes = self.tables.rows("question_attributes")
        if any(
            row.get("attribute") in ("random_order", "random_group")
            and row.get("value") not in ("", "0", None)
            for row in attributes
        ):
            notes.append("statements are shown in random order; here they keep the file's")
        return tuple(notes)

    def _single(self, row: Row, kind: str, why: str) -> Question:
        options, remarks = ((), ()) if why else self._options(row, kind, "0")
        return self._stated(
            row["qid"],
            Question(
                row.get("title", ""),
                self._words(row),
                options,
                section=self.tables.group_name(row),
                lead=self.tables.group_text(row),
                excluded=why,
                condition=self._condition(row),
                remarks=(*remarks, *self._remarks(row)),
            ),
        )

    def _array(self, row: Row, kind: str) -> Iterator[Question]:
        why = _ARRAYS[kind]
        title = row.get("title", "")
        scales = ("0", "1") if kind == "1" else ("0",)
        for each in self.tables.below(row):
            if each.get("scale_id", "0") not in ("", "0"):
                continue  # the columns of a table of texts or numbers
            sub = each.get("title", "")
            for scale in scales:
                options, remarks = ((), ()) if why else self._options(row, kind, scale)
                mark = f"#{scale}" if kind == "1" else ""
                column = f"{title}[{sub}]" + (f"[{int(scale) + 1}]" if mark else "")
                yield self._stated(
                    each["qid"],
                    Question(
                        f"{title}_{sub}{mark}",
                        self._words(each),
                        options,
                        table=title,
                        section=f"{title}{mark}",
                        lead=self._lead(row, scale, kind),
                        excluded=why,
                        condition=self._condition(row) or self._condition(each),
                        aliases=(column,),
                        remarks=(*remarks, *self._remarks(each, row)),
                    ),
                )

    def _stated(self, qid: str, question: Question) -> Question:
        """Return the question with the facts that our own export states about it."""
        row = self.ours.get(qid)
        if row is None:
            return question
        undefined = row.get("undefined") or None
        return replace(
            question,
            id=row.get("item", ""),
            scale=row.get("scale", ""),
            keyed=-1 if row.get("keyed") == "-1" else 1,
            options=tuple(o for o in question.options if str(o.code) != undefined),
            missing=tuple(o for o in question.options if str(o.code) == undefined),
            parting="none",
        )

    def _words(self, row: Row) -> Words:
        return in_codes(self.tables.words(row))

    def _lead(self, row: Row, scale: str, kind: str) -> Words:
        """The text above a table; of a table with two headers, with the header."""
        lead = dict(self._words(row))
        if kind == "1":
            name = "dualscale_headerA" if scale == "0" else "dualscale_headerB"
            for lang, header in self.tables.attribute(row, name).items():
                code = language_code(lang) if lang else ""
                for each in [code] if code else list(lead):
                    lead[each] = f"{lead.get(each, '')} {plain(header)}".strip()
        return lead

    def _remarks(self, *rows: Row) -> Iterator[str]:
        """Return properties of the question that its words do not show."""
        for row in rows:
            html = self.tables.html(row)
            yield from remarks_on(html)
            if "|" in html:
                yield "stands between two words ('left|right')"
            if "1" in self.tables.attribute(row, "hidden").values():
                yield "is hidden from people"

    def _condition(self, row: Row) -> str:
        relevance = " ".join(row.get("relevance", "").split())
        if relevance and relevance != "1":
            return relevance[:100]
        return "a condition of the file holds" if row.get("qid") in self.depends else ""

    def _options(
        self, row: Row, kind: str, scale: str
    ) -> tuple[tuple[Option, ...], tuple[str, ...]]:
        languages = [language_code(lang) for lang in self.tables.languages]
        if kind in _POINTS:
            points = range(1, _POINTS[kind] + 1)
            return tuple(Option(k, dict.fromkeys(languages, str(k))) for k in points), ()
        if kind in _WORDS:
            return _worded(_WORDS[kind], languages)
        options, remarks = self.tables.options(row, scale)
        if row.get("other") == "Y" and kind in ("L", "!"):
            remarks = (*remarks, "an option 'other' asks for words, and is left out")
        return options, remarks


def _worded(
    pairs: tuple[tuple[str, str], ...], languages: list[str]
) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """Return options that LimeSurvey words itself, whose codes are letters."""
    first = 0 if len(pairs) == 2 else 1
    options = tuple(
        Option(k, dict.fromkeys(languages, words))
        for k, (_, words) in enumerate(pairs, start=first)
    )
    codes = ", ".join(f"{letter} = {k}" for k, (letter, _) in enumerate(pairs, start=first))
    remarks = [f"the file's codes cannot be kept: {codes}"]
    if not all(lang.startswith("en") for lang in languages):
        remarks.append("LimeSurvey words these options itself; here they are in English: --labels")
    return options, tuple(remarks)
