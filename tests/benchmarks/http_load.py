"""A small load on web servers of this machine: pages one by one, or from a few clients at once."""

import http.client
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 20
TIMEOUT = 120  # seconds, for a page


class ServerError(Exception):
    """A web server did not start."""


@dataclass(frozen=True)
class Fetched:
    """A page as it came."""

    ms: float
    status: int
    body: bytes


class Server:
    """A web server in a process of its own."""

    def __init__(self, command: Sequence[str], port: int, log: Path) -> None:
        """Start it and wait until it answers; raise ServerError."""
        self.port = port
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise ServerError(f"a web server did not start; see {log}")
            time.sleep(0.2)

    def fetch(self, address: str) -> Fetched:
        """Fetch a page over a connection of its own, so that every process of a server gets its share."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return Fetched((time.perf_counter() - start) * 1000, response.status, body)

    def pages_per_second(self, addresses: Sequence[str], clients: int, seconds: float) -> float:
        """Fetch pages from some clients at once for a while."""
        start = time.monotonic()
        counts = [0] * clients

        def ask(client: int) -> None:
            place = client * len(addresses) // clients
            while time.monotonic() < start + seconds:
                self.fetch(addresses[place % len(addresses)])
                counts[client] += 1
                place += 1

        threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.monotonic() - start)

    def close(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            self.fetch("/")
        except OSError:
            return False
        return True
