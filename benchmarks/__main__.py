"""List the benchmarks, or run the named ones: ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = {
    "startup": "valuealign --help beside a bare import of click",
    "throughput": "a durable administration beside bare client loops",
    "sem": "structural models beside lavaan and semopy",
    "coverage": "whether 95 % intervals hold the truth 95 % of the time",
    "distance_coverage": "whether intervals of shares and of distances from people hold the truth",
    "score_bias": "whether a bias of a score is found, and none called equivalent",
    "invariance": "four levels over many groups of moments, with modification indices",
    "measure": "reliability, factors and generalizability beside psych",
    "mixed": "a mixed model of 50,000 rows beside lme4 and lmerTest",
    "verdict": "how often the verdict errs where the truth is planted",
    "store": "a million stored responses as frames",
    "populations": "400,000 people of a file reduced to moments, beside reading it whole",
}


def main() -> None:
    """Run each named benchmark as its own process; without a name, all of them."""
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        listed = "\n".join(f"  {name:12} {line}" for name, line in BENCHMARKS.items())
        sys.exit(f"no benchmark {', '.join(unknown)}; there are:\n{listed}")
    for name in names:
        print(f"# {name}: {BENCHMARKS[name]}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
