"""A million stored responses as frames: seconds and peak memory, each in a fresh process."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuealign.store.records import AdministrationRecord, AttemptRecord

ITEMS = 57
ADMINISTRATIONS = 17_544


def fill(path: str) -> None:
    """Write 17,544 administrations of 57 items through the writer."""
    from valuealign.store.planning import planned
    from valuealign.store.store import Store

    with Store.open(path) as store:
        plan = store.new_plan({}, seed=0, version="bench")
        writer = store.writer(plan, on_commit=lambda _: None, on_trouble=print)
        start, n = time.perf_counter(), 0
        with writer:
            for first in range(0, ADMINISTRATIONS, 500):
                some = [_administration(k) for k in range(first, min(first + 500, ADMINISTRATIONS))]
                for there in writer.submit(lambda c, s=some: planned(c, plan, s)).result():
                    for k in range(ITEMS):
                        writer.put(_attempt(there.id, k))
                        n += 1
        print(json.dumps({"responses": n, "rows_per_s": round(n / (time.perf_counter() - start))}))


def _administration(k: int) -> AdministrationRecord:
    from valuealign.store.records import AdministrationRecord

    person = {"id": f"p{k % 50}", "attributes": {"sex": "f"}}
    return AdministrationRecord(
        instrument={"id": "bench", "wording": {"notice": "ours"}},
        instrument_id="bench",
        instrument_hash="h",
        wording_hash="w",
        respondent={"model": f"m{k % 4}", "base_url": "http://h/v1", "persona": person},
        respondent_id=f"r{k % 200}",
        form={"order": "published"},
        form_id="f",
        form_name="published",
        occasion=k,
        elicitation="choice",
        seed=k,
        n_cells=ITEMS,
    )


def _attempt(administration: int, k: int) -> AttemptRecord:
    from valuealign.store.records import AttemptRecord, CellKey, ItemRecord

    return AttemptRecord(
        cell=CellKey(administration, k),
        number=1,
        instrument_id="bench",
        messages=f'[{{"role":"user","content":"item {k} {administration % 50}"}}]',
        settings="{}",
        presented="{}",
        status="ok",
        http_status=200,
        body=b'{"choices":[]}',
        text=str(k % 6 + 1),
        final=True,
        items=(ItemRecord(f"i{k:02d}", "answer", float(k % 6 + 1), "token"),),
        sent_at=0.0,
        latency_ms=5.0,
        model_returned="bench-2026-11",
        finish_reason="stop",
    )


def frame(path: str, shape: str) -> None:
    """Read one frame."""
    import valuealign as va

    start = time.perf_counter()
    found = getattr(va.responses(path), shape)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = {"frame": shape, "shape": found.shape, "seconds": round(seconds, 2)}
    print(json.dumps({**shown, "peak_mb": round(peak)}))


def main() -> None:
    """Fill a store, then read it both ways."""
    if len(sys.argv) > 1:
        {"fill": fill, "long": lambda p: frame(p, "long"), "wide": lambda p: frame(p, "wide")}[
            sys.argv[1]
        ](sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "million.db")
        for step in ("fill", "wide", "long"):
            subprocess.run([sys.executable, "-m", "benchmarks.store", step, path], check=True)


if __name__ == "__main__":
    main()
