"""The arrows point down: what may import what, read from the files themselves."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

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


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports while it runs, as full names; what only the type checker reads is left out."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


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


@pytest.mark.parametrize("module", EVERY)
def test_imports_go_down_never_up(module: str) -> None:
    if module == "wsgi":
        return
    above = set(FLOORS[FLOORS.index(module.split(".")[0]) + 1 :]) | {"wsgi", "tests"}

    assert [name for name in imports(modules()[module]) if name.split(".")[0] in above] == []


@pytest.mark.parametrize("library", KNOWN_BY)
def test_a_library_is_known_to_its_own_modules_only(library: str) -> None:
    knowing = {
        module for module in EVERY for name in imports(modules()[module]) if name.split(".")[0] == library
    }

    assert {module for module in knowing if not is_within(module, KNOWN_BY[library])} == set()


@pytest.mark.parametrize("module", sorted(PURE))
def test_a_module_that_decides_touches_neither_web_nor_database(module: str) -> None:
    seen, waiting = set(), [module]
    while waiting:
        present = waiting.pop()
        names = list(imports(modules()[present]))
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
        module: {other for name in imports(tree) if (other := ours(name)) not in (None, module, *FLOORS)}
        for module, tree in modules().items()
    }

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("module", EVERY)
def test_nothing_is_imported_inside_a_function(module: str) -> None:
    inside = [
        node.lineno
        for function in ast.walk(modules()[module])
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


@pytest.mark.parametrize("module", EVERY)
def test_imports_are_absolute(module: str) -> None:
    relative = [
        node.lineno for node in ast.walk(modules()[module]) if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


def test_only_tests_and_servers_know_the_roof() -> None:
    assert [
        module for module in EVERY if "wsgi" in {name.split(".")[0] for name in imports(modules()[module])}
    ] == []


@pytest.mark.parametrize("module", EVERY)
def test_nobody_reads_the_clock_but_the_clock(module: str) -> None:
    calls = {
        f"{node.func.value.id}.{node.func.attr}"
        for node in ast.walk(modules()[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }

    allowed = {"archive.clock"} | {name for name in EVERY if name.startswith("licensing.sandbox")}
    assert module in allowed or calls & {"datetime.now", "datetime.utcnow", "date.today"} == set()


def python_files() -> list[Path]:
    return sorted(path for folder in FLOORS for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    if "versions" not in path.parts:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("module", EVERY)
def test_a_module_says_what_it_is_for(module: str) -> None:
    tree = modules()[module]

    assert not tree.body or ast.get_docstring(tree)


def test_the_tables_above_name_modules_that_exist() -> None:
    named = PURE | {place for places in KNOWN_BY.values() for place in places}

    assert {name for name in named if name not in modules()} == set()


def test_the_libraries_above_are_not_of_python_itself() -> None:
    assert set(KNOWN_BY) & sys.stdlib_module_names == {"smtplib"}
