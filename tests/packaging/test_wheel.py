"""The wheel, built by way of the sdist, is whole: code, command line and every instrument."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the wheel installed in it, and nothing of the checkout."""
    out = tmp_path_factory.mktemp("dist")
    run = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(run, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return target


def python(installed: Path, code: str) -> str:
    """What a fresh interpreter prints that finds the wheel before the checkout."""
    env = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        cwd=installed,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_wheel_ships_every_instrument(installed):
    shipped = sorted(p.stem for p in (ROOT / "instruments").glob("*.yaml"))
    code = "import valuealign as va; print(va.__file__); print(*va.list_instruments()['id'])"
    where, listed = python(installed, code).splitlines()
    assert Path(where).is_relative_to(installed)
    assert sorted(listed.split()) == shipped
    assert len(shipped) >= 7


def test_the_wheel_ships_every_study(installed):
    shipped = sorted(p.stem for p in (ROOT / "studies").rglob("*.yaml"))
    code = "import valuealign as va; print(*va.list_studies()['id'])"
    assert sorted(python(installed, code).split()) == shipped
    assert shipped


def test_the_wheel_ships_every_set_of_stimuli(installed):
    shipped = sorted(p.stem for p in (ROOT / "stimuli").glob("*.yaml"))
    code = "import valuealign as va; print(*va.list_stimuli()['id'])"
    assert sorted(python(installed, code).split()) == shipped
    assert shipped


def test_the_wheel_ships_the_store_migrations(installed):
    code = (
        "import valuealign.store.store as s, tempfile, pathlib\n"
        "p = pathlib.Path(tempfile.mkdtemp()) / 'a.db'\n"
        "s.Store.open(p).close(); print(p.exists())"
    )
    assert python(installed, code) == "True"


def test_the_wheel_has_the_command_line_and_its_types(installed):
    assert "instruments" in python(
        installed,
        "from valuealign_cli.main import main; import sys;"
        "sys.argv = ['valuealign', '--help']; main()",
    )
    assert (installed / "valuealign" / "py.typed").exists()
    assert (installed / "valuealign" / "instruments" / "README.md").exists()


def test_the_wheel_ships_the_page_of_the_report(installed):
    code = (
        "from valuealign.report.html_page import Chapter, page_html\n"
        "print('</html>' in page_html('title', '', [Chapter('i1', 'One', [])]))"
    )
    assert python(installed, code) == "True"
