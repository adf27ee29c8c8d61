"""The folder that a run works in: catalogues, indexes and results. All of it can be thrown away."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import catalogues
from tests.benchmarks.worker import Built


@dataclass(frozen=True)
class Work:
    """Where things are."""

    root: Path

    @property
    def catalogues(self) -> Path:
        """The folder of the made-up catalogues."""
        return self.root / "catalogues"

    @property
    def cluster(self) -> Path:
        """The folder of our own PostgreSQL."""
        return self.root / "postgresql"

    def catalogue(self, size: int) -> Path:
        """Return the file of a catalogue, written now if need be."""
        return catalogues.ensure(size, self.catalogues)

    def index(self, size: int, engine: str) -> Path:
        """Return the folder of an engine's index."""
        return self.root / "indexes" / catalogues.name(size) / engine

    def built(self, size: int, engine: str) -> Built | None:
        """Return how an index was built; None if that was never finished."""
        path = self._mark(size, engine)
        return Built(**json.loads(path.read_text())) if path.exists() else None

    def note_built(self, size: int, engine: str, built: Built | None) -> None:
        """Remember how an index was built; with None, that it is being made."""
        path = self._mark(size, engine)
        path.parent.mkdir(parents=True, exist_ok=True)
        if built is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(json.dumps(asdict(built)))

    def keep(self, name: str, result: dict[str, Any], path: Path | None) -> Path:
        """Write a result where asked, or among the results; return where."""
        path = path or self.root / "results" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
        return path

    def _mark(self, size: int, engine: str) -> Path:
        return self.index(size, engine).with_suffix(".built.json")
