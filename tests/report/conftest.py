"""One store that every test of the report reads, and the page made of it."""

from __future__ import annotations

import pytest

import valuealign as va
from valuealign.administration.run.progress import Quiet


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """PVQ-21: a simulated person and one that repeats a token, both ways round and opposed."""
    store = tmp_path_factory.mktemp("report") / "study.db"
    va.administer(
        "pvq-21",
        ["sim:refuser", "sim:token"],
        occasions=3,
        seed=1,
        forms="direction=published,reversed content=stem,opposed",
        store=store,
        display=Quiet(),
    )
    return store


@pytest.fixture(scope="session")
def written(study):
    """What `write_report` gives."""
    return va.write_report(va.responses(study), study.with_name("report.html"))


@pytest.fixture(scope="session")
def html(written):
    """The page."""
    return written.path.read_text(encoding="utf-8")
