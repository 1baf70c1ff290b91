"""The common model of survey files: questions and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Parting = Literal["codes", "words", "none"]
Words = Mapping[str, str]
"""A text in each language; the key is "" where the file does not state its language."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a question.

    Parameters
    ----------
    code : int or str
        The file's own code; text where it is not a whole number.
    label : mapping of str to str
        Its words in each language; empty where the page shows none.
    picture : bool
        Whether the page shows a picture in place of words.
    """

    code: int | str
    label: Words = field(default_factory=dict)
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One statement, or one question, with the options it offers.

    Parameters
    ----------
    name : str
        What the file calls it; the column of its answers.
    text : mapping of str to str
    options : tuple of Option
        In the order of the page; empty where the file states none.
    missing : tuple of Option
        Options that the file itself marks as no answer.
    table : str
        The name of the table it is a row of; "" outside a table.
    section : str
        The form, section or table; its items become a scale.
    lead : mapping of str to str
        The text above the whole table or section.
    excluded : str
        Why it is not a rating ("several answers may be ticked"); "" where it is one.
    condition : str
        Under which condition the file shows it; "" where it is always shown.
    remarks : tuple of str
        What the reader could not keep.
    keyed : int
        -1 where the file states that it is reversed.
    id : str
        The item's id; "" until one is made, unless valuealign itself wrote the file.
    scale : str
        The scale's id, where valuealign itself wrote the file.
    aliases : tuple of str
        Other names of its column in exported data.
    parting : {"codes", "words", "none"}
        Whether options may stand apart by their codes and words; by their words only, where the
        codes are a program's own numbers; or not, where valuealign itself wrote the file.
    """

    name: str
    text: Words
    options: tuple[Option, ...] = ()
    missing: tuple[Option, ...] = ()
    table: str = ""
    section: str = ""
    lead: Words = field(default_factory=dict)
    excluded: str = ""
    condition: str = ""
    remarks: tuple[str, ...] = ()
    keyed: int = 1
    id: str = ""
    scale: str = ""
    aliases: tuple[str, ...] = ()
    parting: Parting = "codes"


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey file as it was read.

    Parameters
    ----------
    title : mapping of str to str
        Empty where the file has none.
    questions : tuple of Question
        In the order of the page.
    languages : tuple of str
        The survey's own language first; empty where the file does not state it.
    notes : tuple of str
        What a person should know about the whole file.
    """

    title: Words
    questions: tuple[Question, ...]
    languages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
