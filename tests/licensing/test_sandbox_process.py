"""The sandbox as a process: it keeps everything over a restart and a kill, and stops when asked."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import SECRET, Delivery, eventually

PROJECT = Path(__file__).parents[2]


@contextmanager
def started(folder: Path, webhook_url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the sandbox as its own process on a free port; yields the process and its address."""
    command = [sys.executable, "-m", "licensing.sandbox", "--port", "0", "--folder", str(folder)]
    command += ["--webhook-url", webhook_url, "--webhook-secret", SECRET]
    environ = os.environ | {"PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first_line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", first_line)
        assert found, first_line
        try:
            yield process, found[0]
        finally:
            process.kill()


def post(url: str, **form: str) -> requests.Response:
    with requests.Session() as http:
        return http.post(url, data=form, headers={"Authorization": "Bearer sk_test_x"}, allow_redirects=False)


def test_a_restart_keeps_objects_keys_events_and_script(tmp_path: Path) -> None:
    with sandbox_shop.opened(tmp_path) as shop:
        shop.script(drop=True, settle_seconds=60)
        session = shop.open_session(key="sess-17-1")
        shop.pay(session, "sepa_debit")
        before = shop.state()

    with sandbox_shop.opened(tmp_path) as shop:
        after = shop.state()
        again = shop.open_session(
            key="sess-17-1", success_url=session.success_url, cancel_url=session.cancel_url
        )
        shop.script()
        shop.clock.advance(seconds=61)
        shop.await_webhook("checkout.session.async_payment_succeeded")

    assert {**after, "now": 0} == {**before, "now": 0}
    assert again.id == session.id


def test_a_killed_process_loses_nothing_and_sends_the_rest_after_its_restart(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed_port = unused.getsockname()[1]
    with started(tmp_path, f"http://127.0.0.1:{closed_port}/") as (process, base_url):
        answer = post(
            f"{base_url}/v1/checkout/sessions",
            mode="payment",
            success_url="http://127.0.0.1/",
            **{
                "line_items[0][quantity]": "1",
                "line_items[0][price_data][currency]": "eur",
                "line_items[0][price_data][unit_amount]": "500",
                "line_items[0][price_data][product_data][name]": "Licence",
            },
        )
        session_id = answer.json()["id"]
        post(f"{base_url}/pay/{session_id}", outcome="ideal")
        process.send_signal(signal.SIGKILL)
        process.wait()

    with sandbox_shop.opened(tmp_path) as shop:
        session = shop.client.v1.checkout.sessions.retrieve(session_id)
        eventually(lambda: len(set(shop.types())) == 4)

    assert session.payment_status == "paid"
    assert "checkout.session.completed" in shop.types()


def test_sigterm_stops_the_process_cleanly(tmp_path: Path) -> None:
    received: list[Delivery] = []
    with sandbox_shop.listening(received, []) as site, started(tmp_path, site) as (process, base_url):
        with requests.Session() as http:
            assert http.get(f"{base_url}/_sandbox/state").status_code == 200
        process.terminate()

        assert process.wait(timeout=60) == 0


def test_the_command_refuses_to_send_webhooks_to_another_machine(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "licensing.sandbox",
        "--folder",
        str(tmp_path),
        "--webhook-secret",
        SECRET,
    ]
    done = subprocess.run(
        [*command, "--webhook-url", "http://example.org/"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "this machine only" in done.stderr


def test_the_sandbox_listens_on_loopback_only(tmp_path: Path) -> None:
    with sandbox_shop.opened(tmp_path) as shop:
        port = int(shop.sandbox.base_url.rpartition(":")[2])
        addresses = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        for host in {str(address[4][0]) for address in addresses}:
            if not host.startswith("127."):
                with pytest.raises(OSError, match="refused"):
                    socket.create_connection((host, port), timeout=1)
