"""One rule commits. These are the places that may; everybody else returns or raises."""

import ast
from pathlib import Path

from tests.offenders import offenders
from tests.test_architecture import EVERY, FLOORS, ROOT, imports, nodes

COMMITTING = {"archive.transactions"}
COMMITTING_THE_INDEX = {"catalogue.search.whoosh_index"}  # its own files; of the database it only reads
MAKING_INTENT_DURABLE = {"licensing.payments", "licensing.vat_numbers"}
# Processes that keep a database of their own, which is not the site's.
NOT_THE_SITE = ("licensing.sandbox", "archive.migrations.versions")


def calls(module: str, method: str) -> list[int]:
    """Return the lines on which a module calls a function or method of this name."""
    return [
        node.lineno for node in nodes(module) if isinstance(node, ast.Call) and _called(node.func) == method
    ]


def _called(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


SITE = [module for module in EVERY if not module.startswith(NOT_THE_SITE)]


def test_only_the_rule_itself_commits() -> None:
    others = [module for module in SITE if module not in COMMITTING | COMMITTING_THE_INDEX]

    assert offenders(others, lambda module: calls(module, "commit")) == {}


def test_only_who_calls_a_service_makes_an_intent_durable() -> None:
    others = [module for module in SITE if module not in MAKING_INTENT_DURABLE]

    assert offenders(others, lambda module: calls(module, "commit_intent")) == {}


def test_they_do_make_their_intent_durable() -> None:
    assert all(calls(module, "commit_intent") for module in MAKING_INTENT_DURABLE)


def test_a_view_opens_no_transaction_of_its_own() -> None:
    views = [module for module in SITE if ".views" in module]

    assert offenders(views, lambda module: calls(module, "transaction")) == {}


def test_nobody_commits_in_the_database_s_own_words() -> None:
    def spoken(module: str) -> list[str]:
        return [
            node.value
            for node in nodes(module)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.strip().upper() in ("COMMIT", "END TRANSACTION")
        ]

    assert offenders(SITE, spoken) == {}


def test_every_part_of_the_site_was_read() -> None:
    read = {module.split(".")[0] for module in SITE}

    assert read == {*FLOORS, "wsgi"}
    assert (Path(ROOT) / "wsgi.py").exists()
    assert any("archive.transactions" in name for module in SITE for name in imports(module))
