"""The discrepancy, standard errors and test of each estimator, as in lavaan."""

from __future__ import annotations

from dataclasses import dataclass

from valuealign.errors import AnalysisError, NotSupported

ESTIMATORS = {
    # name: (discrepancy, standard errors, test)
    "ML": ("ML", "standard", "standard"),
    "MLM": ("ML", "robust.sem", "satorra.bentler"),
    "MLMV": ("ML", "robust.sem", "scaled.shifted"),
    "MLR": ("ML", "robust.huber.white", "yuan.bentler.mplus"),
    "GLS": ("GLS", "standard", "standard"),
    "ULS": ("ULS", "standard", "standard"),
    "ULSMV": ("ULS", "robust.sem", "scaled.shifted"),
    "WLS": ("WLS", "standard", "standard"),
    "DWLS": ("DWLS", "standard", "standard"),
    "WLSM": ("DWLS", "robust.sem", "satorra.bentler"),
    "WLSMV": ("DWLS", "robust.sem", "scaled.shifted"),
    "MLMVS": ("ML", "robust.sem", "mean.var.adjusted"),
    "ULSMVS": ("ULS", "robust.sem", "mean.var.adjusted"),
    "WLSMVS": ("DWLS", "robust.sem", "mean.var.adjusted"),
}

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
        return self.discrepancy == "ML" and self.likelihood == "normal"

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
    name = ("WLSMV" if ordinal else "ML") if estimator is None else str(estimator).upper()
    if name not in ESTIMATORS:
        raise AnalysisError(f"no estimator {estimator!r}; expected one of {', '.join(ESTIMATORS)}")
    discrepancy, se, default_test = ESTIMATORS[name]
    missing = missing_named(missing)
    _check_options(likelihood, information, test)
    if clustered or weighted:
        if discrepancy != "ML" or name in {"MLM", "MLMV"} or ordinal:
            raise NotSupported("cluster= and sampling_weights= need estimator ML or MLR")
        se = "robust.cluster" if clustered else "robust.huber.white"
        default_test = "yuan.bentler.mplus"
    _check_missing(name, missing, likelihood, ordinal=ordinal)
    if ordinal and discrepancy in {"ML", "GLS"}:
        raise NotSupported(
            f"ordered variables need DWLS, WLS, WLSM, WLSMV, ULS or ULSMV, not {name}; leave "
            "estimator out for WLSMV, or ordered= out to treat the codes as numbers"
        )
    if information == "observed" and se == "robust.sem":
        raise NotSupported(
            f"{name} takes expected information; MLR takes observed, with the same robust purpose"
        )
    casewise = missing == "fiml" or se in {"robust.huber.white", "robust.cluster"}
    return Setup(
        name,
        discrepancy,
        se,
        test or default_test,
        information or ("observed" if casewise else "expected"),
        likelihood,
        missing,
        ordinal,
        weighted,
    )


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
    if missing == "fiml" and (name not in {"ML", "MLR"} or likelihood != "normal"):
        raise NotSupported(
            f"missing='fiml' needs estimator ML or MLR with the normal likelihood, not {name}"
        )
    if missing == "pairwise" and not ordinal:
        raise NotSupported(
            "missing='pairwise' is for ordered variables; for others missing='fiml' uses every "
            "answer, with standard errors and tests that hold"
        )
