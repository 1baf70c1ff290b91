"""What a level of invariance permits, on each side of every boundary; nothing is fitted here."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from valuealign.analysis.invariance.level_verdict import (
    InvarianceVerdict,
    LevelVerdict,
    improper,
    of_configural,
    of_restriction,
)
from valuealign.analysis.invariance.restriction_misfit import (
    MARGIN,
    POWER,
    WANTED,
    RestrictionMisfit,
    chance_shown,
    n_needed,
    restriction_misfit,
)
from valuealign.analysis.sem.after.difference_test import LrTest


def fit(*, flags=(), ordinal=False, df=10, **measures):
    """As much of a fit as a verdict reads."""
    setup = SimpleNamespace(ordinal=ordinal)
    return SimpleNamespace(
        flags=frozenset(flags),
        measures={"df": df, **measures},
        solution=SimpleNamespace(setup=setup),
    )


def rmsea(low, high, kind="", **more):
    numbers = {"rmsea": (low + high) / 2, "rmsea_ci_lower": low, "rmsea_ci_upper": high}
    return fit(**{f"{name}{kind}": value for name, value in numbers.items()}, **more)


def misfit(p=0.01, power=0.9, **more):
    numbers = {"rmsea_d": 0.02, "lower": 0.0, "upper": 0.04, "chance": 0.5, "n_needed": 700.0}
    return RestrictionMisfit(power=power, equivalence_p=p, **(numbers | more))


def judged(size, *, p=0.5, partial=(), fits=None):
    test = LrTest(
        chisq_diff=12.0,
        df_diff=6,
        pvalue=p,
        method="standard",
        scaling=1.0,
        flags=frozenset({"no test", "a reason"}),
    )
    return of_restriction(
        "metric", fits or (fit(), fit()), (test, size), margin=0.05, alpha=0.05, partial=partial
    )


@pytest.mark.parametrize(
    ("low", "high", "standing"),
    [
        (0.0, 0.0499, "holds"),
        (0.0, 0.05, "inconclusive"),
        (0.0499, 0.08, "inconclusive"),
        (0.05, 0.08, "fails"),
        (0.051, 0.08, "fails"),
    ],
)
def test_the_first_level_holds_below_the_margin_and_fails_at_it(low, high, standing):
    found = of_configural("configural", rmsea(low, high), margin=0.05)
    assert (found.level, found.standing) == ("configural", standing)
    assert f"90 % interval {low:.3f} to {high:.3f}" in found.reason


def test_a_model_without_degrees_of_freedom_is_not_tested():
    found = of_configural("configural", rmsea(0.0, 0.0, df=0), margin=0.05)
    assert found.standing == "inconclusive"
    assert "no degrees of freedom" in found.reason
    assert of_configural("configural", rmsea(0.0, 0.01, df=1), margin=0.05).standing == "holds"


def test_the_robust_interval_decides_before_the_scaled_and_the_plain():
    def numbers(**upper):
        found = {}
        for kind, high in upper.items():
            suffix = "" if kind == "plain" else f"_{kind}"
            found |= {f"rmsea{suffix}": high, f"rmsea_ci_lower{suffix}": 0.0}
            found[f"rmsea_ci_upper{suffix}"] = high
        return found

    def standing(*, ordinal=False, **upper):
        return of_configural("c", fit(ordinal=ordinal, **numbers(**upper)), margin=0.05).standing

    assert standing(plain=0.09, scaled=0.09, robust=0.01) == "holds"
    assert standing(plain=0.09, scaled=0.01) == "holds"
    assert standing(plain=0.01, scaled=0.09) == "inconclusive"
    assert standing(plain=0.01) == "holds"
    assert standing(plain=0.01, robust=math.nan) == "holds"
    assert standing(ordinal=True, plain=0.09, scaled=0.01, robust=0.09) == "holds"
    assert standing(ordinal=True, plain=0.01, scaled=math.nan, robust=0.09) == "holds"


@pytest.mark.parametrize(
    "flag",
    [
        "the latent covariance is not positive definite",
        "negative variance: x~~x",
        "factor correlation beyond 1: f~~g",
    ],
)
def test_an_improper_solution_decides_nothing(flag):
    bad = rmsea(0.0, 0.01, flags=[flag, "another doubt"])
    assert improper(bad) == flag
    assert of_configural("c", bad, margin=0.05) == LevelVerdict(
        level="c", standing="inconclusive", reason=f"The solution is improper: {flag}."
    )
    for fits in ((bad, fit()), (fit(), bad)):
        assert judged(misfit(), fits=fits).standing == "inconclusive"
        assert flag in judged(misfit(), fits=fits).reason
    assert improper(fit(flags=["another doubt"])) == ""


def test_a_difference_without_a_test_decides_nothing_and_says_why():
    found = judged(misfit(), p=math.nan)
    assert (found.standing, found.reason) == ("inconclusive", "a reason; no test.")


@pytest.mark.parametrize(
    ("p", "power", "negligible"),
    [(0.049, 0.5, True), (0.05, 0.5, False), (0.049, 0.499, False), (0.0, 1.0, True)],
)
def test_a_misfit_is_negligible_below_alpha_and_from_half_the_power(p, power, negligible):
    assert misfit(p, power).negligible(0.05) is negligible
    assert (MARGIN, POWER, WANTED) == (0.05, 0.5, 0.8)


def test_a_level_holds_or_holds_in_part_where_the_misfit_is_negligible_whatever_the_test_says():
    for p in (0.0001, 0.9):
        assert judged(misfit(), p=p).standing == "holds"
    part = judged(misfit(), partial=("f=~a", "b~1"))
    assert part.standing == "holds in part"
    assert part.reason.endswith("shown to be less than 0.05, with f=~a, b~1 free.")
    assert judged(misfit()).reason.endswith("shown to be less than 0.05.")


@pytest.mark.parametrize(("p", "standing"), [(0.0499, "fails"), (0.05, "inconclusive")])
def test_a_level_fails_where_a_difference_is_shown_and_not_shown_to_be_small(p, standing):
    assert judged(misfit(p=0.4), p=p).standing == standing


@pytest.mark.parametrize(("p", "said"), [(0.0009, "p < 0.001"), (0.001, "p = 0.001")])
def test_a_p_is_printed_to_three_places(p, said):
    assert said in judged(misfit(), p=p).reason


def test_an_open_level_says_which_size_would_decide():
    few = judged(misfit(p=0.4)).reason
    assert few.endswith("with probability 0.50; 700 in the smallest group would with 0.80.")
    none = judged(misfit(p=0.4, n_needed=math.inf)).reason
    assert "no size of the smallest group alone would make that 0.80" in none


def test_the_highest_level_is_the_last_before_the_first_that_does_not_hold():
    def verdict(*standings):
        names = ("configural", "metric", "scalar")
        levels = (
            LevelVerdict(level=level, standing=standing, reason="why")
            for level, standing in zip(names, standings, strict=False)
        )
        return InvarianceVerdict(levels=tuple(levels), notes=("few rows",))

    assert verdict("holds", "holds in part", "fails").level == "metric"
    assert verdict("holds", "inconclusive", "holds").level == "configural"
    assert verdict("fails", "holds", "holds").level is None
    assert verdict("holds", "holds", "holds").level == "scalar"
    assert str(verdict("fails")).splitlines() == [
        "No level is shown to hold.",
        "  configural: fails. why",
        "  Note: few rows",
    ]
    assert str(verdict("holds")).startswith("Shown to hold up to: configural.")
    assert verdict("holds", "fails").standings == {"configural": "holds", "metric": "fails"}


def test_a_difference_below_zero_counts_as_none_and_an_unknown_one_is_unknown():
    def of(chisq):
        test = LrTest(chisq_diff=chisq, df_diff=6, pvalue=0.5, method="standard", scaling=1.0)
        return restriction_misfit(test, sizes=[300, 300], margin=0.05, alpha=0.05)

    assert of(-3.0) == of(0.0)
    assert of(-3.0).equivalence_p == 0.0
    assert of(0.5).equivalence_p > 0
    unknown = of(math.nan)
    assert math.isnan(unknown.rmsea_d)
    assert math.isnan(unknown.equivalence_p)
    assert unknown.power == of(0.0).power
    assert not unknown.negligible(0.05)


@pytest.mark.parametrize("other", [1000, 2000, 5000, 9999])
def test_one_respondent_fewer_than_are_needed_would_not_show_it(other):
    at = {"margin": 0.05, "alpha": 0.05}
    for df in range(6, 30, 3):
        n = n_needed(df, sizes=[300, other], **at)
        assert chance_shown(df, sizes=[n, other], **at) >= WANTED
        assert chance_shown(df, sizes=[n - 1, other], **at) < WANTED


def test_the_number_that_is_needed_replaces_the_smallest_group_only():
    at = {"margin": 0.05, "alpha": 0.05}
    n = n_needed(6, sizes=[5000, 300], **at)
    assert n == n_needed(6, sizes=[300, 5000], **at)
    assert (
        chance_shown(6, sizes=[n, 5000], **at)
        >= WANTED
        > chance_shown(6, sizes=[n - 1, 5000], **at)
    )
    assert n_needed(1, sizes=[2, 2], margin=5.0, alpha=0.05) == 2
