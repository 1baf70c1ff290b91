"""The picture of the house and the table of its rooms are those of the code."""

from __future__ import annotations

import importlib.util
import pkgutil
from pathlib import Path

import pytest
from defusedxml import ElementTree

import valuealign as va

ROOT = Path(__file__).parents[2]
SURFACE = {"public_names", "stats"}
"""Modules that only name what others contain, as ``valuealign`` itself does."""
REFRESH = "run: python docs/draw_house.py"


@pytest.fixture(scope="module")
def house():
    """The script that draws."""
    spec = importlib.util.spec_from_file_location("draw_house", ROOT / "docs" / "draw_house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(svg: str) -> list[str]:
    """The texts of a picture, in its order."""
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [text.text or "" for text in texts]


def test_the_picture_is_that_of_the_import_contract(house):
    assert (ROOT / "docs" / "house.svg").read_text(encoding="utf-8") == house.drawn(), REFRESH


def test_the_table_names_every_room(house):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert page == house.with_rooms(page, house.rooms()), REFRESH


def test_every_package_and_module_stands_in_the_contract(house):
    layers, _ = house.contract((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {name.removeprefix("valuealign.") for layer in layers for name in layer}
    assert {found.name for found in pkgutil.iter_modules(va.__path__)} - SURFACE <= named
    assert "valuealign_cli" in named


def test_every_package_says_what_it_contains(house):
    assert "|  |" not in house.rooms()


def test_another_contract_gives_another_picture(house):
    text = (
        "[tool.importlinter]\n[[tool.importlinter.contracts]]\ntype = 'layers'\n"
        "layers = ['valuealign.attic', '(valuealign.hall) | valuealign.<yard>']\n"
        "ignore_imports = ['valuealign.hall -> valuealign.attic']\n"
    )
    shown = words(house.picture(*house.contract(text)))
    assert shown[:3] == ["attic", "hall", "<yard>"]
    assert shown[-1] == "Exception: hall -> attic"


def test_a_page_without_the_marks_is_an_error(house):
    with pytest.raises(ValueError, match="the page has no lines"):
        house.with_rooms("# Architecture\n", "| Folder |\n")
