"""Replicates of planted truths, computed in parallel and resumable from JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from joblib import Parallel, delayed

from valuealign.analysis.claims.criterion import Standing
from valuealign.errors import DataError
from valuealign.inquiry.operating.cells import Cell
from valuealign.inquiry.operating.judge import judge
from valuealign.inquiry.operating.measure import Measure
from valuealign.inquiry.verdict.rules import Rules

CHUNK = 20
"""Replicates between two writes."""


@dataclass(frozen=True)
class Task:
    """A cell at one size.

    Attributes
    ----------
    cell : Cell
    n : int
        Rows; 0 for one or two respondents.
    construct : str
        Whose latent means are judged; empty for none.
    occasions : int
    """

    cell: Cell
    n: int
    construct: str
    occasions: int

    def key(self, measure: str) -> str:
        """Return what identifies its replicates in a file."""
        size = f"n={self.n}" if self.n else f"occasions={self.occasions}"
        parts = [measure, self.cell.kind, self.cell.truth, size, self.construct]
        return " | ".join(part for part in parts if part)


Row = dict[str, Any]


def replicate(
    task: Task, measured: Measure, k: int, seed: int, rules: Rules
) -> dict[str, Standing]:
    """Judge one draw and return the standing of each claim.

    The draw depends on the task, the seed and the replicate only, not on what ran before.
    """
    name = crc32(task.key(measured.id).encode())
    return judge(
        task.cell,
        measured,
        n=task.n,
        construct=task.construct,
        occasions=task.occasions,
        seed=[seed, name, k],
        rules=rules,
    )


def run(
    tasks: Iterable[Task],
    measured: Measure,
    *,
    replicates: int,
    seed: int,
    rules: Rules,
    path: Path | None = None,
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Row]:
    """Judge every task often, and return one row a replicate.

    Parameters
    ----------
    tasks : iterable of Task
    measured : Measure
    replicates : int
    seed : int
    rules : Rules
        A file keeps the replicates of other rules apart.
    path : Path, optional
        A file to which replicates are appended, and from which those that are there are taken.
    workers : int
        Processes.
    progress : callable
        Receives a line for each finished task.

    Returns
    -------
    list of dict
        ``key replicate seed standings``, with the task's ``kind truth n construct``.
    """
    done = _read(path, seed) if path is not None else {}
    rows: list[Row] = []
    with Parallel(n_jobs=workers) as parallel:
        for task in tasks:
            key = task.key(measured.id) + _digest(rules)
            standings = {k: s for k, s in done.get(key, {}).items() if k < replicates}
            missing = [k for k in range(replicates) if k not in standings]
            for chunk in _chunks(missing, CHUNK * workers):
                results = parallel(
                    delayed(replicate)(task, measured, k, seed, rules) for k in chunk
                )
                standings |= dict(zip(chunk, results, strict=True))
                if path is not None:
                    _append(path, key, seed, dict(zip(chunk, results, strict=True)))
            progress(f"{key}: {len(standings)} replicates")
            about = {
                "kind": task.cell.kind,
                "truth": task.cell.truth,
                "n": task.n,
                "construct": task.construct,
                "occasions": task.occasions,
            }
            rows += [
                about | {"key": key, "replicate": k, "standings": s}
                for k, s in sorted(standings.items())
            ]
    return rows


def _digest(rules: Rules) -> str:
    """Return what tells the replicates of other rules apart."""
    return f" | rules {crc32(rules.model_dump_json().encode()):08x}"


def _chunks(values: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _append(path: Path, key: str, seed: int, results: Mapping[int, Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _drop_cut_line(path)
    with path.open("a", encoding="utf-8") as file:
        for k, standings in results.items():
            line = {"key": key, "seed": seed, "replicate": k, "standings": standings}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _drop_cut_line(path: Path) -> None:
    """Remove a last line that an interruption left without its end."""
    if path.exists() and (text := path.read_bytes()) and not text.endswith(b"\n"):
        path.write_bytes(text[: text.rfind(b"\n") + 1])


def _read(path: Path, seed: int) -> dict[str, dict[int, dict[str, str]]]:
    """Return the replicates of a file; a last line that was cut off is drawn again."""
    replicates: dict[str, dict[int, dict[str, str]]] = {}
    if not path.exists():
        return replicates
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            row = json.loads(line)
            if row["seed"] == seed:
                replicates.setdefault(row["key"], {})[int(row["replicate"])] = dict(
                    row["standings"]
                )
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            raise DataError(
                f"{path}:{number}: this line is not a replicate; expected JSON with key, seed, "
                "replicate and standings. Remove the file to start again"
            ) from error
    return replicates
