"""The web server: on SIGTERM no answer is cut, and slow readers do not stop it for ever."""

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from archive import serving

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A site in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.serving_site", str(self.port), str(folder)], cwd=ROOT
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.get("/healthz")
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return len(answer.read())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()


def test_told_to_stop_it_finishes_what_it_began(server: Server) -> None:
    with ThreadPoolExecutor(40) as readers:
        # More than there are threads: some wait their turn when the signal comes.
        answers = [readers.submit(server.get, "/slow?seconds=1") for _ in range(40)]
        time.sleep(1)  # a busy machine needs it to let all forty in; three rounds of answers take longer
        server.stop()

        assert [answer.result() for answer in answers] == [1_000_000] * 40
    assert server.process.wait(60) == 0


def test_told_to_stop_it_loses_no_request_of_a_busy_time(server: Server) -> None:
    lost: list[OSError] = []
    at_the_door: list[OSError] = []
    refused = threading.Event()

    def read_on() -> None:
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
            while not refused.is_set():
                is_new = connection.sock is None
                try:
                    connection.request("GET", "/healthz")
                except ConnectionRefusedError:
                    refused.set()  # it no longer listens: nothing was begun
                    return
                except OSError:
                    connection.close()  # a kept connection was closed before anything was asked
                    continue
                try:
                    connection.getresponse().read()
                except OSError as error:
                    connection.close()
                    (at_the_door if is_new else lost).append(error)

    threads = [threading.Thread(target=read_on) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    server.stop()
    assert server.process.wait(60) == 0
    for thread in threads:
        thread.join()

    assert lost == []
    # Who is let in by the kernel between our last look at the door and its closing is reset by the kernel: never
    # more than one connection a reader, and nothing of it was begun.
    assert len(at_the_door) <= len(threads)


def test_an_idle_connection_does_not_keep_it(server: Server) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        server.stop()

        assert server.process.wait(serving.DRAIN_SECONDS - 5) == 0


def test_while_it_drains_it_takes_no_new_connection(server: Server) -> None:
    with ThreadPoolExecutor(1) as reader:
        answer = reader.submit(server.get, "/slow?seconds=4")
        time.sleep(1)
        server.stop()
        time.sleep(1)

        with pytest.raises(OSError, match="refused"):
            server.get("/healthz")
        assert answer.result() == 1_000_000


def test_those_who_speak_slowly_keep_nobody_waiting(server: Server) -> None:
    halves = [
        b"",
        b"GET / HTTP/1.1\r\nHost: x",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
    ]
    with ExitStack() as slow:
        for number in range(150):
            connection = slow.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(halves[number % len(halves)])
        started = time.monotonic()
        for _ in range(20):
            server.get("/healthz")

        assert (time.monotonic() - started) / 20 < 2  # else they would wait for a minute


def test_a_taken_port_is_told(server: Server, tmp_path: Path) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "tests.archive.serving_site", str(server.port), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"Port {server.port} on 127.0.0.1 cannot be used" in second.stderr


def test_those_who_never_finish_are_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    draining = serving.Draining()
    assert not draining.is_over

    draining.begin()
    assert not draining.is_over

    monkeypatch.setattr(serving, "DRAIN_SECONDS", -1)
    assert draining.is_over
