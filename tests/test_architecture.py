"""The arrows point down: what may import what, read from the files themselves."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.offenders import offenders

ROOT = Path(__file__).parents[1]
FLOORS = ("archive", "catalogue", "licensing")  # from the ground up
MAX_LINES = 400

# Each library and the modules that may know it.
KNOWN_BY = {
    "PIL": {"archive.images", "archive.picture_metadata", "catalogue.demo.pictures"},
    "alembic": {"archive.schema", "archive.migrations"},
    "av": {"archive.audio"},
    "argon2": {"archive.accounts"},
    "numpy": {"archive.audio", "catalogue.demo", "catalogue.search"},
    "opensearchpy": {"catalogue.search.opensearch_client"},
    "segno": {"licensing.documents", "licensing.epc_codes"},
    "smtplib": {"archive.mail"},
    "stdnum": {"archive.config", "licensing.creditor_references", "licensing.vat_numbers"},
    "stripe": {"licensing.gateways.stripe_gateway", "licensing.sandbox.request_types"},
    "typst": {"licensing.typesetting"},
    "waitress": {"archive.serving", "licensing.sandbox.process"},
    "whoosh": {"catalogue.search"},
}

# Modules that decide and touch nothing: neither the web nor the database.
PURE = {
    "archive.clock",
    "catalogue.dates",
    "catalogue.duplicates.alike",
    "catalogue.duplicates.evidence",
    "catalogue.duplicates.given_names",
    "catalogue.folding",
    "catalogue.histograms",
    "catalogue.identifier_rules",
    "catalogue.pids",
    "catalogue.search.compounds",
    "catalogue.search.parsing",
    "catalogue.search.query",
    "catalogue.search.question",
    "catalogue.search.rewording",
    "catalogue.search.signs",
    "catalogue.search.stop_words",
    "catalogue.search.understanding",
    "catalogue.sleeves",
    "catalogue.waveforms",
    "licensing.bank_matching",
    "licensing.creditor_references",
    "licensing.money",
    "licensing.place_of_supply",
    "licensing.pricing",
    "licensing.small_prices",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the three floors and the roof, by its name."""
    paths = [ROOT / "wsgi.py", *(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))]
    return {
        _name(path): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in paths
        if "versions" not in path.parts
    }


@cache
def nodes(module: str) -> list[ast.AST]:
    """Return all that a module says, for tests that look at each of it."""
    return list(ast.walk(modules()[module]))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(module: str) -> list[str]:
    """Return what a module imports while it runs, as full names; what only the type checker reads is left out."""
    found: list[str] = []
    for node in _running(modules()[module]):
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from (part for other in node.orelse for part in _running(other))
            continue
        yield node
        yield from _running(node)


def ours(name: str) -> str | None:
    """Return the module of ours that an imported name lies in."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (found := ".".join(parts[:length])) in modules():
            return found
    return None


def is_within(module: str, places: set[str]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


EVERY = sorted(modules())


def test_imports_go_down_never_up() -> None:
    def upward(module: str) -> list[str]:
        above = set(FLOORS[FLOORS.index(module.split(".")[0]) + 1 :]) | {"wsgi", "tests"}
        return [name for name in imports(module) if name.split(".")[0] in above]

    assert offenders([module for module in EVERY if module != "wsgi"], upward) == {}


@pytest.mark.parametrize("library", KNOWN_BY)
def test_a_library_is_known_to_its_own_modules_only(library: str) -> None:
    knowing = {module for module in EVERY for name in imports(module) if name.split(".")[0] == library}

    assert {module for module in knowing if not is_within(module, KNOWN_BY[library])} == set()


@pytest.mark.parametrize("module", sorted(PURE))
def test_a_module_that_decides_touches_neither_web_nor_database(module: str) -> None:
    seen, waiting = set(), [module]
    while waiting:
        present = waiting.pop()
        names = imports(present)
        assert {name.split(".")[0] for name in names} & {
            "flask",
            "sqlalchemy",
            "flask_sqlalchemy",
        } == set(), present
        found = {other for name in names if (other := ours(name)) is not None} - seen - {*FLOORS}
        seen |= found
        waiting += found


def test_no_module_leads_back_to_itself() -> None:
    # A floor's own `__init__` wires what lies in it, so it stands above its modules and is not imported for
    # itself.
    graph = {
        module: {other for name in imports(module) if (other := ours(name)) not in (None, module, *FLOORS)}
        for module in modules()
    }

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_nothing_is_imported_inside_a_function() -> None:
    def inside(module: str) -> list[int]:
        return [
            node.lineno
            for function in nodes(module)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]

    assert offenders(EVERY, inside) == {}


def test_imports_are_absolute() -> None:
    def relative(module: str) -> list[int]:
        return [node.lineno for node in nodes(module) if isinstance(node, ast.ImportFrom) and node.level]

    assert offenders(EVERY, relative) == {}


def test_only_tests_and_servers_know_the_roof() -> None:
    assert [module for module in EVERY if "wsgi" in {name.split(".")[0] for name in imports(module)}] == []


def test_nobody_reads_the_clock_but_the_clock() -> None:
    def readings(module: str) -> set[str]:
        calls = {
            f"{node.func.value.id}.{node.func.attr}"
            for node in nodes(module)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        }
        return calls & {"datetime.now", "datetime.utcnow", "date.today"}

    allowed = {"archive.clock"} | {name for name in EVERY if name.startswith("licensing.sandbox")}
    assert offenders([module for module in EVERY if module not in allowed], readings) == {}


def python_files() -> list[Path]:
    return sorted(path for folder in FLOORS for path in (ROOT / folder).rglob("*.py"))


def test_a_file_can_be_read_in_one_go() -> None:
    def beyond(path: Path) -> list[str]:
        return path.read_text(encoding="utf-8").splitlines()[MAX_LINES:]

    assert offenders([path for path in python_files() if "versions" not in path.parts], beyond) == {}


def test_a_module_says_what_it_is_for() -> None:
    assert [module for module, tree in modules().items() if tree.body and not ast.get_docstring(tree)] == []


def test_the_tables_above_name_modules_that_exist() -> None:
    named = PURE | {place for places in KNOWN_BY.values() for place in places}

    assert {name for name in named if name not in modules()} == set()


def test_the_libraries_above_are_not_of_python_itself() -> None:
    assert set(KNOWN_BY) & sys.stdlib_module_names == {"smtplib"}
