"""A formula means what lme4 makes of it, or says where it does not parse."""

from __future__ import annotations

import pytest

from valuealign.analysis.mixed.formula import declared, parse
from valuealign.errors import ModelSyntaxError, NotSupported


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("y ~ 1 + (1|g)", []),
        ("y ~ a + b + (1|g)", ["a", "b"]),
        ("y ~ a * b + (1|g)", ["a", "b", "a:b"]),
        ("y ~ a*b*c - a:b:c + (1|g)", ["a", "b", "c", "a:b", "a:c", "b:c"]),
        ("y ~ (a + b + c)^2 + (1|g)", ["a", "b", "c", "a:b", "a:c", "b:c"]),
        ("y ~ a + b:a + b + (1|g)", ["a", "b", "b:a"]),
        ("y ~ a + a + a:a + (1|g)", ["a"]),
        ("y ~ (a + b) * c + (1|g)", ["a", "b", "c", "a:c", "b:c"]),
        ("`my y` ~ `x y` + (1|g)", ["x y"]),
    ],
)
def test_fixed_terms(text, fixed):
    assert [":".join(term) for term in parse(text).fixed] == fixed


@pytest.mark.parametrize(
    ("text", "random"),
    [
        ("(1|g)", ["g"]),
        ("(1 | a:b)", ["a:b"]),
        ("(1 | a/b/c)", ["a", "a:b", "a:b:c"]),
        ("(x || g)", ["g", "x | g"]),
        ("(1 + x + z || g)", ["g", "x | g", "z | g"]),
        ("(0 + x | g)", ["x | g"]),
        ("(1|g) + (1|g)", ["g"]),
    ],
)
def test_random_terms(text, random):
    assert [term.label for term in parse(f"y ~ x + {text}").random] == random


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("y a", 3),
        ("y ~ a +", 8),
        ("y ~ a $ b", 7),
        ("y ~ (1|g", 9),
        ("y ~ f(x)", 6),
        ("~ a", 1),
        ("y ~ a^x", 7),
        ("y ~ (1|)", 8),
        ("y ~ a * (1|g)", 11),
        ("y ~ (a + (1|g))^2", 12),
    ],
)
def test_what_does_not_parse_says_where(text, column):
    with pytest.raises(ModelSyntaxError) as error:
        parse(text)
    assert error.value.column == column


@pytest.mark.parametrize(
    "text", ["y ~ 0 + a", "y ~ a - 1", "y ~ a:b", "y ~ a*b*c - a:b", "y ~ a + (1 + x | g)", "y ~ y"]
)
def test_what_is_not_supported_says_so(text):
    with pytest.raises(NotSupported):
        parse(text)


def test_code_in_a_formula_is_never_run():
    with pytest.raises(ModelSyntaxError):
        parse("y ~ __import__('os').system('true')")


def test_declared_factors_are_fully_crossed():
    made = declared("y", ["a", "b", "c"], ["v", "v:m"])
    assert len(made.fixed) == 7
    assert [term.label for term in made.random] == ["v", "v:m"]
