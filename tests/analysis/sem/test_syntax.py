"""What model text may hold, and that no text keeps the reader busy."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.sem.specification.syntax import MOST_NAMES, parse
from valuealign.analysis.sem.specification.tokens import LONGEST
from valuealign.errors import ModelSyntaxError


@pytest.fixture(scope="module")
def data():
    """Four items of one factor."""
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(300, 4)) + rng.normal(size=(300, 1))
    return pd.DataFrame(rows, columns=["x1", "x2", "x3", "x4"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/2", 0.5),
        ("-1/2", -0.5),
        ("sqrt(0.5)", 0.5**0.5),
        ("(0.5)", 0.5),
        ("(2-3)", -1.0),
        ("2^-1", 0.5),
        ("1e-3", 1e-3),
        ("exp(0)/4", 0.25),
        ("c(1/2)", 0.5),
        ("pi/2", np.pi / 2),
    ],
)
def test_a_number_may_be_written_as_arithmetic(text, value):
    assert parse(f"f =~ x1 + {text}*x2").statements[1].modifiers.fixed == pytest.approx((value,))
    assert parse(f"f =~ x1 + start({text})*x2").statements[1].modifiers.start[0] == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("f =~ x1 + 1/0*x2", "has no value"),
        ("f =~ x1 + log(-1)*x2", "has no value"),
        ("f =~ x1 + a/2*x2", "cannot read the modifier 'a/2'"),
        ("f =~ x1 - 1*x2", "found '-' in 'x1-1'"),
        ("f =~ x1 - x2", "found 'x1-x2'; expected a name"),
        ("f =~ x1 + 1e999*x2", "not a finite number"),
        ("f =~ start()*x1", "nothing in the brackets of start"),
        ("f =~ c()*x1", "an empty place"),
        ("f =~ x1 + 2*3*x2", "two different values"),
    ],
)
def test_what_is_no_number_is_said(text, said):
    with pytest.raises(ModelSyntaxError, match=said):
        parse(text)


@pytest.mark.parametrize("tilde", ["\u02dc", "\u223c", "\uff5e", "~"])
def test_look_alikes_from_documents_are_read(tilde):
    """Tildes, a minus sign, quotes, hard spaces, a byte-order mark, line ends of all kinds."""
    text = (
        f"\ufefff\u00a0={tilde} x1 + \u22121*x2\r\n"
        f"x1 {tilde}{tilde} \u201clab\u201d*x2\rx2 {tilde} 1"
    )
    found = [
        (s.lhs, s.op, s.rhs, s.modifiers.fixed, s.modifiers.label) for s in parse(text).statements
    ]
    assert found == [
        ("f", "=~", "x1", (), ()),
        ("f", "=~", "x2", (-1.0,), ()),
        ("x1", "~~", "x2", (), ("lab",)),
        ("x2", "~1", "", (), ()),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_model_file_may_begin_with_a_byte_order_mark(tmp_path, data, encoding):
    path = tmp_path / "model.lav"
    path.write_text("f =~ x1 + x2 + x3 + x4\n", encoding=encoding)
    for model in (path, str(path)):
        assert va.cfa(model, data).solution.df == 2


_MOST = [
    ("(" * 100_000 + "1" + ")" * 100_000 + "*x2", "cannot read the modifier"),
    ("start(" * 20_000 + "1" + ")" * 20_000 + "*x2", "cannot read the modifier"),
    ("9^" * 400 + "9*x2", "cannot read the modifier"),
    ("a*" * 100_000 + "x2", "modifiers of one term"),
    ("-" * 100_000 + "1*x2", "cannot read the modifier"),
    (" + ".join(f"x{k}" for k in range(2, 20_000)), "more than 1,000 variables"),
    ("x2\n" + "".join(f"f{k} =~ y{k}\n" for k in range(15_000)), "more than 1,000 variables"),
    ("x2\n" + "+".join("a" * 40_000) + "=~" + "+".join("b" * 40_000), "pairs of them"),
    ("x2\n" + "a == 1\n" * 20_000, "more than 1,000 constraints"),
    ("x2\nf =~ x1\n" * 100_000, "expected at most 250,000"),
]


@pytest.mark.parametrize(("rest", "said"), _MOST, ids=range(len(_MOST)))
def test_no_text_keeps_the_reader_busy(rest, said):
    begin = time.process_time()
    with pytest.raises(ModelSyntaxError, match=said) as caught:
        parse("f =~ x1 + " + rest)
    assert time.process_time() - begin < 10
    assert len(str(caught.value)) < 400


def test_the_bounds_of_length_and_variables_hold_on_each_side():
    text = "f =~ x1 + x2 #"
    assert parse(text + "." * (LONGEST - len(text))).statements
    with pytest.raises(ModelSyntaxError, match="250,001 characters"):
        parse(text + "." * (LONGEST + 1 - len(text)))
    names = [f"x{k}" for k in range(MOST_NAMES)]
    assert parse("f =~ " + "+".join(names[:-1])).statements
    with pytest.raises(ModelSyntaxError, match="variables"):
        parse("f =~ " + "+".join(names))


def test_a_factor_without_indicators_is_a_factor(data):
    fit = va.sem("f =~ x1 + x2 + x3\nph =~ 0\nph ~~ 0*ph\nph ~ f\nx4 ~ 1*ph", data)
    plain = va.sem("f =~ x1 + x2 + x3\nx4 ~ f", data)
    assert fit.measures["chisq"] == pytest.approx(plain.measures["chisq"], abs=1e-6)
    with pytest.raises(ModelSyntaxError, match="expected a name"):
        parse("f =~ 0 + x1")
