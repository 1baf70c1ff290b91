"""The notebooks run from top to bottom, offline, and are committed without outputs."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import valuealign as va

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def loaded(path):
    """A notebook."""
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_is_committed_without_outputs_and_uses_public_names_only(path):
    for cell in loaded(path).cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            names = set(re.findall(r"\bva\.\w+", cell.source))
            assert {name.split(".")[1] for name in names} <= {*va.__all__, "plot"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_runs_inside_a_running_event_loop_and_shows_its_objects(path, tmp_path):
    """Jupyter's kernel has a running loop: va.administer works in it."""
    notebook = loaded(path)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert not [o for o in shown if o.output_type == "error"]
    html = [o.data["text/html"] for o in shown if "text/html" in o.get("data", {})]
    assert html
    if "va.administer" in "".join(cell.source for cell in notebook.cells):
        assert any("open form, not the official text" in page for page in html)
        assert any("administrations of pvq-21" in page for page in html)
    drawn = [c for c in notebook.cells if c.cell_type == "code" and "va.plot." in c.source]
    assert all(any("image/png" in o.get("data", {}) for o in cell.outputs) for cell in drawn)
