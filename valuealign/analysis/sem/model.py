"""`cfa`, `sem` and `growth`: from model text and data to a fit."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from valuealign.analysis.sem.estimation.observed import Design, Observed, observe, parts_of
from valuealign.analysis.sem.estimation.solution import solve
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.fit_measures.robust import check_robust
from valuealign.analysis.sem.input_flags import namesakes
from valuealign.analysis.sem.specification.algebra import Algebra
from valuealign.analysis.sem.specification.estimators import Setup, missing_named, set_up
from valuealign.analysis.sem.specification.parameter_table import build, sort_names
from valuealign.analysis.sem.specification.syntax import ModelText, parse
from valuealign.analysis.sem.specification.table_rows import Names, Options
from valuealign.arguments import checked
from valuealign.bounded import MEGABYTE, read_bounded_text
from valuealign.calls import called_like
from valuealign.errors import AnalysisError, DataError, NotSupported


@checked
def cfa(
    model: Any,
    data: Any,
    *,
    group: str | None = None,
    group_equal: Sequence[str] | str = (),
    group_partial: Sequence[str] | str = (),
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: Sequence[str] | bool | None = None,
    parameterization: str = "delta",
    likelihood: str = "normal",
    mean_structure: bool | None = None,
    std_lv: bool = False,
    orthogonal: bool = False,
    effect_coding: bool | str | Sequence[str] = False,
    fixed_x: bool | None = None,
    rotation: str = "geomin",
    information: str | None = None,
    test: str | None = None,
    cluster: str | None = None,
    sampling_weights: str | None = None,
    engine: str = "valuealign",
) -> Fit:
    """Fit a confirmatory factor model; every default is lavaan's.

    Parameters
    ----------
    model : str, Path or Instrument
        lavaan syntax, a file of it, or anything with a ``model``.
    data : DataFrame, Moments, or mapping of group name to either
        Rows are respondents.
    group : str, optional
        Column that names the groups.
    group_equal : sequence of str
        Of ``loadings intercepts residuals residual.covariances lv.variances lv.covariances
        means thresholds regressions``.
    group_partial : sequence of str
        Parameters that stay free, such as ``"x3~1"``.
    estimator : str, optional
        ``ML MLM MLMV MLMVS MLR GLS ULS ULSMV ULSMVS WLS DWLS WLSM WLSMV WLSMVS``. By default ML;
        WLSMV with `ordered`.
    missing : {"listwise", "fiml", "pairwise"}
        Omit rows with missing values; use full information, which lavaan also calls ``ml`` and
        ``direct``; or, for ordered variables, use every answer (``available.cases`` in lavaan).
    ordered : sequence of str or True, optional
        Ordinal variables; True for all.
    parameterization : {"delta", "theta"}
        Of ordinal variables.
    likelihood : {"normal", "wishart"}
        Divisor n or n - 1.
    mean_structure : bool, optional
        By default where groups, full information or ordinal variables ask for it.
    std_lv, orthogonal : bool
        Factors of unit variance; factors without covariances.
    effect_coding : bool, or of ``loadings intercepts``
        Factors in their items' units: average loadings of 1 and average intercepts of 0.
    fixed_x : bool, optional
        Whether covariates are fixed; as in lavaan, True for maximum likelihood.
    rotation : str
        Of ``efa()`` blocks.
    information, test : str, optional
        Override the estimator's defaults.
    cluster, sampling_weights : str, optional
        Columns; they need rows and ML or MLR.
    engine : {"valuealign", "semopy"}
        semopy gives a second opinion for the models that it fits correctly.

    Returns
    -------
    Fit
        ``.parameters``, ``.measures``, ``.residuals``, ``.flags`` and ``.summary()``.

    Raises
    ------
    ModelSyntaxError, DataError, NotIdentified, NotConverged, NotSupported

    Notes
    -----
    Estimates agree with polished lavaan optima at 5e-6, standard errors at 1e-6, fit measures
    at 1e-5 relative (tests/analysis/sem).

    References
    ----------
    Rosseel, Y. (2012). lavaan: An R package for structural equation modeling. Journal of
    Statistical Software, 48(2), 1-36. https://doi.org/10.18637/jss.v048.i02

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> f = rng.standard_normal(500)
    >>> data = pd.DataFrame({f"x{i}": f + rng.standard_normal(500) for i in (1, 2, 3, 4)})
    >>> fit = cfa("f =~ x1 + x2 + x3 + x4", data)
    >>> fit.solution.df, bool(fit.measures["cfi"] > 0.98)
    (2, True)
    """
    if engine != "valuealign":
        options = {k: v for k, v in locals().items() if k not in {"model", "data", "engine"}}
        return _second_opinion(model_text(model), parts_of(data), engine, options)
    source = model_text(model)
    text, missing = parse(source), missing_named(missing)
    return _fit(
        text,
        parts_of(data),
        design=Design(
            group=group, missing=missing, cluster=cluster, sampling_weights=sampling_weights
        ),
        ordered=ordered,
        setup={
            "estimator": estimator,
            "missing": missing,
            "likelihood": likelihood,
            "information": information,
            "test": test,
            "clustered": cluster is not None,
            "weighted": sampling_weights is not None,
        },
        options=Options(
            mean_structure=bool(mean_structure),
            group_equal=_several(group_equal),
            group_partial=_several(group_partial),
            std_lv=std_lv,
            orthogonal=orthogonal,
            effect_coding=_effects(effect_coding),
            fixed_x=fixed_x,
            parameterization=parameterization,
            growth=isinstance(source, _Growth),
        ),
        means=mean_structure,
        rotation=rotation,
    )


@checked
@called_like(cfa)
def sem(model: Any, data: Any, **options: Any) -> Fit:
    """Fit a structural equation model; the same function as `cfa`.

    Parameters
    ----------
    model : str, Path or Instrument
        As for `cfa`.
    data : DataFrame, Moments, or mapping of group name to either
        As for `cfa`.
    **options
        The further arguments of `cfa`, with the same defaults.

    Returns
    -------
    Fit
        As `cfa` returns it.

    Raises
    ------
    ModelSyntaxError, DataError, NotIdentified, NotConverged, NotSupported
        As for `cfa`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x = rng.standard_normal(400)
    >>> y = 0.5 * x + rng.standard_normal(400)
    >>> fit = sem("y ~ x", pd.DataFrame({"x": x, "y": y}))
    >>> fit.solution.df
    0
    """
    return cfa(model, data, **options)


@checked
@called_like(cfa)
def growth(model: Any, data: Any, **options: Any) -> Fit:
    """Fit a growth model: factor means free, indicators' intercepts zero.

    Parameters
    ----------
    model : str, Path or Instrument
        As for `cfa`.
    data : DataFrame, Moments, or mapping of group name to either
        As for `cfa`.
    **options
        The further arguments of `cfa`, with the same defaults.

    Returns
    -------
    Fit
        As `cfa` returns it.

    Raises
    ------
    ModelSyntaxError, DataError, NotIdentified, NotConverged, NotSupported
        As for `cfa`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> i, s = rng.normal(2, 1, 300), rng.normal(0.5, 0.3, 300)
    >>> data = pd.DataFrame({f"t{k}": i + k * s + rng.normal(0, 0.5, 300) for k in range(4)})
    >>> model = "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3; s =~ 0*t0 + 1*t1 + 2*t2 + 3*t3"
    >>> fit = growth(model, data)
    >>> fit.solution.df
    5
    """
    return cfa(_Growth(model_text(model)), data, **options)


class _Growth(str):
    """Model text that is read as a growth model."""

    __slots__ = ()


def model_text(model: Any) -> str:
    """Return the syntax of a model given as text, a path, or an object with a ``model``.

    Raises
    ------
    AnalysisError
        For anything else.
    """
    model = getattr(model, "model", model)
    if isinstance(model, Path):
        return _file_text(model)
    if isinstance(model, str):
        line = model.strip()
        is_name = "~" not in line and ":=" not in line and "\n" not in line
        if is_name and os.path.isfile(line):  # noqa: PTH113  # False for what can be no path
            return _file_text(Path(line))
        return model
    raise AnalysisError(
        f"the model is a {type(model).__name__}; expected lavaan syntax, a path or an instrument"
    )


def _file_text(path: Path) -> str:
    try:
        return read_bounded_text(path, MEGABYTE)
    except OSError as error:
        raise AnalysisError(f"the model in {path} cannot be read: {error.strerror}") from error


def _effects(asked: bool | str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(asked, bool):
        return ("loadings", "intercepts") if asked else ()
    return _several(asked)


def _several(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _fit(
    text: ModelText,
    data: Any,
    *,
    design: Design,
    ordered: Sequence[str] | bool | None,
    setup: Mapping[str, Any],
    options: Options,
    means: bool | None,
    rotation: str,
) -> Fit:
    from dataclasses import replace

    names = sort_names(text.statements)
    categorical = _ordered(ordered, names, text)
    settings = set_up(**(dict(setup) | {"ordinal": bool(categorical)}))
    fixed_x = settings.is_likelihood if options.fixed_x is None else options.fixed_x
    design = replace(design, ordered=categorical, covariates=names.covariates if fixed_x else ())
    observed = observe(data, names.observed, design)
    flags = namesakes(data, names.latent, [s.rhs for s in text.statements if s.op == "=~"])
    if options.group_equal and len(observed) < 2:
        raise AnalysisError(
            "group_equal holds parameters equal across groups, but the data have one group"
        )
    if categorical:
        from valuealign.analysis.sem.estimation.ordinal import with_ordinal

        observed, thresholds = with_ordinal(observed, names, categorical, missing=design.missing)
        options = replace(options, thresholds=thresholds)
    options = replace(
        options,
        n_groups=len(observed),
        fixed_x=fixed_x,
        mean_structure=_means(means, observed, options, settings),
    )
    table = build(text, options)
    Algebra.of(table)  # raises an error before the fit if a definition cannot be read
    check_robust(observed, settings)
    observed[0] = replace(observed[0], flags=observed[0].flags | flags)
    if table.names.efa:
        from valuealign.analysis.sem.estimation.efa_blocks import solve_blocks

        return Fit(solution=solve_blocks(table, observed, settings, rotation))
    return Fit(solution=solve(table, observed, settings))


def _ordered(
    ordered: Sequence[str] | bool | None, names: Names, text: ModelText
) -> tuple[str, ...]:
    """Return the ordinal variables, in the model's order."""
    if ordered is True:
        chosen = set(names.observed)
    elif not ordered:
        chosen = set()
    else:
        chosen = {str(n) for n in cast("Sequence[str]", _several(ordered))}
        unknown = chosen - set(names.observed)
        if unknown:
            raise DataError(f"ordered names {sorted(unknown)[0]!r}, which the model does not have")
    chosen |= {s.lhs for s in text.statements if s.op == "|"}
    if chosen and names.covariates:
        x = names.covariates[0]
        raise NotSupported(
            f"ordered variables conditional on covariates ({x!r}) are not offered. Leave ordered= "
            "out and take estimator='MLR'; or make a covariate of few values the groups (group=); "
            f"or write '{x} ~ 1', which takes {x!r} as a normal variable of the model: that is "
            "another model than lavaan's conditional one"
        )
    return tuple(n for n in names.observed if n in chosen)


def _means(asked: bool | None, observed: list[Observed], options: Options, setup: Setup) -> bool:
    """Say whether there is a mean structure."""
    if setup.ordinal or setup.missing == "fiml" or options.growth or setup.se == "robust.cluster":
        return True
    if asked is not None:
        return asked
    if {"intercepts", "means"} & set(options.group_equal):
        return True
    return len(observed) > 1 and all(group.mean is not None for group in observed)


def _second_opinion(text: str, data: Any, engine: str, options: Mapping[str, Any]) -> Fit:
    if engine != "semopy":
        raise AnalysisError(f"no engine {engine!r}; expected 'valuealign' or 'semopy'")
    from valuealign.analysis.sem import crosscheck

    # A second opinion has the attributes of a Fit that semopy computes correctly.
    return cast("Fit", crosscheck.fit_with_semopy(text, data, options))
