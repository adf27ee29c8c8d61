"""Runs a command beside an OpenSearch node of its own: `python -m tests.opensearch.node python -m pytest tests/...`.

The node's jars are fetched once, by Maven, into .venv/opensearch. OPENSEARCH_URL tells the command where the node
is; without Java or Maven it runs all the same, and the tests that need a node are skipped.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
JARS = HERE.parents[1] / ".venv" / "opensearch"
HEAP = "512m"
START_SECONDS = 120
END_SECONDS = 20


class NoNodeError(Exception):
    """There can be no node on this machine; the message says what is missing."""


@contextmanager
def running() -> Iterator[str]:
    """Run a node while inside; gives its address. Raise NoNodeError."""
    jars = fetched_jars()
    with tempfile.TemporaryDirectory(prefix="opensearch-") as folder:
        port = _free_port()
        process = _start(jars, Path(folder), port)
        try:
            _wait(process, port, Path(folder) / "console.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(process)


def fetched_jars() -> Path:
    """Return the folder with the jars of the node, fetched if they are not there. Raise NoNodeError."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NoNodeError(f"there is no {program} on this machine")
    pom = HERE / "pom.xml"
    folder = JARS / hashlib.sha256(pom.read_bytes()).hexdigest()[:16]
    if not folder.is_dir():
        print("Fetching OpenSearch for the tests (once) ...", flush=True)
        beside = JARS / f"fetching-{os.getpid()}"
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={beside}", "-DincludeScope=runtime"]
        fetch = subprocess.run(["mvn", "-B", "-q", "-f", str(pom), *goal], check=False)
        if fetch.returncode:
            shutil.rmtree(beside, ignore_errors=True)
            raise NoNodeError("Maven could not fetch OpenSearch")
        shutil.rmtree(folder, ignore_errors=True)
        beside.replace(folder)
    return folder


def _start(jars: Path, home: Path, port: int) -> "subprocess.Popen[bytes]":
    command = ["java", f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-cp", f"{jars}/*"]
    with (home / "console.log").open("wb") as log:
        return subprocess.Popen(
            [*command, str(HERE / "TestNode.java"), str(home), str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoNodeError(f"OpenSearch did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.3)


def _answers(port: int) -> bool:
    address = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=5s"
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def main(command: Sequence[str]) -> int:
    """Run the command, beside a node if there can be one; return how it ended."""
    try:
        with running() as url:
            print(f"OpenSearch answers at {url}", flush=True)
            return subprocess.run(command, env={**os.environ, "OPENSEARCH_URL": url}, check=False).returncode
    except NoNodeError as error:
        print(f"Tests of the second search engine are skipped: {error}", flush=True)
        environ = {name: value for name, value in os.environ.items() if name != "OPENSEARCH_URL"}
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
