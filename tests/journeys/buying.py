"""People who buy: they read the forms on the pages, press the buttons, and try again when nothing comes back."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

CHOICE = "use=documentary&territory=europe&term=5_years&duration=30s"
BUYER = {
    "name": "Noor Adriaanse",
    "organisation": "Studio Lek",
    "country": "NL",
    "consent": "1",
    "terms": "1",
}

# What people do once the payment page is open; which of them pay in the end.
PAYING = ("pays", "closes the window", "is declined first", "uses two tabs", "clicks twice", "pays by debit")
NOT_PAYING = ("leaves", "has a debit bounced")
WAYS = (*PAYING, *NOT_PAYING)


@dataclass
class Form:
    """A form as the page gives it: where it goes, and what it holds before anybody fills it in."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """An answer: its address, its text, its forms and links."""

    address: str
    text: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]

    @property
    def is_paid(self) -> bool:
        return any("/downloads/" in link for link in self.links)

    @property
    def is_delivered(self) -> bool:
        return self.is_paid and any(link.endswith("/licence.pdf") for link in self.links)

    @property
    def is_payment_page(self) -> bool:
        return any(button == ("outcome", "card") for form in self.forms for button in form.buttons)

    def form(self, part_of_action: str) -> Form | None:
        return next((form for form in self.forms if part_of_action in form.action), None)

    def order_address(self) -> str:
        """The way back to the order from a payment page that is open."""
        return next(link for link in self.links if "/orders/" in link)


@dataclass(frozen=True)
class Ordered:
    """One order as its buyer remembers it."""

    way: str
    address: str
    email: str


class Buyer:
    """One browser with its cookies. Nothing it waits for takes longer than until `until`."""

    def __init__(self, until: float) -> None:
        self._until = until
        self._browser = requests.Session()
        self._browser.trust_env = False
        self.faults: list[str] = []  # answers that say that the site broke

    def close(self) -> None:
        self._browser.close()

    def buy(self, entry_address: str, way: str, email: str) -> Ordered:
        """Order what stands at an address of the catalogue and go on in one of WAYS."""
        page = self.get(f"{entry_address}/order?{CHOICE}")
        form = next(form for form in page.forms if "form_key" in form.fields)
        filled = form.fields | BUYER | {"email": email, "project": f"Film of {email}"}
        page = self._click_twice(page, filled) if way == "clicks twice" else self.post(page.address, filled)
        page = self._insist(page)
        ordered = Ordered(way, page.order_address(), email)
        self._go_on(ordered, page)
        return ordered

    def get(self, address: str) -> Page:
        return self._ask("GET", address, None)

    def post(self, address: str, filled: dict[str, str]) -> Page:
        return self._ask("POST", address, filled)

    def _go_on(self, ordered: Ordered, page: Page) -> None:
        if ordered.way == "closes the window":
            self._press(page, "ideal", follow=False)
        elif ordered.way == "is declined first":
            self._wait_for_licence(self._press(self._press(page, "fail"), "card"))
        elif ordered.way == "uses two tabs":
            again = self._insist(self.get(ordered.address))
            assert again.address == page.address  # one order, one payment page
            self._press(page, "ideal", follow=False)
            self._press(again, "ideal")
            self._insist(self.get(ordered.address))
        elif ordered.way == "pays by debit":
            self._press(page, "sepa_debit")
        elif ordered.way == "has a debit bounced":
            self._press(page, "sepa_debit_fails")
        elif ordered.way != "leaves":
            self._wait_for_licence(self._press(page, "ideal"))

    def _insist(self, page: Page) -> Page:
        """Press "pay" until the payment page is there, or the order turns out to be paid."""
        while not (page.is_payment_page or page.is_paid or "/pay/" in page.address):
            form = page.form("/pay")
            page = (
                self.post(urljoin(page.address, form.action), form.fields) if form else self.get(page.address)
            )
            self._breathe(0.1)
        return page

    def _press(self, page: Page, outcome: str, *, follow: bool = True) -> Page:
        return self._ask("POST", page.address, {"outcome": outcome}, follow=follow)

    def _wait_for_licence(self, page: Page) -> None:
        while not page.is_delivered:
            self._breathe(0.3)
            page = self.get(page.address)

    def _click_twice(self, page: Page, filled: dict[str, str]) -> Page:
        with ThreadPoolExecutor(2) as fingers:
            both = [fingers.submit(self.post, page.address, filled) for _ in range(2)]
        return both[1].result()

    def _ask(self, method: str, address: str, filled: dict[str, str] | None, *, follow: bool = True) -> Page:
        """Ask, and ask the same again when no answer comes; go where a redirect leads."""
        while True:
            try:
                answer = self._browser.request(
                    method, address, data=filled, allow_redirects=False, timeout=15
                )
            except requests.RequestException:
                self._breathe(0.2)
                continue
            if answer.status_code >= 400 and answer.status_code != requests.codes.unavailable:
                self.faults.append(f"{answer.status_code} from {method} {address}")
                self._breathe(0.2)
            elif answer.is_redirect and follow:
                method, address, filled = "GET", urljoin(address, answer.headers["Location"]), None
            else:
                return _page(address, answer.text)

    def _breathe(self, seconds: float) -> None:
        assert time.monotonic() < self._until, f"waited too long; {self.faults}"
        time.sleep(seconds)


def shop_together(
    entries: list[str], people: int, orders_each: int, until: float
) -> tuple[list[Ordered], list[str]]:
    """Let several people buy at once; return their orders and the faults they saw."""

    def shop(person: int) -> tuple[list[Ordered], list[str]]:
        with closing(Buyer(until)) as buyer:
            orders = [
                buyer.buy(
                    entries[(person + turn) % len(entries)],
                    WAYS[(person * orders_each + turn) % len(WAYS)],
                    f"buyer-{person}-{turn}@studio.example",
                )
                for turn in range(orders_each)
            ]
            return orders, buyer.faults

    with ThreadPoolExecutor(people) as crowd:
        said = list(crowd.map(shop, range(people)))
    return [order for orders, _ in said for order in orders], [
        fault for _, faults in said for fault in faults
    ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", "")))
            self._is_inside = True
        elif tag == "a":
            self.links.append(said.get("href", ""))
        elif self._is_inside and tag == "input" and said.get("type") not in ("checkbox", "radio"):
            self.forms[-1].fields[said.get("name", "")] = said.get("value", "")
        elif self._is_inside and tag == "button":
            self.forms[-1].buttons.append((said.get("name", ""), said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


def _page(address: str, text: str) -> Page:
    reader = _Reader()
    reader.feed(text)
    return Page(address, text, tuple(reader.forms), tuple(reader.links))
