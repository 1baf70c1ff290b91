"""``valuealign populations``: human samples and norms, shipped and of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign.shipped import shipped_names
from valuealign_cli.output import (
    emit_fields,
    emit_json,
    emit_table,
    emit_text,
    json_option,
    plain_records,
    say,
)

if TYPE_CHECKING:
    from valuealign.population.answers import Answers
    from valuealign.population.norms import Norms
    from valuealign.population.population import Population

_PATH: Any = click.Path(path_type=Path)


@click.group("populations")
def command() -> None:
    """List, show and add human samples and norms.

    \b
    Example:
      valuealign populations list
    """


@command.command("list")
@click.option(
    "--instrument", "instruments", multiple=True, help="Only people who answered this one."
)
@json_option
def list_(instruments: tuple[str, ...], as_json: bool) -> None:
    """List the available human samples and norms.

    \b
    Example:
      valuealign populations list --instrument pvq-21
    """
    from valuealign.population.load_population import list_populations

    rows = plain_records(list_populations(instruments or None))
    if as_json:
        emit_json(rows)
        return
    carried = {"gamma": "Gamma", "tables": "tables"}
    emit_table(
        [
            {
                "id": row["id"],
                "kind": row["kind"],
                "instrument": row["instrument"],
                "n": row["n"],
                "carries": ", ".join(word for key, word in carried.items() if row[key])
                or (row["tag"] or "moments"),
                "people": row["people"],
            }
            for row in rows
        ]
    )


@command.command("show")
@click.argument("name", metavar="ID|FILE")
@click.option("--group", help="Norms: only this group.")
@json_option
def show(name: str, *, group: str | None, as_json: bool) -> None:
    """Show the people of a sample or norms, possible analyses, and the scale means.

    \b
    Example:
      valuealign populations show pvq21-de-ess9
      valuealign populations show ipip-neo-120-johnson --group "women 21-40"
    """
    from valuealign.population.answers import load_answers
    from valuealign.population.load_population import kind_of, load_population
    from valuealign.population.norms import load_norms

    if kind_of(name) == "norms":
        _show_norms(load_norms(name), group, as_json)
        return
    if kind_of(name) == "answers":
        _show_answers(load_answers(name), as_json)
        return
    if group is not None:
        raise click.UsageError("--group is for norms")
    _show_sample(load_population(name), as_json)


def _show_sample(people: Population, as_json: bool) -> None:
    told = people.describe()
    scales, why_not = _scale_rows(people)
    if as_json:
        emit_json({**told, "scales": scales, "scales_reason": why_not})
        return
    emit_fields(_fields(told))
    emit_text()
    if why_not is not None:
        say(why_not)
        return
    emit_table(scales, title="Scales")


def _scale_rows(people: Population) -> tuple[list[dict[str, Any]], str | None]:
    """Scale means and standard deviations, or why there are none."""
    from valuealign.errors import DataError, InstrumentNotFound
    from valuealign.inquiry.comparison.people import people_of
    from valuealign.instrument.load import load_instrument

    try:
        found = people_of(people, load_instrument(people.instrument))
    except (DataError, InstrumentNotFound) as error:
        return [], f"scale means: not available; {error}"
    rows = []
    for k, name in enumerate(found.raw.names):
        row: dict[str, Any] = {
            "scale": name,
            "mean": float(found.raw.mean[k]),
            "sd": float(found.raw.covariance[k, k]) ** 0.5,
        }
        if found.centred is not None:
            row |= {
                "centred mean": float(found.centred.mean[k]),
                "centred sd": float(found.centred.covariance[k, k]) ** 0.5,
            }
        rows.append(row)
    return rows, None


def _show_norms(norms: Norms, group: str | None, as_json: bool) -> None:
    from valuealign.errors import DataError
    from valuealign.suggestion import did_you_mean

    if group is not None and group not in norms.groups:
        raise DataError(f"{norms.id} has no group {group!r}; {did_you_mean(group, norms.groups)}")
    table = norms.table
    if group is not None:
        table = table[table["group"] == group]
    if as_json:
        emit_json({**norms.describe(), "table": plain_records(table)})
        return
    emit_fields(_fields(norms.describe()))
    emit_text()
    short = {"P": "P primary", "R": "R recomputed", "S": "S second-hand"}[norms.source.tag]
    shown = table.drop(columns=["source", "ref"]).assign(tag=short)
    emit_table(plain_records(shown))


def _show_answers(answers: Answers, as_json: bool) -> None:
    table = plain_records(answers.table)
    if as_json:
        emit_json({**answers.describe(), "table": table})
        return
    emit_fields(_fields(answers.describe()))
    emit_text()
    emit_table(table)


def _fields(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and texts; what is unknown says so, what does not arise is left out."""
    shown = []
    for name, value in told.items():
        if value in ("", []) or (value is None and name in {"excluded", "n_effective", "caution"}):
            continue
        text = "; ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(text, float):
            text = f"{text:.1f}"
        shown.append((name, "not available" if text is None else str(text)))
    return shown


@command.command("add")
@click.argument("file", type=_PATH)
@click.option("--instrument", help="Rows: the instrument that people answered.")
@click.option(
    "--format",
    "file_format",
    metavar="|".join((*shipped_names("populations/surveys"), "irw", "plain", "FILE")),
    help="Rows: whose names and codes, or a survey's YAML file. [default: from the columns]",
)
@click.option("--group", "groups", multiple=True, help="Rows: a column that defines groups.")
@click.option("--weight", help="Rows: a column, or a product: pspwght*pweight.")
@click.option("--columns", help="Rows: FIRST:LAST, or A,B,C in order, or ITEM=COLUMN,...")
@click.option("--direction", type=click.Choice(["as coded", "reversed"]), help="Rows.")
@click.option("--missing", type=float, multiple=True, help="Rows: a code for a missing answer.")
@click.option(
    "--exclude-missing",
    type=float,
    metavar="SHARE",
    help="Exclude people with a larger share missing.",
)
@click.option(
    "--exclude-identical",
    type=float,
    metavar="SHARE",
    help="Exclude people with a larger share of one answer.",
)
@click.option(
    "--exclude-sd",
    type=float,
    metavar="SD",
    help="Exclude people with a smaller standard deviation.",
)
@click.option("--name", help="The sample's id.")
@click.option("--people", help="Who the people are: where, when, how sampled.")
@click.option("--source", help="Where the rows were published.")
@click.option("--ref", help="A DOI or an address.")
@click.option("--licence", help="Licence of the rows.")
@click.option("--language", help="Language of their wording.")
@click.option(
    "--wording",
    type=click.Choice(["official", "public domain", "open form", "other"]),
    help="The wording that they answered.",
)
@click.option(
    "--accept", metavar="WHY", help="Accept a file that fails a test; the reason becomes a flag."
)
@click.option("--dry-run", is_flag=True, help="Read and check; store nothing.")
@json_option
def add(file: Path, *, accept: str | None, dry_run: bool, as_json: bool, **reading: Any) -> None:
    """Add a sample of your own: a population file, norms, or rows of people.

    FILE is JSON (a sample or norms), or rows: CSV, SPSS, Stata, SAS, Parquet or Excel. Rows are
    reduced to means, covariance and counts; no person's row is kept. Direction is tested: people
    rate benevolence and universalism above power.

    \b
    Example:
      valuealign populations add mine.json
      valuealign populations add ESS9e03_2.sav --instrument pvq-21 --group cntry
        --weight anweight --people "ESS round 9" --licence "CC BY-NC-SA 4.0"
    """
    from valuealign.population.load_population import add_population

    if file.suffix.lower() == ".json":
        given = sorted(name for name, value in reading.items() if value)
        if given or dry_run:
            raise click.UsageError("a JSON file contains all of this; the options are for rows")
        _say_added([add_population(file, accept=accept)], as_json, kept=True)
        return
    found = _read(file, accept, reading)
    people = list(found.values()) if hasattr(found, "exclusions") else [found]
    for group, why in getattr(found, "exclusions", {}).items():
        say(f"excluded: {group}: {why}")
    if not dry_run:
        people = [add_population(one) for one in people]
    _say_added(people, as_json, kept=not dry_run)


def _read(file: Path, accept: str | None, reading: dict[str, Any]) -> Any:
    from valuealign.population.read_population import read_population
    from valuealign.population.readers.exclusion import Exclusion
    from valuealign.population.sample_reader import Provenance

    if not reading["instrument"]:
        raise click.UsageError("rows need --instrument, the instrument that people answered")
    about = ("name", "people", "source", "ref", "licence", "language", "wording")
    return read_population(
        file,
        reading["instrument"],
        file_format=reading["file_format"],
        group=reading["groups"] or None,
        weight=reading["weight"],
        columns=_columns(reading["columns"]),
        direction=reading["direction"],
        missing=reading["missing"],
        accept=accept,
        exclude=Exclusion(
            reading["exclude_missing"], reading["exclude_identical"], reading["exclude_sd"]
        ),
        about=Provenance(**{name: reading[name] for name in about}),
    )


def _columns(text: str | None) -> Any:
    if text is None or ":" in text:
        return text
    parts = [part.strip() for part in text.split(",")]
    if all("=" in part for part in parts):
        return dict(part.split("=", 1) for part in parts)
    return parts


def _say_added(people: list[Population | Norms | Answers], as_json: bool, *, kept: bool) -> None:
    told = [one.describe() for one in people]
    if as_json:
        emit_json(told)
    elif len(told) == 1:
        emit_fields(_fields(told[0]))
    else:
        names = ("id", "n", "n_rows", "n_effective", "excluded", "flags")
        emit_table(
            [
                {k: ("; ".join(v) or "none") if isinstance(v := one[k], list) else v for k in names}
                for one in told
            ]
        )
    n = len(told)
    say(f"{'stored' if kept else 'checked; nothing stored:'} {n} population{'' if n == 1 else 's'}")
    if kept and n == 1:
        say(f"next: valuealign populations show {told[0]['id']}")
