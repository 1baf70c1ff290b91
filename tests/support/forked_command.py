"""The command in a process of its own that is forked with everything imported.

A process that is to be killed need not first spend a second on imports; it is as real as one that
a shell starts.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess

_IMPORTED = [
    "valuealign_cli.administer",
    "valuealign.administration.run.progress",
    "valuealign.store.store",
    "valuealign.supply.administer",
    "valuealign.supply.preparation",
]


def forked(arguments: list[str], environment: dict[str, str]) -> ForkServerProcess:
    """Start ``valuealign ARGUMENTS``; its output goes nowhere."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    process = context.Process(target=_run, args=(arguments, environment))
    process.start()
    return process


def _run(arguments: list[str], environment: dict[str, str]) -> None:
    from valuealign_cli.main import main

    os.environ.update(environment)
    sys.argv = ["valuealign", *arguments]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    main()
