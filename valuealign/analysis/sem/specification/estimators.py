"""The discrepancy, standard errors and test of each estimator, as in lavaan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from valuealign.errors import AnalysisError, NotSupported

Weight = Literal["implied", "normal", "identity", "diagonal", "full"]


@dataclass(frozen=True, slots=True)
class DiscrepancyFacts:
    """What depends on the discrepancy.

    Parameters
    ----------
    weight : {"implied", "normal", "identity", "diagonal", "full"}
        Of residuals: maximum likelihood; the sample's, as if normal; none; the inverse of the
        diagonal, or of all, of the sampling covariance of the statistics.
    ordinal : bool
        Whether it fits ordinal statistics too.
    minimum_is_chisq : bool
        Whether n times its minimum is chi-square distributed where the model holds.
    """

    weight: Weight
    ordinal: bool = True
    minimum_is_chisq: bool = True

    @property
    def is_likelihood(self) -> bool:
        """Whether it is maximum likelihood."""
        return self.weight == "implied"

    @property
    def from_fourth_moments(self) -> bool:
        """Whether its weight needs rows, or what they leave: Gamma, or tables."""
        return self.weight in ("diagonal", "full")


DISCREPANCIES = {
    "ML": DiscrepancyFacts("implied", ordinal=False),
    "GLS": DiscrepancyFacts("normal", ordinal=False),
    "ULS": DiscrepancyFacts("identity", minimum_is_chisq=False),
    "WLS": DiscrepancyFacts("full"),
    "DWLS": DiscrepancyFacts("diagonal"),
}


@dataclass(frozen=True, slots=True)
class Estimator:
    """What an estimator's name means.

    Parameters
    ----------
    discrepancy : str
        One of `DISCREPANCIES`.
    se : {"standard", "robust.sem", "robust.huber.white"}
    test : str
        One of `TESTS`.
    """

    discrepancy: str
    se: str = "standard"
    test: str = "standard"

    @property
    def facts(self) -> DiscrepancyFacts:
        """What depends on its discrepancy."""
        return DISCREPANCIES[self.discrepancy]

    @property
    def casewise(self) -> bool:
        """Whether it takes incomplete, weighted and clustered rows: a likelihood, row by row."""
        return self.facts.is_likelihood and self.se != "robust.sem"

    @property
    def needs(self) -> Literal["moments", "gamma", "rows"]:
        """The least it needs of continuous data; an ordinal diagonal weight needs tables."""
        if self.se == "standard" and self.facts.weight != "full":
            return "moments"
        return "gamma" if self.se == "robust.sem" and self.facts.is_likelihood else "rows"

    @property
    def without_test(self) -> bool:
        """Whether its minimum has no test for ordinal data: a diagonal weight, not corrected."""
        return self.facts.weight == "diagonal" and self.se == "standard"


ESTIMATORS = {
    "ML": Estimator("ML"),
    "MLM": Estimator("ML", "robust.sem", "satorra.bentler"),
    "MLMV": Estimator("ML", "robust.sem", "scaled.shifted"),
    "MLR": Estimator("ML", "robust.huber.white", "yuan.bentler.mplus"),
    "GLS": Estimator("GLS"),
    "ULS": Estimator("ULS"),
    "ULSMV": Estimator("ULS", "robust.sem", "scaled.shifted"),
    "WLS": Estimator("WLS"),
    "DWLS": Estimator("DWLS"),
    "WLSM": Estimator("DWLS", "robust.sem", "satorra.bentler"),
    "WLSMV": Estimator("DWLS", "robust.sem", "scaled.shifted"),
    "MLMVS": Estimator("ML", "robust.sem", "mean.var.adjusted"),
    "ULSMVS": Estimator("ULS", "robust.sem", "mean.var.adjusted"),
    "WLSMVS": Estimator("DWLS", "robust.sem", "mean.var.adjusted"),
}
DEFAULT, DEFAULT_ORDINAL = "ML", "WLSMV"
"""The estimators of continuous and of ordinal data where none is named."""

MISSING = {
    "listwise": "listwise",
    "fiml": "fiml",
    "ml": "fiml",
    "direct": "fiml",
    "pairwise": "pairwise",
    "available.cases": "pairwise",
}
"""What ``missing=`` may be, lavaan's synonyms among them."""

TESTS = ("standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "yuan.bentler.mplus")


@dataclass(frozen=True, slots=True)
class Setup:
    """How a model is fitted and tested.

    Attributes
    ----------
    estimator : str
        The name that was asked for.
    discrepancy : {"ML", "GLS", "ULS", "WLS", "DWLS"}
    se : {"standard", "robust.sem", "robust.huber.white", "robust.cluster"}
    test : str
        One of `TESTS`.
    information : {"expected", "observed"}
    likelihood : {"normal", "wishart"}
    missing : {"listwise", "fiml", "pairwise"}
    ordinal : bool
    weighted : bool
        Whether rows have sampling weights.
    """

    estimator: str
    discrepancy: str
    se: str
    test: str
    information: str
    likelihood: str = "normal"
    missing: str = "listwise"
    ordinal: bool = False
    weighted: bool = False

    @property
    def normal(self) -> bool:
        """Whether sums of squares are divided by ``n``: normal-likelihood ML."""
        return self.is_likelihood and self.likelihood == "normal"

    @property
    def facts(self) -> DiscrepancyFacts:
        """What depends on the discrepancy."""
        return DISCREPANCIES[self.discrepancy]

    @property
    def is_likelihood(self) -> bool:
        """Whether the discrepancy is maximum likelihood's."""
        return self.facts.is_likelihood

    def multiplier(self, n: float) -> float:
        """Return what a group's discrepancy is multiplied by in the chi-square."""
        return n if self.normal else n - 1


def missing_named(name: str) -> str:
    """Return the treatment of missing values under our name for it.

    Raises
    ------
    AnalysisError
        For a name that does not exist.
    NotSupported
        For a method that lavaan offers and we do not.

    Examples
    --------
    >>> missing_named("ml")
    'fiml'
    """
    asked = str(name).lower()
    if asked in {"ml.x", "fiml.x", "direct.x"}:
        raise NotSupported(
            f"missing={name!r} is not offered; use missing='fiml' and give the covariates an "
            "intercept in the model (x ~ 1), which makes them variables of it"
        )
    if asked in {"two.stage", "robust.two.stage", "two-stage", "robust.two-stage"}:
        raise NotSupported(f"missing={name!r} is not offered; use missing='fiml' with MLR")
    if asked not in MISSING:
        raise AnalysisError(f"missing is {name!r}; expected one of {', '.join(MISSING)}")
    return MISSING[asked]


def set_up(
    estimator: str | None,
    *,
    missing: str = "listwise",
    likelihood: str = "normal",
    information: str | None = None,
    test: str | None = None,
    ordinal: bool = False,
    clustered: bool = False,
    weighted: bool = False,
) -> Setup:
    """Resolve an estimator's name and options; without a name, ML, or WLSMV for ordinal data.

    Raises
    ------
    AnalysisError
        For a name that is not offered.
    NotSupported
        For a combination that is not statistically sound.

    Examples
    --------
    >>> set_up("MLR").information
    'observed'
    """
    name = (DEFAULT_ORDINAL if ordinal else DEFAULT) if estimator is None else str(estimator)
    asked = estimator_named(name)
    name, se, default_test = name.upper(), asked.se, asked.test
    missing = missing_named(missing)
    _check_options(likelihood, information, test)
    if clustered or weighted:
        if not asked.casewise or ordinal:
            raise NotSupported(f"cluster= and sampling_weights= need estimator {_casewise()}")
        se = "robust.cluster" if clustered else "robust.huber.white"
        default_test = "yuan.bentler.mplus"
    _check_missing(name, missing, likelihood, ordinal=ordinal)
    if ordinal and not asked.facts.ordinal:
        offered = _listed(name for name, each in ESTIMATORS.items() if each.facts.ordinal)
        raise NotSupported(
            f"ordered variables need {offered}, not {name}; leave estimator out for "
            f"{DEFAULT_ORDINAL}, or ordered= out to treat the codes as numbers"
        )
    if information == "observed" and se == "robust.sem":
        raise NotSupported(
            f"{name} takes expected information; MLR takes observed, with the same robust purpose"
        )
    casewise = missing == "fiml" or se in {"robust.huber.white", "robust.cluster"}
    return Setup(
        name,
        asked.discrepancy,
        se,
        test or default_test,
        information or ("observed" if casewise else "expected"),
        likelihood,
        missing,
        ordinal,
        weighted,
    )


def estimator_named(name: str) -> Estimator:
    """Return an estimator by its name, in capitals or not.

    Raises
    ------
    AnalysisError
        There is none of that name.

    Examples
    --------
    >>> estimator_named("wlsmv").discrepancy
    'DWLS'
    """
    if name.upper() not in ESTIMATORS:
        raise AnalysisError(f"no estimator {name!r}; expected one of {', '.join(ESTIMATORS)}")
    return ESTIMATORS[name.upper()]


def _casewise() -> str:
    return _listed(name for name, each in ESTIMATORS.items() if each.casewise)


def _listed(names: Iterable[str]) -> str:
    """Join names with commas, and the last with "or"."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _check_options(likelihood: str, information: str | None, test: str | None) -> None:
    """Raise for a value that an option does not have."""
    for value, known, what in (
        (likelihood, ("normal", "wishart"), "likelihood"),
        (information, (None, "expected", "observed"), "information"),
        (test, (None, *TESTS), "test"),
    ):
        if value not in known:
            raise AnalysisError(
                f"{what} is {value!r}; expected one of {', '.join(str(k) for k in known if k)}"
            )


def _check_missing(name: str, missing: str, likelihood: str, *, ordinal: bool) -> None:
    """Raise where an estimator cannot treat missing values in this way."""
    if missing == "fiml" and ordinal:
        raise NotSupported(
            "missing='fiml' is not offered for ordered variables; missing='pairwise' uses every "
            "answer"
        )
    if missing == "fiml" and (not ESTIMATORS[name].casewise or likelihood != "normal"):
        raise NotSupported(
            f"missing='fiml' needs estimator {_casewise()} with the normal likelihood, not {name}"
        )
    if missing == "pairwise" and not ordinal:
        raise NotSupported(
            "missing='pairwise' is for ordered variables; for others missing='fiml' uses every "
            "answer, with standard errors and tests that hold"
        )
