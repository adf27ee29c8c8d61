"""What every test would otherwise do anew, done once: thousands of small sites use the same addresses, pages and
statements.
"""

import tempfile
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 20_000
_compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)
_compile = Rule._compile_builder


def quicken() -> None:
    """Let all sites that this process makes share what does not differ between them."""
    Rule._compile_builder = _compile_when_asked  # type: ignore[assignment,method-assign]
    Flask.jinja_options = {
        "bytecode_cache": FileSystemBytecodeCache(tempfile.mkdtemp(prefix="nachtregister-"))
    }
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    event.listen(Engine, "engine_connect", _share_statements)


def _compile_when_asked(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """Put off what takes most of the time of making a site: a test builds few of its hundreds of addresses."""
    made: list[Callable[..., Any]] = []

    def build(_self: Rule, **values: Any) -> Any:
        if not made:
            made.append(_compile(rule, append_unknown))
        return made[0](rule, **values)

    return build


def _share_statements(connection: Connection) -> None:
    """Compile a statement once for all engines: a test has an engine of its own, of the same kind as any other's."""
    connection.execution_options(compiled_cache=_compiled)
