"""How much memory processes take, as the kernel counts it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FIELDS = {"Rss": "rss", "Pss": "pss", "Private_Dirty": "private_dirty", "Anonymous": "anonymous"}


@dataclass(frozen=True)
class Memory:
    """Megabytes. What is anonymous is a process's own; mapped files are shared and can be let go."""

    rss: float = 0.0
    pss: float = 0.0
    private_dirty: float = 0.0
    anonymous: float = 0.0


def of(processes: Iterable[int]) -> Memory:
    """Add up the memory of processes."""
    sums = dict.fromkeys(FIELDS.values(), 0)
    for process in processes:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in FIELDS:
                sums[FIELDS[name]] += int(rest.split()[0])
    return Memory(**{name: round(kilobytes / 1024, 1) for name, kilobytes in sums.items()})


def peak_mb() -> float:
    """Return the most that this process ever had resident."""
    # Not ru_maxrss: that begins with what the parent had when it started us.
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return round(kilobytes / 1024, 1)
