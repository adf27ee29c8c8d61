"""Runs a command beside a PostgreSQL of its own: `python -m tests.postgres python -m pytest tests/licensing`.

TEST_DATABASE_URL tells the command where the server is. Without PostgreSQL on this machine the command is not run.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import postgres_cluster
from tests.benchmarks.engines.engine import CannotRunError

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "256MB",
    # Nothing of it must outlive the run.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "autovacuum": "off",
    # A test that waits for its own other connection fails instead of hanging.
    "lock_timeout": "20s",
    # Not UTC: what lets the server say what time it is gets found out.
    "timezone": "America/New_York",
}


def main(command: Sequence[str]) -> int:
    """Run the command; return how it ended, or 1 with the reason when there can be no server."""
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server is another user where we are root
        try:
            with postgres_cluster.running(folder, SETTINGS):
                print(f"{postgres_cluster.version()} answers on a socket in {folder}", flush=True)
                address = f"postgresql+psycopg://{os.environ['PGUSER']}@/postgres?host={os.environ['PGHOST']}"
                return subprocess.run(
                    command, env={**os.environ, "TEST_DATABASE_URL": address}, check=False
                ).returncode
        except CannotRunError as error:
            print(f"The tests cannot run on PostgreSQL: {error}", flush=True)
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
