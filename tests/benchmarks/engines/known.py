"""The engines by name. Each is imported where it runs: nobody pays for the memory of another, or needs its package."""

import importlib

from tests.benchmarks.engines.engine import CannotRunError, Engine

OURS = "nachtregister"
CLASSES = {
    OURS: ("nachtregister", "Nachtregister"),
    "tantivy": ("tantivy_engine", "Tantivy"),
    "fts5": ("sqlite_fts5", "SqliteFts5"),
    "postgresql": ("postgresql", "PostgreSql"),
    "whoosh-tuned": ("whoosh_tuned", "TunedWhoosh"),
    "whoosh-naive": ("whoosh_naive", "NaiveWhoosh"),
}
# The largest catalogues for which it is worth waiting for some.
LARGEST = {"whoosh-naive": 10_000, "whoosh-tuned": 100_000}


def names_for(size: int) -> list[str]:
    """List the engines that are worth running at a size."""
    return [name for name in CLASSES if size <= LARGEST.get(name, size)]


def find(name: str) -> type[Engine]:
    """Return the class of an engine; raise CannotRunError."""
    module, class_name = CLASSES[name]
    try:
        found = importlib.import_module(f"tests.benchmarks.engines.{module}")
    except ImportError as error:
        raise CannotRunError(f"{error.name} is not installed (the extra `bench` holds it)") from error
    engine: type[Engine] = getattr(found, class_name)
    return engine
