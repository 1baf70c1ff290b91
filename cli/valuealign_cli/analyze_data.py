"""What every analysis takes: where its rows are, what a row is, and where its figure goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from valuealign.analysis.sem.specification.estimators import DEFAULT, DEFAULT_ORDINAL, ESTIMATORS
from valuealign_cli.chosen import chosen_instrument, chosen_responses, store_options
from valuealign_cli.output import json_option, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from valuealign.inquiry.respondents import Rows

_F = TypeVar("_F", bound=Callable[..., Any])

FIGURE = "Draw a figure to this file (png, svg, pdf)."
WIDTH = "Width of the figure in cm; letters keep their size."
_ROWS = (
    click.option("--data", type=click.Path(path_type=Path), help="CSV, SPSS, Stata, Parquet, ..."),
    click.option(
        "--rows",
        "unit",
        type=click.Choice(["administrations", "personas", "models"]),
        default="administrations",
        show_default=True,
        help="What a row of a store is.",
    ),
    click.option("--figure", type=click.Path(path_type=Path), help=FIGURE),
    click.option("--figure-width", type=click.FloatRange(min=4, max=100), help=WIDTH),
    json_option,
)
_MODEL = (
    click.option(
        "--syntax", help="lavaan syntax, or a file of it; otherwise the instrument's models."
    ),
    click.option(
        "--estimator",
        metavar="NAME",
        help=f"{', '.join(ESTIMATORS)}.  [default: {DEFAULT}, with --ordered {DEFAULT_ORDINAL}]",
    ),
    click.option(
        "--missing",
        type=click.Choice(["listwise", "fiml", "ml", "pairwise"]),
        default="listwise",
        show_default=True,
    ),
    click.option("--ordered", is_flag=True, help="Items are ordinal (WLSMV)."),
)


_LEFT_OUT = (
    click.option(
        "--most-missing",
        "missing_share",
        type=float,
        help="Exclude rows with a larger share of missing answers.",
    ),
    click.option(
        "--most-identical",
        "identical_share",
        type=float,
        help="Exclude rows with the same answer to a larger share of items.",
    ),
    click.option(
        "--least-sd",
        "within_sd",
        type=float,
        help="Exclude rows with a smaller standard deviation.",
    ),
)


def exclusion_options(function: _F) -> _F:
    """Add the declared rules by which rows of models or people are left out."""
    return reduce(lambda f, option: option(f), reversed(_LEFT_OUT), function)


def exclusion_from(options: Mapping[str, Any]) -> Any:
    """Return the rules that were declared, or none."""
    from valuealign.population.readers.exclusion import Exclusion

    rules = {k: options[k] for k in ("missing_share", "identical_share", "within_sd")}
    return Exclusion(**rules) if any(v is not None for v in rules.values()) else None


def rows_options(function: _F) -> _F:
    """Add the options that say where rows come from."""
    return reduce(lambda f, option: option(f), reversed(_ROWS), store_options(function))


def model_options(function: _F) -> _F:
    """Add the options of a structural model."""
    return reduce(lambda f, option: option(f), reversed(_MODEL), function)


def rows_from(options: Mapping[str, Any]) -> Rows:
    """Read the rows that the options name."""
    from valuealign.inquiry.respondents import rows_of
    from valuealign.inquiry.rows import read_rows

    if options["data"] is not None:
        return read_rows(options["data"])
    data = chosen_responses(options)
    return rows_of(data, unit=options["unit"], instrument=chosen_instrument(data, options))


def responses_from(options: Mapping[str, Any]) -> Any:
    """Return the responses of a store, or a frame of people from a file."""
    return chosen_responses(options) if options["data"] is None else rows_from(options).data


def long_from(options: Mapping[str, Any]) -> Any:
    """Return one row a response to the own stems: from a store, or from a file that holds it so."""
    from valuealign.inquiry.respondents import long_of, without_opposed

    data = responses_from(options)
    if options["data"] is not None:
        return data
    return without_opposed(long_of(data, chosen_instrument(data, options)))


def instrument_or_none(data: Any, options: Mapping[str, Any]) -> Any:
    """Return the instrument that was administered; of a file the one named, if any."""
    from valuealign.instrument.load import load_instrument

    if options["data"] is None:
        return chosen_instrument(data, options)
    return load_instrument(options["instrument"]) if options["instrument"] else None


def instrument_of(data: Any, options: Mapping[str, Any]) -> Any:
    """Return the instrument, which must be known."""
    instrument = instrument_or_none(data, options)
    if instrument is None:
        raise click.UsageError("name the instrument of these items: --instrument ID")
    return instrument


def items_of(rows: Rows, options: Mapping[str, Any]) -> Any:
    """Return the columns to analyse: those named, the instrument's, or all numbers."""
    from valuealign.errors import DataError

    if options["items"]:
        wanted = [one.strip() for one in options["items"].split(",")]
        absent = [one for one in wanted if one not in rows.data.columns]
        if absent:
            raise DataError(f"there is no column {absent[0]!r}")
        return rows.data[wanted]
    instrument = rows.instrument or instrument_or_none(rows, options)
    if instrument is not None:
        return rows.data[[i for i in instrument.item_ids if i in rows.data.columns]]
    return rows.data.select_dtypes("number")


def models_from(options: Mapping[str, Any], rows: Rows) -> dict[str, str]:
    """Return the models to fit, by name: what was written, or the instrument's own."""
    from valuealign.analysis.sem.model import model_text

    if options["syntax"]:
        return {"model": model_text(options["syntax"])}
    instrument = rows.instrument or instrument_or_none(rows, options)
    if instrument is None:
        raise click.UsageError("name a model: --syntax 'f =~ a + b + c', or --instrument ID")
    return dict(instrument.default_lavaan)


def fit_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `cfa` takes of the options."""
    ordered = bool(options["ordered"])
    return {
        "estimator": options["estimator"] or None,
        "missing": options["missing"],
        "ordered": ordered or None,
    }


def _width() -> float | None:
    """The width that the command was given, in centimetres."""
    width: float | None = click.get_current_context().params.get("figure_width")
    return width


def _fit(figure: Figure) -> None:
    """Give a figure the width of the command, and a height in proportion."""
    width = _width()
    if width is not None:
        wide, high = figure.get_size_inches()
        figure.set_size_inches(width / 2.54, high * width / 2.54 / wide)


def save_figure(figure: Figure, path: Path, name: str, *, several: bool) -> Path:
    """Write a figure; with several models each to a file of its own."""
    from valuealign.errors import DataError

    if several:
        path = path.with_name(f"{path.stem}-{name}{path.suffix}")
    try:
        _fit(figure)
        figure.savefig(path, dpi=300 if _width() else 160)
    except (OSError, ValueError) as error:
        raise DataError(f"the figure cannot be written to {path}: {error}") from error
    say(f"figure: {path}")
    return path
