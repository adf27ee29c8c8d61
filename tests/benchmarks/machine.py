"""What machine the numbers are of: without that they say nothing."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """Processor, memory and what runs on them."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    numpy: str
    load: float  # of the last minute, when the run began

    def __str__(self) -> str:
        return (
            f"{self.processor}, {self.cores} cores, {self.memory_gb:.0f} GB, {self.system},"
            f" Python {self.python}, numpy {self.numpy}; load {self.load:.2f} at the start"
        )

    def facts(self) -> dict[str, str | int | float]:
        """Return all of it by name."""
        return asdict(self)


def describe() -> Machine:
    """Look at this machine."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(pages * page_bytes / 2**30, 1),
        system=f"{platform.system()} {platform.release().split('-')[0]}",
        python=platform.python_version(),
        numpy=metadata.version("numpy"),
        load=round(os.getloadavg()[0], 2),
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
