"""`.design`, `.wide` and `score` of stores with a million responses, in two shapes.

48,000 administrations of 21 items, and 1,000,000 administrations of one item about stimuli. The
store is filled by SQL, because only its reading is measured. Each step runs in a fresh process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SHAPES = {"48000x21": (48_000, "pvq-21"), "1000000x1": (1_000_000, "crisis-judgement")}


def fill(path: str, shape: str) -> None:
    """Write the administrations and responses of a shape."""
    from sqlalchemy import insert

    from valuealign.content import canonical
    from valuealign.instrument.load import load_instrument
    from valuealign.store.database.contents import keep
    from valuealign.store.database.tables import items
    from valuealign.store.store import Store

    n, name = SHAPES[shape]
    instrument = load_instrument(name)
    with Store.open(path) as store, store.engine.begin() as connection:
        texts = {
            "instrument": [canonical(instrument.content())],
            "respondent": [canonical(_respondent(k)) for k in range(100)],
            "form": [canonical({"direction": d}) for d in ("published", "reversed")],
            "stimulus": [canonical(_stimulus(k)) for k in range(92)] if instrument.about else [],
        }
        ids = {kind: list(keep(connection, kind, of).values()) for kind, of in texts.items()}
        connection.execute(
            insert(items),
            [{"instrument_id": instrument.id, "item_id": i} for i in instrument.item_ids],
        )
        connection.exec_driver_sql(_ADMINISTRATIONS.format(n=n, **_listed(ids)), _facts(instrument))
        connection.exec_driver_sql(_RESPONSES)


def _facts(instrument: Any) -> tuple[Any, ...]:
    return (instrument.id, instrument.hash, len(instrument.items))


def _listed(ids: dict[str, list[int]]) -> dict[str, str]:
    """Each kind's ids as an expression that takes them in turn."""
    return {
        kind: f"{of[0]} + k % {len(of)}" if of else "NULL"
        for kind, of in ((kind, sorted(each)) for kind, each in ids.items())
    }


_ADMINISTRATIONS = """
WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < {n})
INSERT INTO administrations
  (id, key, instrument, instrument_id, instrument_hash, wording_hash, respondent, respondent_id,
   form, form_id, form_name, occasion, elicitation, seed, n_cells, stimulus)
SELECT k + 1, printf('%032x', k), {instrument}, ?1, ?2, 'w', {respondent},
  printf('r%d', {respondent}), {form}, printf('f%d', k % 2),
  CASE k % 2 WHEN 0 THEN 'published' ELSE 'direction=reversed' END, k / 9200, 'choice', k, ?3,
  {stimulus}
FROM n
"""
_RESPONSES = """
INSERT INTO responses (administration, item, position, number, outcome, value, how)
SELECT a.id, i.id, i.id - 1, 1, 'answer', (a.id + i.id) % 2, 'token'
FROM administrations AS a CROSS JOIN items AS i ORDER BY a.id, i.id
"""


def _respondent(k: int) -> dict[str, Any]:
    persona = {"id": f"p{k % 50}", "attributes": {"sex": "f" if k % 2 else "m"}}
    return {"model": f"m{k % 4}", "base_url": "http://h/v1", "persona": persona}


def _stimulus(k: int) -> dict[str, Any]:
    return {
        "set": "records",
        "id": f"r{k:02d}",
        "base": f"r{k // 2:02d}",
        "conditions": {"history": "shown" if k % 2 else "withheld"},
        "numbers": {"age": 20 + k},
        "truth": {"crisis": "yes" if k % 3 else "no"},
    }


def read(path: str, shape: str, what: str) -> None:
    """Time one reading."""
    import valuealign as va

    found = va.responses(path)
    start, cpu = time.perf_counter(), time.process_time()
    result = va.score(found) if what == "score" else getattr(found, what)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"shape": shape, "read": what, "frame": result.shape, "seconds": round(seconds, 2)}
    print(json.dumps({**told, "cpu_seconds": round(cpu, 2), "peak_mb": round(peak)}))


def main() -> None:
    """Fill a store of each shape, and read it."""
    if len(sys.argv) > 1:
        step, path, shape = sys.argv[1:4]
        fill(path, shape) if step == "fill" else read(path, shape, step)
        return
    with tempfile.TemporaryDirectory() as folder:
        for shape in SHAPES:
            path = str(Path(folder) / f"{shape}.db")
            for step in ("fill", "design", "wide", "score"):
                command = [sys.executable, "-m", "benchmarks.wide", step, path, shape]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
