"""The part of lme4's formula language that mixed models here understand.

A formula is text that may come from a study file, so it is parsed, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from valuealign.errors import ModelSyntaxError, NotSupported

Interaction = tuple[str, ...]
"""A fixed term: the columns that it combines; the intercept is the empty tuple."""

_TOKEN = re.compile(r"\s*(?:(`[^`]+`|[^\W\d][\w.]*)|(\d+)|(\|\||[~+\-*:^/|()]))")


@dataclass(frozen=True)
class RandomTerm:
    """One random effect.

    Attributes
    ----------
    groups : tuple of str
        The columns whose combinations are its levels.
    slope : str, optional
        The covariate whose slope varies; an intercept otherwise.
    """

    groups: tuple[str, ...]
    slope: str | None = None

    @property
    def label(self) -> str:
        """The term's name in tables."""
        name = ":".join(self.groups)
        return name if self.slope is None else f"{self.slope} | {name}"


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Attributes
    ----------
    outcome : str
    fixed : tuple of tuple of str
        Without the intercept, which is always there; lower orders first.
    random : tuple of RandomTerm
    """

    outcome: str
    fixed: tuple[Interaction, ...]
    random: tuple[RandomTerm, ...]

    @property
    def predictors(self) -> tuple[str, ...]:
        """The columns of the fixed part, in the order of their first use."""
        return tuple(dict.fromkeys(name for term in self.fixed for name in term))


def parse(text: str) -> Formula:
    """Parse a formula such as ``rating ~ burden * belonging + (1 | vignette) + (1 | form)``.

    Parameters
    ----------
    text : str
        Fixed terms with ``+ - * : ^`` and parentheses; random terms ``(1 | g)``, ``(1 | a:b)``,
        ``(1 | a/b)``, ``(x || g)`` and ``(0 + x | g)``. A column whose name is not a word stands
        in backticks.

    Returns
    -------
    Formula

    Raises
    ------
    ModelSyntaxError
        Text that does not parse, with its column.
    NotSupported
        A model without an intercept, an interaction without its lower orders, correlated slopes.

    Examples
    --------
    >>> parse("y ~ a * b + (1 | v)").fixed
    (('a',), ('b',), ('a', 'b'))
    """
    parser = _Parser(text)
    outcome = parser.name("the outcome's column")
    parser.expect("~")
    terms = parser.sum(top=True)
    parser.end()
    if () not in terms:
        raise NotSupported("the formula removes the intercept; leave out '0' and '- 1'")
    fixed = tuple(sorted((t for t in terms if t), key=len))
    _check_orders(fixed)
    if outcome in {name for term in fixed for name in term}:
        raise NotSupported(f"{outcome!r} stands on both sides of the formula")
    return Formula(outcome, fixed, tuple(dict.fromkeys(parser.random)))


def parse_fixed(text: str) -> Formula:
    """Parse a formula without random terms.

    Parameters
    ----------
    text : str

    Returns
    -------
    Formula

    Raises
    ------
    ModelSyntaxError
        Text that does not parse, with its column.
    NotSupported
        A formula with random terms, or one that :func:`parse` does not support.

    Examples
    --------
    >>> parse_fixed("y ~ a + b").fixed
    (('a',), ('b',))
    """
    formula = parse(text)
    if formula.random:
        raise NotSupported(
            f"the formula has the random term (1 | {formula.random[0].label}); a marginal model "
            "has none: name what rows share as the cluster"
        )
    return formula


def declared(outcome: str, fixed: Sequence[str], random: Sequence[str]) -> Formula:
    """Return the formula of fully crossed fixed factors and random intercepts.

    Parameters
    ----------
    outcome : str
    fixed, random : sequence of str
        Columns; a random one may combine several with ``:``.

    Returns
    -------
    Formula

    Examples
    --------
    >>> declared("y", ["a", "b"], ["v"]).fixed
    (('a',), ('b',), ('a', 'b'))
    """
    terms = tuple(t for k in range(1, len(fixed) + 1) for t in combinations(fixed, k))
    return Formula(outcome, terms, tuple(RandomTerm(tuple(g.split(":"))) for g in random))


def _check_orders(fixed: Sequence[Interaction]) -> None:
    there = {frozenset(term) for term in fixed}
    for term in fixed:
        for part in combinations(term, len(term) - 1):
            if part and frozenset(part) not in there:
                raise NotSupported(
                    f"the formula has {':'.join(term)} without {':'.join(part)}; write "
                    f"{' * '.join(term)}, which includes all lower orders"
                )


class _Parser:
    """Recursive descent; every rule returns an ordered list of fixed terms."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.random: list[RandomTerm] = []
        self.tokens: list[tuple[str, int]] = []
        self.place, at = 0, 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                column = at + len(text[at:]) - len(text[at:].lstrip())
                raise self.error(f"found {text[column]!r}", column)
            self.tokens.append((match.group().strip(), match.end() - len(match.group().strip())))
            at = match.end()

    def error(self, message: str, column: int) -> ModelSyntaxError:
        """Return the error of one place."""
        return ModelSyntaxError(
            f"{message}; expected a formula such as 'rating ~ a * b + (1 | vignette)'",
            line=1,
            column=column + 1,
        )

    def peek(self) -> str:
        """Return the next token, or an empty text at the end."""
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def column(self) -> int:
        """Return where the next token begins."""
        return self.tokens[self.place][1] if self.place < len(self.tokens) else len(self.text)

    def take(self, *accepted: str) -> str:
        """Consume the next token if it is one of these."""
        if self.peek() in accepted:
            self.place += 1
            return self.tokens[self.place - 1][0]
        return ""

    def expect(self, token: str) -> None:
        """Consume a token that must be there."""
        if not self.take(token):
            raise self.error(
                f"found {self.peek() or 'the end'!r} instead of {token!r}", self.column()
            )

    def end(self) -> None:
        """Check that nothing follows."""
        if self.peek():
            raise self.error(f"found {self.peek()!r} after the formula's end", self.column())

    def name(self, what: str) -> str:
        """Consume a column's name."""
        token = self.peek()
        if not re.match(r"`|[^\W\d]", token):
            raise self.error(f"found {token or 'the end'!r} instead of {what}", self.column())
        self.place += 1
        return token.strip("`")

    def sum(self, *, top: bool = False) -> list[Interaction]:
        """Parse terms joined by ``+`` and ``-``; the intercept is included by default."""
        terms: list[Interaction] = [()]
        sign = self.take("+", "-") or "+"
        while True:
            random = top and sign == "+" and self._at_random()
            for term in self.random_term() if random else self.cross():
                if sign == "+" and not _holds(terms, term):
                    terms.append(term)
                elif sign == "-":
                    terms = [t for t in terms if set(t) != set(term)]
            sign = self.take("+", "-")
            if not sign:
                return terms

    def cross(self) -> list[Interaction]:
        """Parse ``a * b``: both and their interaction."""
        terms = self.interaction()
        while self.take("*"):
            other = self.interaction()
            terms = _union(terms, other, _combined(terms, other))
        return terms

    def interaction(self) -> list[Interaction]:
        """Parse ``a:b``."""
        terms = self.power()
        while self.take(":"):
            terms = _combined(terms, self.power())
        return terms

    def power(self) -> list[Interaction]:
        """Parse ``(a + b)^2``: interactions up to an order."""
        terms = self.atom()
        if self.take("^"):
            order, column = self.peek(), self.column()
            if not order.isdigit() or not 1 <= int(order) <= 9:
                raise self.error(
                    f"found {order or 'the end'!r} instead of a power from 1 to 9", column
                )
            self.place += 1
            single = terms
            for _ in range(int(order) - 1):
                terms = _union(terms, _combined(terms, single))
        return terms

    def atom(self) -> list[Interaction]:
        """Parse a name, ``1``, ``0``, or an expression in parentheses."""
        if self.take("1"):
            return [()]
        if self.peek() == "0":
            raise NotSupported("the formula removes the intercept; leave out '0'")
        if not self.take("("):
            return [(self.name("a column"),)]
        terms = [t for t in self.sum() if t]
        self.expect(")")
        return terms

    def _at_random(self) -> bool:
        """Say whether a random term begins here: a bar before its parenthesis closes."""
        depth = 0
        for token, _ in self.tokens[self.place :]:
            if depth == 1 and token in ("|", "||"):
                return True
            depth += {"(": 1, ")": -1}.get(token, 0)
            if depth < 1:
                return False
        return False

    def random_term(self) -> list[Interaction]:
        """Parse ``(1 | group)`` and keep it; it adds no fixed term."""
        self.expect("(")
        start = self.column()
        intercept, slopes = True, []
        while self.peek() not in ("|", "||"):
            if self.take("0"):
                intercept = False
            elif not self.take("1"):
                slopes.append(self.name("1, 0 or a covariate"))
            if self.peek() not in ("|", "||"):
                self.expect("+")
        correlated = self.take("|", "||") == "|"
        if correlated and len(slopes) + intercept > 1:
            raise NotSupported(
                f"correlated random slopes ({self.text[start : self.column()].strip()} ...) are "
                "not supported; write || for uncorrelated ones"
            )
        groups = self._groups()
        self.expect(")")
        kinds = [None] * intercept + slopes
        self.random += [RandomTerm(group, slope) for group in groups for slope in kinds]
        return []

    def _groups(self) -> list[tuple[str, ...]]:
        """Parse ``g``, ``a:b`` or ``a/b``, which is ``a`` and ``a:b``."""
        groups: list[tuple[str, ...]] = [(self.name("a grouping column"),)]
        while sign := self.take(":", "/"):
            longer = (*groups[-1], self.name("a grouping column"))
            groups = [*groups, longer] if sign == "/" else [*groups[:-1], longer]
        return groups


def _holds(terms: list[Interaction], term: Interaction) -> bool:
    return any(set(t) == set(term) for t in terms)


def _union(*lists: list[Interaction]) -> list[Interaction]:
    out: list[Interaction] = []
    for terms in lists:
        out += [term for term in terms if not _holds(out, term)]
    return out


def _combined(left: list[Interaction], right: list[Interaction]) -> list[Interaction]:
    return _union([tuple(dict.fromkeys((*a, *b))) for a in left for b in right])
