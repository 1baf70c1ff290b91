"""What valuealign promises to export is exported, lazily, and never shadowed by a module."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import valuealign as va
from valuealign import errors

HEAVY = {"pandas", "scipy", "openai", "semopy", "factor_analyzer", "matplotlib", "sqlalchemy"}


def every_module() -> list[str]:
    """Every module of the package, by its dotted name."""
    return [
        found.name
        for found in pkgutil.walk_packages(va.__path__, "valuealign.")
        if "migrations" not in found.name
    ]


def test_public_names_are_still_themselves_after_every_module_is_imported():
    before = {name: getattr(va, name) for name in va.__all__}
    for name in every_module():
        importlib.import_module(name)
    assert {name: getattr(va, name) for name in va.__all__} == before
    for name, value in before.items():
        assert value.__name__ == name


def test_no_module_directly_under_valuealign_bears_a_public_name():
    assert {found.name for found in pkgutil.iter_modules(va.__path__)}.isdisjoint(va.__all__)


def test_every_public_name_has_a_numpydoc_page():
    for name in va.__all__:
        doc = getattr(va, name).__doc__ or ""
        assert "Examples\n" in doc, f"{name} shows no example"
        assert "Parameters\n" in doc or "Attributes\n" in doc or "Returns\n" in doc, name


def _loaded_by(*command: str) -> set[str]:
    script = (
        "import sys, runpy\n"
        f"sys.argv = {list(command[1:])!r}\n"
        "try:\n"
        f"    runpy.run_module({command[0]!r}, run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sorted({m.split('.')[0] for m in sys.modules}))\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(out.stdout.rsplit("LOADED", 1)[1].split())


def test_import_valuealign_loads_nothing_heavy():
    script = "import sys, valuealign; print(*{m.split('.')[0] for m in sys.modules})"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(out.stdout.split())


def test_help_loads_nothing_heavy():
    assert HEAVY.isdisjoint(_loaded_by("valuealign_cli", "valuealign", "--help"))


def test_the_error_tree_in_the_docstring_is_the_tree():
    drawn = [
        line.split("──")[1].split()[0]
        for line in (errors.__doc__ or "").splitlines()
        if "── " in line
    ]
    real = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ValuealignError)
    ]
    assert sorted(drawn) == sorted(set(real) - {"ValuealignError"})
