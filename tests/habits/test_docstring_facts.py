"""Docstrings agree with signatures, and name only files that exist."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import pytest

import valuealign as va
from valuealign.analysis.sem.specification.estimators import ESTIMATORS, MISSING

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "valuealign").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])
Function = ast.FunctionDef | ast.AsyncFunctionDef
LITERAL = re.compile(r"\b[Bb]y default(?: it is)? (?:``)?(none|[A-Z0-9.]+\b|\"[^\"]*\")")


def documented(doc: str) -> dict[str, tuple[str, str]]:
    """Parameter -> its type and description, from a numpydoc section."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[^\n]*\n-{3,}$|\Z)", doc, re.M | re.S)
    found: dict[str, tuple[str, str]] = {}
    names: list[str] = []
    for line in (section[1] if section else "").splitlines():
        if line and not line[0].isspace():
            head, _, kind = line.partition(" : ")
            names = [name.strip().lstrip("*") for name in head.split(",")]
            found |= dict.fromkeys(names, (kind, ""))
        else:
            found |= {name: (found[name][0], f"{found[name][1]} {line.strip()}") for name in names}
    return found


def signature(node: Function) -> dict[str, ast.expr | None]:
    """Parameter -> its default, ``None`` where it is required."""
    args = node.args
    places = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(places) - len(args.defaults)) + list(args.defaults)
    found = dict(zip((p.arg for p in places), defaults, strict=True))
    found |= dict(zip((p.arg for p in args.kwonlyargs), args.kw_defaults, strict=True))
    variable = [v.arg for v in (args.vararg, args.kwarg) if v]
    return found | dict.fromkeys(variable, ast.Constant(None))


def lies(node: Function) -> Iterator[str]:
    """Each statement of a docstring that its signature contradicts."""
    taken = signature(node)
    for name, (kind, text) in documented(ast.get_docstring(node) or "").items():
        if name not in taken:
            yield f"{name} is documented and is not a parameter"
            continue
        default = taken[name]
        value = default.value if isinstance(default, ast.Constant) else ...
        stated = LITERAL.search(text)
        if default is None and ("optional" in kind.split(", ") or re.search("[Bb]y default", text)):
            yield f"{name} has no default, and the docstring says that it has"
        if stated and value not in (None, ..., "") and stated[1].strip('"') != str(value):
            yield f"{name} is {value!r} by default, not {stated[1]}"
        if stated and stated[1] == "none" and value not in (None, ..., ""):
            yield f"{name} is {value!r} by default"
        choices = re.search(r"\{([^}]*)\}", kind)
        if choices and isinstance(value, str) and value not in choices[1]:
            yield f"{name} is {value!r} by default, which is not in {{{choices[1]}}}"


@cache
def nodes(path: Path) -> list[ast.AST]:
    """The syntax tree of a module, node by node."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def functions(path: Path) -> Iterator[Function]:
    """Every function of a module, with its methods and inner functions."""
    return (node for node in nodes(path) if isinstance(node, Function))


def test_what_a_docstring_says_of_a_parameter_is_true():
    assert not [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}: {lie}"
        for path in SOURCES
        for node in functions(path)
        for lie in lies(node)
    ]


@pytest.mark.parametrize(
    ("parameter", "documentation", "said"),
    [
        ("n=5", "n : int\n    By default 6.", "n is 5 by default"),
        ("n=5", "n : int\n    Five; none by default. By default none.", "n is 5 by default"),
        ("n=5", "m : int", "m is documented"),
        ("n", "n : int, optional", "n has no default"),
        ("n", "n : int\n    By default the first.", "n has no default"),
        ("n='a'", 'n : {"b", "c"}', "n is 'a' by default, which is not in"),
        (
            "*, n='ML'",
            "n : str\n    By default MLM, in groups ML.",
            "n is 'ML' by default, not MLM",
        ),
    ],
)
def test_a_false_statement_about_a_parameter_is_noticed(parameter, documentation, said):
    section = f"Parameters\n----------\n{documentation}\n\nReturns\n-------\nint"
    source = f'def f({parameter}):\n    """Say.\n\n{section}\n"""'
    node = ast.parse(source).body[0]
    assert isinstance(node, Function)
    assert said in "".join(lies(node))


def test_every_parameter_of_a_public_function_is_documented():
    seen = 0
    for value in map(inspect.unwrap, map(partial(getattr, va), va.__all__)):
        if isinstance(value, type):
            continue
        for node in functions(Path(value.__code__.co_filename)):
            doc = ast.get_docstring(node)  # overloads have none
            if node.name == value.__name__ and node.col_offset == 0 and doc:
                seen += 1
                assert not set(signature(node)) - set(documented(doc)), value.__name__
    assert seen > 60


def test_cfa_documents_every_estimator_and_every_way_with_missing_values():
    entries = documented(inspect.getdoc(va.cfa) or "")
    assert set(re.findall(r"\b[A-Z]{2,}\b", entries["estimator"][1])) == set(ESTIMATORS)
    assert set(MISSING) <= set(re.findall(r"[a-z.]+[a-z]", " ".join(entries["missing"])))


CITED = re.compile(r"(?<![\w/.:-])(?:\.\./)*([\w*.-]+/)*[\w*.-]*\w\.md\b")
FOLDERS = "valuealign|cli|docs|tests|benchmarks|instruments|populations|studies|notebooks"
PLACED = re.compile(rf"(?<![\w/.:-])(?:{FOLDERS})/[\w*./-]*\w")
SHIPPED = ("valuealign/", "cli/", "instruments/", "populations/", "studies/")
NOT_OURS = re.compile(r"https?://\S+")


def cited(text: str) -> set[str]:
    """Pages, and files or folders of this repository, that a text names."""
    plain = NOT_OURS.sub("", text)
    pages = {match[0] for match in CITED.finditer(plain)}
    return pages | {match[0].rstrip(".") for match in PLACED.finditer(plain)}


def exists(name: str) -> bool:
    """Whether a cited page is in the repository; the last part may lack its ending."""
    return bool(name) and (any(ROOT.glob(name)) or any(ROOT.glob(f"{name}.*")))


def citing_files() -> list[Path]:
    """Files whose text a reader of the package sees."""
    data = [ROOT / "instruments", ROOT / "studies", ROOT / "populations", ROOT / "valuealign"]
    yamls = [path for folder in data for path in folder.rglob("*.yaml")]
    return [*SOURCES, *sorted(yamls)]


def test_no_docstring_comment_or_error_cites_a_page_that_is_not_here():
    assert not [
        f"{path.relative_to(ROOT)}: {name}"
        for path in citing_files()
        for name in sorted(cited(path.read_text(encoding="utf-8")))
        if not exists(name)
    ]


def test_a_citation_of_a_design_note_is_noticed():
    assert not exists("measurement.md")
    assert cited("as in measurement.md, section 2, and docs/measure.md.") == {
        "measurement.md",
        "docs/measure.md",
    }
    assert cited("https://example.org/a/README.md") == set()


def pages() -> list[Path]:
    """The pages of the repository that describe it."""
    top = [p for p in ROOT.glob("*.md") if p.name != "CHANGELOG.md"]
    folders = [
        p
        for f in ("docs", ".github", "instruments", "populations", "studies", "benchmarks")
        for p in ROOT.glob(f)
    ]
    return sorted([*top, *(p for f in folders for p in f.rglob("*.md") if "_build" not in p.parts)])


def test_every_file_that_a_page_names_exists():
    """Files in backquotes that begin with a folder; NAME stands in for a new one."""
    missing = []
    for path in pages():
        quoted = re.findall(r"`([^`\n]+)`", NOT_OURS.sub("", path.read_text(encoding="utf-8")))
        named = {match[0].rstrip(".") for text in quoted for match in PLACED.finditer(text)}
        real = sorted(name for name in named if "NAME" not in name)
        missing += [f"{path.name}: {name}" for name in real if not exists(name)]
    assert not missing


def messages(path: Path) -> Iterator[str]:
    """Every string of a module that is not a docstring."""
    bare = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_no_error_or_message_cites_a_page_that_the_wheel_does_not_contain():
    for path in SOURCES:
        for text in messages(path):
            away = [name for name in cited(text) if "/" in name and not name.startswith(SHIPPED)]
            assert not away, f"{path.relative_to(ROOT)}: {text}"


def test_a_package_docstring_names_only_modules_that_it_has():
    for package in pkgutil.walk_packages(va.__path__, "valuealign."):
        if not package.ispkg or "migrations" in package.name:
            continue
        module = importlib.import_module(package.name)
        own = {found.name for found in pkgutil.iter_modules(module.__path__)}
        first = re.sub(r"^(>>>|\.\.\.).*$", "", module.__doc__ or "", flags=re.MULTILINE)
        named = set(re.findall(r"(?<!`)``([a-z_]+)``(?!`)", first))
        unknown = {name for name in named - own if not hasattr(module, name)}
        assert not unknown, package.name
