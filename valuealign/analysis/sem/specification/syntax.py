"""lavaan's model syntax, parsed into statements that keep their line and column.

The grammar: a model is a list of formulas and constraints, one a line (or parted by ``;``);
``#`` and ``!`` begin a comment; a line goes on while it ends with an operator or the next
begins with ``+`` or ``*``. A term is a name with any number of modifiers before a ``*``.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace

import numpy as np

from valuealign.analysis.sem.specification.expression import Expression
from valuealign.analysis.sem.specification.tokens import (
    CONSTRAINTS,
    DEEPEST,
    FORMULAS,
    GLUE,
    Token,
    spelled,
    tokenize,
)
from valuealign.errors import ModelSyntaxError

MOST_NAMES = 1000
"""Variables of a model, observed and latent."""
_MOST_TERMS = 100_000
"""Statements of a model, written out."""
_MOST_CONSTRAINTS = 1000
_MOST_MODIFIERS = 12
"""Modifiers of one term."""


@dataclass(frozen=True, slots=True)
class Modifiers:
    """The modifiers before a ``*``: one value, or one for each group; NaN frees a parameter."""

    fixed: tuple[float, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    efa: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One term of one formula: ``lhs op rhs``.

    ``op`` is ``~1`` for an intercept, ``=~0`` for a factor without indicators (``ph =~ 0``).
    """

    lhs: str
    op: str
    rhs: str
    modifiers: Modifiers
    token: Token


@dataclass(frozen=True, slots=True)
class Constraint:
    """``lhs op rhs`` over labels, ``op`` one of ``==``, ``<``, ``>``, ``:=``."""

    lhs: tuple[Token, ...]
    op: str
    rhs: tuple[Token, ...]
    token: Token

    def text(self, side: str) -> str:
        """Return one side as it is shown in a parameter table."""
        return "".join(t.text for t in (self.lhs if side == "lhs" else self.rhs))


@dataclass(frozen=True, slots=True)
class ModelText:
    """A parsed model."""

    statements: list[Statement] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)


def _split(tokens: list[Token]) -> list[list[Token]]:
    """Split tokens into statements; a line may continue on the next."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        current = parts[-1]
        if token.kind != "end":
            if not current and len(parts) > 1 and token.text in {"+", "*"}:
                parts.pop()
                current = parts[-1]
            current.append(token)
        elif current and not (token.text == "\n" and current[-1].text in GLUE):
            parts.append([])
    return [part for part in parts if part]


def parse(text: str) -> ModelText:
    """Read lavaan model syntax.

    Parameters
    ----------
    text : str
        The model.

    Returns
    -------
    ModelText
        Terms in the order written, and constraints.

    Raises
    ------
    ModelSyntaxError
        With the line and column of what could not be read.

    Examples
    --------
    >>> [(s.lhs, s.op, s.rhs) for s in parse("f =~ x1 + a*x2\\nx1 ~ 1").statements]
    [('f', '=~', 'x1'), ('f', '=~', 'x2'), ('x1', '~1', '')]
    """
    if not isinstance(text, str) or not text.strip():
        raise ModelSyntaxError("the model is empty; expected lavaan syntax", line=1, column=1)
    model = ModelText()
    seen: dict[tuple[str, str, str], int] = {}
    names: set[str] = set()
    for part in _split(tokenize(text)):
        operator = _operator(part)
        if part[operator].text in CONSTRAINTS:
            model.constraints.append(_constraint(part, operator))
        else:
            here = len(model.statements)
            for statement in _formula(part, operator):
                _add(model.statements, seen, statement, here)
                names |= {statement.lhs, statement.rhs}
        _check_size(model, len(names), part[operator])
    if not model.statements:
        raise ModelSyntaxError(
            "found no formula; expected at least one of =~ ~ ~~", line=1, column=1
        )
    return model


def _check_size(model: ModelText, n_names: int, token: Token) -> None:
    """Raise an error for a model that is too large to fit, before any work is done."""
    for count, most, what in (
        (n_names, MOST_NAMES, "variables"),
        (len(model.statements), _MOST_TERMS, "terms"),
        (len(model.constraints), _MOST_CONSTRAINTS, "constraints and defined parameters"),
    ):
        if count > most:
            raise token.error(f"the model has more than {most:,} {what}")


def _operator(part: list[Token]) -> int:
    """Return the place of the statement's operator."""
    depth = 0
    for place, token in enumerate(part):
        depth += (token.text == "(") - (token.text == ")")
        if not depth and token.kind == "op" and token.text in (*FORMULAS, *CONSTRAINTS):
            return place
        if not depth and token.text == ":":
            message = "found ':'; block models and interactions are not offered, use group="
            raise token.error(message)
    raise part[0].error(
        f"found {part[0].text!r} with no operator; expected one of "
        f"{' '.join((*FORMULAS, *CONSTRAINTS))}"
    )


def _constraint(part: list[Token], operator: int) -> Constraint:
    token = part[operator]
    lhs, rhs = tuple(part[:operator]), tuple(part[operator + 1 :])
    if not lhs or not rhs:
        raise token.error(f"found nothing on one side of {token.text!r}")
    if token.text == ":=" and (len(lhs) > 1 or lhs[0].kind != "name"):
        raise lhs[0].error("expected one name to the left of ':='")
    return Constraint(lhs, token.text, rhs, token)


def _formula(part: list[Token], operator: int) -> list[Statement]:
    """Read ``a + b op term + term`` into one statement for each pair."""
    token = part[operator]
    left = [_term(term, token) for term in _terms(part[:operator], token)]
    right = [_term(term, token) for term in _terms(part[operator + 1 :], token)]
    if len(left) * len(right) > _MOST_TERMS:
        raise token.error(
            f"found {len(left):,} terms on the left and {len(right):,} on the right of "
            f"{token.text!r}; expected at most {_MOST_TERMS:,} pairs of them"
        )
    statements = []
    for lhs, own in left:
        if lhs.kind != "name":
            raise lhs.error(f"found {lhs.text!r} to the left of {token.text!r}; expected a name")
        if own != Modifiers(efa=own.efa):
            raise lhs.error("only efa() may stand before a name on the left")
        for rhs, modifiers in right:
            if rhs.kind == "name":
                if lhs.text == rhs.text and token.text in {"=~", "~", "<~"}:
                    raise rhs.error(
                        f"{rhs.text!r} stands on both sides of {token.text!r}; "
                        "a variable cannot measure or predict itself"
                    )
                merged = replace(modifiers, efa=own.efa or modifiers.efa)
                statements.append(Statement(lhs.text, token.text, rhs.text, merged, rhs))
            elif token.text == "~" and rhs.text in {"1", "0"}:
                intercept = modifiers if rhs.text == "1" else Modifiers(fixed=(0.0,))
                statements.append(Statement(lhs.text, "~1", "", intercept, rhs))
            elif token.text == "=~" and rhs.text == "0" and len(right) == 1:
                statements.append(Statement(lhs.text, "=~0", "", Modifiers(), rhs))
            else:
                raise rhs.error(f"found {rhs.text!r} after {token.text!r}; expected a name")
    return statements


def _terms(tokens: list[Token], operator: Token) -> list[list[Token]]:
    """Split one side of a formula at its plus signs."""
    terms: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if not depth and token.text == "+" and terms[-1] and terms[-1][-1].text != "*":
            terms.append([])
        else:
            terms[-1].append(token)
    if not all(terms):
        raise operator.error(f"found an empty term next to {operator.text!r}; expected a name")
    return terms


def _term(tokens: list[Token], operator: Token) -> tuple[Token, Modifiers]:
    """Read ``modifier * modifier * name``."""
    modifiers = Modifiers()
    rest = tokens
    for count in range(len(tokens) + 1):
        if count > _MOST_MODIFIERS:
            raise tokens[0].error(f"found more than {_MOST_MODIFIERS} modifiers of one term")
        star, depth = None, 0
        for place, token in enumerate(rest):
            depth += (token.text == "(") - (token.text == ")")
            if not depth and token.text in {"*", "?"}:
                star = place
                break
        if star is None:
            break
        if star == 0:
            raise rest[0].error("found '*' with nothing before it")
        kind = "start" if rest[star].text == "?" else ""
        modifiers = _merge(modifiers, _modifier(rest[:star], kind), rest[0])
        rest = rest[star + 1 :]
    if not rest:
        raise operator.error("found a modifier with no name after its '*'")
    if len(rest) > 1:
        if rest[0].text in {"-", "/", "^"} or rest[1].text in {"-", "/", "^"}:
            raise rest[0].error(
                f"found {spelled(rest)!r}; expected a name, with its number "
                "before a '*' as in 1/2*x"
            )
        raise rest[1].error(
            f"found {rest[1].text!r} after {rest[0].text!r}; expected '+' or the end of the line"
        )
    return rest[0], modifiers


def _modifier(tokens: list[Token], kind: str) -> Modifiers:
    """Read one modifier: a number, NA, a label, ``c(...)`` or a call such as ``start(...)``."""
    head = tokens[0]
    _check_signs(tokens)
    for _ in range(DEEPEST):
        if not _is_call(tokens, _CALLS):
            break
        kind, tokens = tokens[0].text, tokens[2:-1]
    if not tokens:
        raise head.error(f"found nothing in the brackets of {head.text}()")
    values = _values(tokens[2:-1] if _is_call(tokens, {"c"}) else tokens)
    texts = [v for v in values if isinstance(v, str)]
    if kind in {"label", "equal", "efa"} or (not kind and texts and len(texts) == len(values)):
        names = tuple(str(v) for v in values)
        return Modifiers(efa=names[0]) if kind == "efa" else Modifiers(label=names)
    if texts:
        raise head.error(f"found {texts[0]!r} among numbers; expected numbers or labels only")
    numbers = tuple(float(v) for v in values)
    if kind not in {"lower", "upper"} and any(math.isinf(v) for v in numbers):
        raise head.error(f"found {spelled(tokens)!r}, which is not a finite number")
    return Modifiers(**{kind or "fixed": numbers})  # type: ignore[arg-type]


_CALLS = frozenset({"start", "label", "equal", "efa", "lower", "upper"})


def _is_call(tokens: list[Token], names: frozenset[str] | set[str]) -> bool:
    return (
        len(tokens) > 2
        and tokens[0].text in names
        and tokens[1].text == "("
        and tokens[-1].text == ")"
    )


def _check_signs(tokens: list[Token]) -> None:
    """Raise an error for ``3 - 1*x``, which could be two terms or one modifier."""
    depth = 0
    for before, token in itertools.pairwise(tokens):
        depth += (before.text == "(") - (before.text == ")")
        if not depth and token.text == "-" and before.text not in {"*", "/", "^", "**", "-"}:
            raise token.error(
                f"found '-' in {spelled(tokens)!r}; write (3-1)*x for a number, and '+' between "
                "terms"
            )


def _values(tokens: list[Token]) -> list[float | str]:
    """Read numbers, arithmetic of numbers, NA and labels, separated by commas."""
    values: list[float | str] = []
    for item in _by_comma(tokens):
        sign = -1.0 if item[0].text == "-" else 1.0
        body = item[1:] if item[0].text in {"-", "+"} else item
        if len(body) != 1 or body[0].kind not in {"number", "name", "string"}:
            values.append(_computed(item))
            continue
        token = body[0]
        if token.kind == "number":
            values.append(sign * float(token.text))
        elif token.text in {"NA", "Inf"} and token.kind == "name":
            values.append(math.nan if token.text == "NA" else sign * math.inf)
        else:
            values.append(token.text.strip("\"'"))
    return values


def _computed(item: list[Token]) -> float:
    """Return the value of a number that is written as arithmetic.

    Raises
    ------
    ModelSyntaxError
        Where it is not arithmetic of numbers, or has no finite value.
    """
    try:
        outcome = Expression(item, {}).at(np.empty(0))
    except ModelSyntaxError as error:
        raise item[0].error(
            f"cannot read the modifier {spelled(item)!r}; expected a number, arithmetic of "
            "numbers, NA, a label, c(...), start(...), equal(...), lower(...), upper(...) or "
            "efa(...)"
        ) from error
    if outcome.trouble:
        raise item[0].error(f"the modifier {spelled(item)!r} has no value: {outcome.trouble}")
    return outcome.value


def _by_comma(tokens: list[Token]) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == ",":
            items.append([])
        else:
            items[-1].append(token)
    if not all(items):
        place = tokens[0] if tokens else Token("op", ",", 1, 1)
        raise place.error("found an empty place in a list of modifiers")
    return items


def _merge(first: Modifiers, second: Modifiers, token: Token) -> Modifiers:
    """Join two modifiers of one term."""
    changes = {}
    for name in Modifiers.__dataclass_fields__:
        new, old = getattr(second, name), getattr(first, name)
        if new and old and repr(new) != repr(old):
            raise token.error(f"found two different values for one parameter's {name}")
        changes[name] = new or old
    return Modifiers(**changes)


def _add(
    statements: list[Statement],
    seen: dict[tuple[str, str, str], int],
    new: Statement,
    here: int,
) -> None:
    """Append a statement, or join it to the same term in the same formula."""
    key = (new.lhs, new.op, new.rhs)
    if new.op == "~~" and (new.rhs, new.op, new.lhs) in seen:
        key = (new.rhs, new.op, new.lhs)
    place = seen.get(key)
    if place is None:
        seen[key] = len(statements)
        statements.append(new)
    elif place >= here:
        old = statements[place]
        joined = _merge(old.modifiers, new.modifiers, new.token)
        statements[place] = replace(old, modifiers=joined)
    else:
        raise new.token.error(
            f"'{new.lhs} {new.op} {new.rhs}' is declared twice, first at line "
            f"{statements[place].token.line}; keep one of them"
        )
