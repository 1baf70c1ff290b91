"""What valuealign promises to export is exported, lazily, and never shadowed by a module."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import valuealign as va
from valuealign import errors
from valuealign.public_names import declared

ROOT = Path(__file__).parents[2]

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


def stub_of(module) -> dict:
    """Return the public names that a module's stub declares."""
    return declared(Path(module.__file__).with_suffix(".pyi"), module.__name__)


@pytest.mark.parametrize("module", [va, va.stats, va.plot], ids=lambda m: m.__name__)
def test_a_stub_declares_what_the_module_gives(module):
    """One list: what editors complete is what dir shows and what can be imported."""
    homes = stub_of(module)
    shown = [name for name in dir(module) if not name.startswith("__")]
    assert shown == sorted(homes)
    assert module.__all__ == sorted(n for n in homes if not inspect.ismodule(getattr(module, n)))
    for name, home in homes.items():
        value = getattr(module, name)
        assert value.__module__ == home.module or module is va.stats if home.attribute else True


def test_stats_has_every_statistic_and_its_docstring_lists_them_once():
    lists = [line for line in va.stats.__doc__.splitlines() if line.startswith("    ")]
    topics = " ".join(lists).split(">>>")[0].replace(",", " ").split()
    assert sorted(topics) == va.stats.__all__
    rooms = {n for n in va.__all__ if getattr(va, n).__module__.startswith("valuealign.analysis")}
    functions = {n for n in rooms if inspect.isfunction(getattr(va, n))}
    assert functions <= set(va.stats.__all__)
    both = set(va.stats.__all__) & set(va.__all__)
    assert not [n for n in both if getattr(va.stats, n) is not getattr(va, n)]


def test_the_version_is_that_of_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert va.__version__ == project["version"]


@pytest.mark.parametrize(
    ("module", "name", "advice"),
    [
        (va, "reliabilty", "did you mean 'reliability'?"),
        (va, "load_instruments", "did you mean 'load_instrument'?"),
        (va, "cronbach_alpha", "did you mean 'alpha'?"),
        (va, "zzzz", "dir() of the module lists the public names"),
        (va.stats, "alhpa", "did you mean 'alpha'?"),
        (va.stats, "verdict", "it is valuealign.verdict"),
        (va.plot, "verdit", "did you mean 'verdict'?"),
    ],
    ids=lambda value: str(getattr(value, "__name__", value)),
)
def test_an_unknown_name_raises_an_error_with_the_nearest_name(module, name, advice):
    with pytest.raises(AttributeError) as raised:
        getattr(module, name)
    assert str(raised.value) == f"module {module.__name__!r} has no attribute {name!r}; {advice}"
    assert not hasattr(module, f"_{name}")


def test_the_interpreter_adds_no_second_suggestion():
    script = "import valuealign as va; va.reliabilty"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert out.stderr.lower().count("did you mean") == 1


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


def test_modules_that_scripts_of_others_import_keep_their_place():
    from valuealign.administration.read import read, read_form
    from valuealign.instrument.presented import Option, Presented

    assert read is va.read
    assert callable(read_form)
    assert Presented("open").options == ()
    assert Option("1", "no", 1.0).code == 1
