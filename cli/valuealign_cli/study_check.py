"""``valuealign study check``: compute published numbers again from their raw data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.output import (
    emit_json,
    emit_table,
    emit_text,
    json_option,
    plain,
    plain_records,
)

if TYPE_CHECKING:
    from valuealign.study.anchor.anchor_result import AnchorResult

_SHOWN = 20
"""Missed numbers that are printed; ``--json`` gives all."""


@click.command("check")
@click.argument("name")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="working folder",
    help="The folder with the study's raw data.",
)
@json_option
def command(*, name: str, data: Path, as_json: bool) -> None:
    """Compute a study's published numbers again from its raw data.

    NAME is an open anchor of valuealign study list, or a YAML file. The raw data are not part of
    valuealign: the error for an absent file says where it was published. Exit code 1 if a number
    misses its tolerance, or a file is not the published one.

    \b
    Example:
      valuealign study check siri2-2025 --data siri2_mindbench
    """
    from valuealign.study.anchor.check_anchor import check_study

    result = check_study(name, data)
    if as_json:
        emit_json(_as_json(result))
    else:
        _show(result)
    if not result.passed:
        sys.exit(1)


def _as_json(result: AnchorResult) -> dict[str, Any]:
    return {
        "anchor": result.anchor,
        "title": result.title,
        "passed": result.passed,
        "checks": plain_records(result.checks),
        "numbers": plain_records(result.numbers),
        "files": plain_records(result.files),
        "warnings": list(result.warnings),
        "notes": list(result.notes),
    }


def _show(result: AnchorResult) -> None:
    emit_text(f"{result.anchor}: {result.title}")
    counts = plain_records(result.checks)
    emit_table(
        [
            {
                "published numbers": row["says"],
                "tier": row["tier"],
                "numbers": row["numbers"],
                "agree": "-" if row["tier"] == "copied" else row["agree"],
                "missed": "-" if row["tier"] == "copied" else row["missed"],
                "tolerance": "-" if row["tolerance"] is None else f"{row['tolerance']:g}",
            }
            for row in counts
        ]
    )
    _show_numbers(result, "missed", ("missed", "not recomputed"))
    _show_numbers(result, "known to be wrong in the source", ("error in the source",))
    for warning in result.warnings:
        emit_text(plain(f"  warning: {warning}"))
    for row in counts:
        reason = f" (tolerance: {row['because']})" if row["because"] else ""
        emit_text(plain(f"  {row['check']}: {row['source']}{reason}"))
    for row in plain_records(result.files):
        emit_text(plain(f"  {row['path']}: SHA-256 {row['sha256'][:12]}, {row['source']}"))
    for note in result.notes:
        emit_text(plain(f"  {note}"))
    emit_text(_sentence(counts))


def _sentence(counts: list[dict[str, Any]]) -> str:
    sums = {name: sum(row[name] for row in counts) for name in ("agree", "missed", "source_errors")}
    copied = sum(row["numbers"] for row in counts if row["tier"] == "copied")
    parts = [f"{sums['agree']:,} numbers agree with the raw data", f"{sums['missed']:,} do not"]
    if sums["source_errors"]:
        parts.append(f"{sums['source_errors']:,} are known to be wrong in the source")
    if copied:
        parts.append(f"{copied:,} are copied")
    return "; ".join(parts)


def _show_numbers(result: AnchorResult, title: str, statuses: tuple[str, ...]) -> None:
    rows = plain_records(result.numbers[result.numbers["status"].isin(statuses)])
    if not rows:
        return
    emit_text(
        f"{title}: {len(rows):,} numbers" + (f", first {_SHOWN}" if len(rows) > _SHOWN else "")
    )
    emit_table(
        [
            {
                "check": row["check"],
                "number": row["key"],
                "published": f"{row['published']:g}",
                "recomputed": "-" if row["recomputed"] is None else f"{row['recomputed']:g}",
                "difference": "-" if row["difference"] is None else f"{row['difference']:.3g}",
            }
            for row in rows[:_SHOWN]
        ]
    )
