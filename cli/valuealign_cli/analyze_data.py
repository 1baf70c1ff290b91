"""What every analysis takes: where its rows are, what a row is, and where its figure goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from valuealign_cli.output import json_option, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from valuealign.inquiry.rows import Rows

_F = TypeVar("_F", bound=Callable[..., Any])

_ROWS = (
    click.option("--data", type=click.Path(path_type=Path), help="CSV, Parquet, SPSS or Stata."),
    click.option("--store", help="File or database URL.  [default: valuealign.db]"),
    click.option("--instrument", help="Needed where the store holds several, or for --data."),
    click.option("--model", "models", multiple=True, help="Only this model's; repeatable."),
    click.option(
        "--rows", "unit", type=click.Choice(["administrations", "personas", "models"]),
        default="administrations", show_default=True, help="What a row is, in a store.",
    ),
    click.option("--figure", type=click.Path(path_type=Path), help="Draw to this file (png, svg)."),
    json_option,
)  # fmt: skip
_MODEL = (
    click.option("--syntax", help="lavaan syntax, or a file of it; else the instrument's models."),
    click.option("--estimator", help="ML, MLR, WLSMV, ...  [default: ML]"),
    click.option(
        "--missing", type=click.Choice(["listwise", "fiml"]), default="listwise",
        show_default=True,
    ),
    click.option("--ordered", is_flag=True, help="Items are ordinal (WLSMV)."),
)  # fmt: skip


def rows_options(function: _F) -> _F:
    """Add the options that say where rows come from."""
    return reduce(lambda f, option: option(f), reversed(_ROWS), function)


def model_options(function: _F) -> _F:
    """Add the options of a structural model."""
    return reduce(lambda f, option: option(f), reversed(_MODEL), function)


def rows_from(options: Mapping[str, Any]) -> Rows:
    """Read the rows that the options name."""
    from valuealign.inquiry.rows import read_rows, rows_of

    if options["data"] is not None:
        return read_rows(options["data"])
    from valuealign.store.responses import responses

    given = responses(
        options["store"], instrument=options["instrument"], model=list(options["models"]) or None
    )
    return rows_of(given, unit=options["unit"])


def models_from(options: Mapping[str, Any], rows: Rows) -> dict[str, str]:
    """Return the models to fit, by name: what was written, or the instrument's own."""
    from valuealign.analysis.sem.model import model_text
    from valuealign.instrument.load import load_instrument

    if options["syntax"]:
        return {"model": model_text(options["syntax"])}
    instrument = rows.instrument
    if instrument is None and options["instrument"]:
        instrument = load_instrument(options["instrument"])
    if instrument is None:
        raise click.UsageError("say what to fit: --syntax 'f =~ a + b + c', or --instrument ID")
    return dict(instrument.default_lavaan)


def fit_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `cfa` takes of the options."""
    ordered = bool(options["ordered"])
    estimator = options["estimator"] or ("WLSMV" if ordered else "ML")
    return {"estimator": estimator, "missing": options["missing"], "ordered": ordered or None}


def save_figure(figure: Figure, path: Path, name: str, *, several: bool) -> Path:
    """Write a figure; with several models each to a file of its own."""
    from valuealign.errors import DataError

    if several:
        path = path.with_name(f"{path.stem}-{name}{path.suffix}")
    try:
        figure.savefig(path, dpi=160)
    except (OSError, ValueError) as error:
        raise DataError(f"the figure cannot be written to {path}: {error}") from error
    say(f"figure: {path}")
    return path
