"""``valuealign study freeze``: write the hashes of a study before data are collected."""

from __future__ import annotations

from pathlib import Path

import click

from valuealign_cli.output import emit_fields, emit_json, json_option, say


@click.command("freeze")
@click.argument("study", metavar="NAME_OR_FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="By default NAME.frozen.json in the folder of the study (a shipped one: here).",
)
@click.option("--replace", is_flag=True, help="Freeze a changed study again; the record says so.")
@json_option
def command(*, study: str, output: Path | None, replace: bool, as_json: bool) -> None:
    """Write the hashes of a study, its instruments, stimuli, rules and personas.

    Do this before data are collected. `study run`, `study replicate` and the report then say
    whether the study is unchanged, which part changed, and whether it was frozen before the first
    request. A changed study still runs. Exit code 1 if it was frozen before in another state.

    \b
    Example:
      valuealign study freeze mine.yaml
    """
    from valuealign.study.freeze.freeze_study import freeze_study, frozen_path
    from valuealign.study.load_study import load_study

    loaded = load_study(study)
    frozen = freeze_study(loaded, output, replace=replace)
    path = output or frozen_path(loaded)
    if as_json:
        emit_json({"path": str(path), **frozen.model_dump(mode="json")})
        return
    emit_fields(
        [
            ("study", frozen.study),
            ("frozen", frozen.when),
            ("valuealign", frozen.valuealign),
            ("hash", frozen.hash),
            *((part, value) for part, value in frozen.parts.items()),
        ]
    )
    say(f"hashes: {path}")
