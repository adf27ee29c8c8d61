"""What is saved is findable within two seconds, on a site as it runs: web server and job runner, real processes."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
import requests

from archive import accounts, clock
from archive.accounts import Role
from archive.transactions import transaction
from catalogue import agents, pids
from catalogue.credits import Role as CreditRole
from tests.catalogue import specimens
from tests.journeys import crashing
from tests.journeys.crashing import Site

pytestmark = pytest.mark.crash

PROMISED = 2.0  # seconds
TIMES = 9
PID = pids.derive("freshness")
PASSWORD = "a password of enough words"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with crashing.made(tmp_path) as made:
        with made.opened(), transaction():
            written = [specimens.did(specimens.person("Lies Hogendoorn"), CreditRole.COMPOSER)]
            accounts.add("desk@example.org", "Desk", Role.CATALOGUER, PASSWORD, clock.now())
            specimens.recording("Blauw uur", *written, pid=PID)
        for program in (made.runner, made.web):
            program.start()
        assert crashing.wait_until(made.answers, 30)
        assert crashing.wait_until(lambda: not made.is_indexing(), 30)
        yield made


def test_what_a_script_saves_is_found_in_time(site: Site) -> None:
    with site.opened():

        def save(word: str) -> None:
            with transaction():
                specimens.recording(f"Nieuw {word}")

        assert median(seconds_until_found(site, word, save) for word in words("script")) < PROMISED


def test_what_is_renamed_is_found_in_time(site: Site) -> None:
    with site.opened():
        lies = specimens.person("Lies Hogendoorn")

        def rename(word: str) -> None:
            with transaction():
                agents.add_name(lies, f"Elisabeth {word}")

        assert median(seconds_until_found(site, word, rename) for word in words("naam")) < PROMISED


def test_what_the_desk_saves_is_found_in_time(site: Site) -> None:
    with requests.Session() as desk:
        sign_in(desk, site)

        def save(word: str) -> None:
            address = f"{site.address}/en/desk/entries/{PID}"
            said = {"title": f"Blauw {word}"} | hidden(desk.get(address, timeout=10).text)
            assert desk.post(address, said, timeout=10, allow_redirects=False).status_code == 303

        assert median(seconds_until_found(site, word, save) for word in words("bureau")) < PROMISED


def words(stem: str) -> list[str]:
    return [f"{stem}{'abcdefghi'[number] * 3}" for number in range(TIMES)]


def seconds_until_found(site: Site, word: str, save: Callable[[str], None]) -> float:
    """Save something with a new word; return how long after that a search page shows it."""
    save(word)
    began = time.monotonic()
    assert crashing.wait_until(lambda: is_found(site, word), 30)
    return time.monotonic() - began


def is_found(site: Site, word: str) -> bool:
    answer = requests.get(f"{site.address}/api/v1/search?q={word}", timeout=10).json()
    return bool((answer["rung"], answer["total"]) == ("exact", 1))


def sign_in(desk: requests.Session, site: Site) -> None:
    address = f"{site.address}/en/sign-in"
    said = {"email": "desk@example.org", "password": PASSWORD} | hidden(desk.get(address, timeout=10).text)
    desk.post(address, said, timeout=10).raise_for_status()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form: its token, and the version that was seen."""
    inputs = re.findall(r"<input[^>]*>", page)
    fields = [
        (re.search(r'name="(csrf_token|version)"', one), re.search(r'value="([^"]+)"', one)) for one in inputs
    ]
    return {name[1]: value[1] for name, value in fields if name and value}
