"""The pages of search: how an answer was found, what else to ask, all values of a filter, the door before robots."""

import html
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from archive import accounts, clock
from archive.accounts import Role as StaffRole
from archive.db import db
from catalogue.search.index import ANY, FUZZY, NONE, PREFIX, SearchResult
from catalogue.search.query import FILTERS
from tests import counting
from tests.catalogue import specimens
from tests.catalogue.prepared import Prepared

PASSWORD = "een heel lang wachtwoord"
MANY = "kind=recording&kind=image&reuse=direct"  # one value more than robots get


@pytest.fixture(scope="module")
def take(shared_site: Flask) -> str:
    """One take, to be answered with: its pid."""
    night = specimens.session("Nachtconcert", date="1958")
    pid = specimens.recording("Blauw uur", at=night).pid
    db.session.commit()
    return pid


@pytest.fixture
def engine(shared_site: Flask, take: str, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    """The engine of the site, with one answer."""
    prepared = Prepared(SearchResult(pids=(take,), total=1))
    monkeypatch.setitem(shared_site.extensions, "search_index", prepared)
    return prepared


@pytest.fixture
def client(shared_site: Flask) -> FlaskClient:
    """Somebody whom the site has not met."""
    db.session.rollback()  # of what the test before has read
    return shared_site.test_client()


def found(engine: Prepared, **facts: object) -> None:
    """Change the answer that is prepared."""
    assert engine.result is not None
    engine.result = replace(engine.result, **facts)  # type: ignore[arg-type]  # each test names its own fields


def text_of(response: TestResponse) -> str:
    """The words of a page, without its marks."""
    body = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", response.get_data(as_text=True))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def links_of(response: TestResponse) -> dict[str, tuple[str, str]]:
    """The addresses of a page by the words of the link, each with what kind of link it is."""
    pattern = re.compile(r'(?s)<a\b([^>]*)href="([^"]*)"([^>]*)>(.*?)</a>')
    rows = pattern.findall(response.get_data(as_text=True))
    plain = [" ".join(re.sub(r"<[^>]+>", " ", words).split()) for *_rest, words in rows]
    return {
        html.unescape(words): (html.unescape(href), " ".join(f"{before} {after}".split()))
        for words, (before, href, after, _words) in zip(plain, rows, strict=True)
    }


@pytest.mark.parametrize(
    ("rung", "said"),
    [
        (PREFIX, "These also have words that begin with “uu”."),
        (FUZZY, "These have words spelt nearly so."),
        (ANY, "No entry has all these words."),
    ],
)
def test_a_widened_question_says_how(client: FlaskClient, engine: Prepared, rung: str, said: str):
    found(engine, rung=rung)

    assert said in text_of(client.get('/en/search?q=blauw+"uu"'))


@pytest.mark.usefixtures("engine")
def test_the_box_above_the_results_suggests_in_the_language_of_the_page(client: FlaskClient):
    body = client.get("/nl/search?q=blauw").get_data(as_text=True)

    box = re.search(r'<input id="q"[^>]*>', body)
    assert box is not None
    assert 'data-suggest="/api/v1/suggest?lang=nl"' in box[0]


def test_how_a_question_was_read_is_said_with_a_way_to_ask_for_the_words(
    client: FlaskClient, engine: Prepared
):
    found(engine, understood=("ben webster · tenor",), ignored=("foo:",))

    page = client.get("/en/search?q=ben+webster+tenor&kind=recording&page=1")

    assert "Read as: ben webster · tenor." in text_of(page)
    assert "Taken as plain words: foo:" in text_of(page)
    address, _kind = links_of(page)["Search for the words themselves"]
    assert address == "/en/search?q=ben+webster+tenor&kind=recording&plain=1"


def test_words_taken_as_they_are_may_be_read_as_a_name_on_an_instrument_again(
    client: FlaskClient, engine: Prepared
):
    found(engine, understood=("ben webster · tenor",), total=12)

    page = client.get("/en/search?q=ben+webster+on+tenor&kind=recording&plain=1")

    assert "Taken as plain words." in text_of(page)
    address, kind = links_of(page)["Read as ben webster · tenor (12)"]
    assert address == "/en/search?q=ben+webster+on+tenor&kind=recording"
    assert "nofollow" in kind
    assert [asked.is_plain for asked in engine.asked] == [True, False]


@pytest.mark.parametrize("q", ["ben webster on tenor", "1958"])
def test_no_other_reading_is_offered_that_nothing_answers_to(client: FlaskClient, engine: Prepared, q: str):
    found(engine, understood=())

    assert "Taken as plain words" not in text_of(client.get(f"/en/search?plain=1&q={quote(q)}"))


def test_words_without_another_reading_are_asked_once(client: FlaskClient, engine: Prepared):
    client.get("/en/search?q=blauw+uur&plain=1")

    assert len(engine.asked) == 1


def test_some_words_say_which_nobody_has_and_what_there_is_without_them(
    client: FlaskClient, engine: Prepared
):
    found(
        engine,
        rung=ANY,
        words=(("blauw", 7), ("klokhuis", 0), ("uur", 9)),
        without=(("blauw uur", 3), ("klokhuis uur", 0)),
    )

    page = client.get("/en/search?q=blauw+klokhuis+uur&kind=recording")

    assert "No entry has the word “klokhuis”." in text_of(page)
    assert links_of(page)["without “klokhuis” (3)"][0] == "/en/search?q=blauw+uur"
    assert "without “blauw”" not in text_of(page)


def test_words_that_nobody_has_are_not_offered_one_by_one(client: FlaskClient, engine: Prepared):
    engine.result = SearchResult(rung=NONE, words=(("zeppelin", 0), ("klokhuis", 0), ("kachel", 0)))

    page = client.get("/en/search?q=zeppelin+klokhuis+kachel")

    assert "No entry has the words “zeppelin”, “klokhuis”, “kachel”." in text_of(page)
    assert "With one of the words" not in text_of(page)


def test_an_empty_answer_offers_fewer_words_one_word_and_fewer_filters(client: FlaskClient, engine: Prepared):
    engine.result = SearchResult(
        rung=NONE,
        words=(("blauw", 2), ("zeppelin", 0), ("uur", 8)),
        without=(("blauw uur", 2),),
        unfiltered={"kind": 4, "years": 1},
        did_you_mean="blauw zeven",
    )

    page = client.get("/en/search?q=blauw+zeppelin+uur&kind=work&from=1990")
    links = links_of(page)

    assert "Nothing found for “blauw zeppelin uur”" in text_of(page)
    assert links["without “zeppelin” (2)"][0] == "/en/search?q=blauw+uur"
    assert links["blauw (2)"][0] == "/en/search?q=blauw"
    assert "zeppelin (0)" in text_of(page)
    assert links["Kind (4)"][0] == "/en/search?q=blauw+zeppelin+uur&from=1990"
    assert links["Year (1)"][0] == "/en/search?q=blauw+zeppelin+uur&kind=work"
    assert links["blauw zeven"][0] == "/en/search?q=blauw+zeven&kind=work&from=1990"
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    ("years", "certain", "said"),
    [
        ("from=1955&to=1960", 0, "These may fall outside 1955 to 1960: their date is not certain."),
        ("from=1955", 0, "These may be from before 1955: their date is not certain."),
        ("to=1960", 0, "These may be from after 1960: their date is not certain."),
        ("from=1955&to=1960", 1, None),
        ("from=1955&to=1960", None, None),
    ],
)
def test_possible_dates_are_divided_from_certain_ones(
    client: FlaskClient, engine: Prepared, years: str, certain: int | None, said: str | None
):
    found(engine, certain=certain)

    page = text_of(client.get(f"/en/search?{years}"))

    assert (said in page) if said else ("not certain" not in page)


def test_the_divider_stands_on_the_page_where_it_falls(client: FlaskClient, engine: Prepared):
    night = specimens.session("Tweede nacht")
    takes = [specimens.recording(f"Stuk {number}", at=night) for number in range(3)]
    db.session.commit()
    found(engine, pids=tuple(entry.pid for entry in takes), total=30, certain=25)

    page = text_of(client.get("/en/search?from=1955&page=2"))

    assert page.index("Stuk 0") < page.index("their date is not certain") < page.index("Stuk 1")


def test_what_has_no_date_is_a_choice_beside_the_years(client: FlaskClient, engine: Prepared):
    found(engine, undated=1_204)

    offered = links_of(client.get("/en/search?q=uur&from=1955"))
    chosen = links_of(client.get("/en/search?q=uur&decade=undated"))

    assert offered["Undated (1,204)"] == ("/en/search?q=uur&decade=undated", 'class="textbtn" rel="nofollow"')
    assert chosen["Not only undated"][0] == "/en/search?q=uur"


def test_a_filter_shows_its_most_frequent_values_what_is_chosen_and_the_way_to_all(
    client: FlaskClient, engine: Prepared
):
    people = [specimens.person(f"Speler {number:02}") for number in range(14)]
    db.session.commit()
    counts = tuple((person.pid, 20 - place) for place, person in enumerate(people))
    found(engine, facets={"person": counts, "leader": counts[:2]}, sizes={"person": 310, "leader": 2})

    page = client.get(f"/en/search?q=uur&person={people[13].pid}&page=1")
    words = text_of(page)

    assert "Speler 00 20 Speler 01 19" in words
    assert "Speler 09 11 Speler 13 7 Show all 310 : Person" in words
    assert "Leader Speler 00 20 Speler 01 19 Show results" in words
    address, kind = links_of(page)["Show all 310 : Person"]
    assert address == f"/en/search/values/person?q=uur&person={people[13].pid}"
    assert "nofollow" in kind


def test_somebody_on_an_instrument_is_named_in_words(client: FlaskClient, engine: Prepared):
    ben = specimens.person("Ben Webster")
    specimens.instrument("tenor-saxophone", "tenorsaxofoon", "tenor saxophone")
    db.session.commit()

    page = client.get(f"/en/search?plays={ben.pid}/tenor-saxophone&leader={ben.pid}")

    assert "Ben Webster, tenor saxophone remove filter" in text_of(page)
    assert "Leader: Ben Webster remove filter" in text_of(page)


def test_all_values_of_a_filter_add_it_or_take_it_off(client: FlaskClient, engine: Prepared):
    joop, edgar = specimens.person("Joop Terwindt"), specimens.person("Édgar Wijngaarde")
    db.session.commit()
    engine.counts = {"person": ((joop.pid, 31), (edgar.pid, 4))}

    page = client.get(f"/en/search/values/person?q=uur&person={edgar.pid}&sort=oldest")
    links = links_of(page)

    assert "2 to choose from, among the results for uur" in text_of(page)
    both = f"/en/search?q=uur&person={edgar.pid}&person={joop.pid}&sort=oldest"
    assert links["Joop Terwindt 31"] == (both, 'class="value" rel="nofollow"')
    assert links["Édgar Wijngaarde remove filter 4"][0] == "/en/search?q=uur&sort=oldest"
    assert text_of(page).index("Édgar") < text_of(page).index("Joop")
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_values_are_looked_for_by_the_beginning_of_any_word_however_it_is_written(
    client: FlaskClient, engine: Prepared
):
    people = [specimens.person(name) for name in ("Joop Terwindt", "Édgar Wijngaarde", "Jo-Ann van Wijk")]
    db.session.commit()
    engine.counts = {"person": tuple((person.pid, 1) for person in people)}

    def looked_for(starts: str) -> list[str]:
        answer = client.get(f"/api/v1/search/values/person?starts={quote(starts)}").json
        return [value["label"] for value in answer["values"]]

    assert looked_for("wij") == ["Édgar Wijngaarde", "Jo-Ann van Wijk"]
    assert looked_for("EDGAR wijn") == ["Édgar Wijngaarde"]
    assert looked_for("ann") == ["Jo-Ann van Wijk"]
    assert looked_for("windt") == []
    assert "Nothing in this list begins so." in text_of(client.get("/en/search/values/person?starts=zz"))


def test_a_long_list_of_values_has_pages_that_keep_the_question(client: FlaskClient, engine: Prepared):
    people = [specimens.person(f"Speler {number:03}") for number in range(205)]
    db.session.commit()
    engine.counts = {"person": tuple((person.pid, 1) for person in people)}

    page = client.get("/en/search/values/person?q=uur&starts=speler&page=2")
    last = client.get("/api/v1/search/values/person?page=99").json

    assert "Speler 100" in text_of(page)
    assert "Speler 099" not in text_of(page)
    assert links_of(page)["3"][0] == "/en/search/values/person?q=uur&page=3&starts=speler"
    assert (last["page"], last["total"], len(last["values"])) == (3, 205, 5)
    assert last["values"][0] == {
        "value": people[200].pid,
        "label": "Speler 200",
        "count": 1,
        "selected": False,
    }


def test_there_is_no_list_of_values_of_what_is_no_filter(client: FlaskClient, engine: Prepared):
    assert client.get("/en/search/values/shoes").status_code == 404
    answer = client.get("/api/v1/search/values/shoes")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_without_an_index_there_are_results_but_no_lists_of_values(client: FlaskClient, engine: Prepared):
    engine.result = None

    assert "The search does not work in full" in text_of(client.get("/en/search?q=blauw"))
    assert client.get("/en/search/values/kind").status_code == 503


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        ("q=uur", None),
        ("q=uur&page=2", "noindex, follow"),
        ("q=uur&sort=oldest", "noindex, follow"),
        ("q=uur&kind=recording", "noindex, nofollow"),
        ("q=uur&from=1955", "noindex, nofollow"),
    ],
)
def test_robots_may_list_plain_results_alone(
    client: FlaskClient, engine: Prepared, asked: str, may: str | None
):
    found(engine, total=90)

    page = client.get(f"/en/search?{asked}")

    assert page.headers.get("X-Robots-Tag") == may
    assert (f'<meta name="robots" content="{may}">' in page.get_data(as_text=True)) == (may is not None)


def test_links_to_filtered_results_ask_robots_not_to_follow(client: FlaskClient, engine: Prepared):
    found(engine, total=90, undated=3)

    links = links_of(client.get("/en/search?q=uur&kind=recording"))
    filtered = {
        words: kind for words, (url, kind) in links.items() if "/en/search?" in url and "kind=rec" in url
    }

    assert {"2", "Next", "Undated (3)"} <= filtered.keys()
    assert all("nofollow" in kind for kind in filtered.values())


def test_a_stranger_with_many_filters_is_stopped_before_the_search(client: FlaskClient, engine: Prepared):
    page = client.get(f"/en/search?q=uur&{MANY}")

    assert page.status_code == 403
    assert "many filters at once" in text_of(page)
    assert links_of(page)["Ready to license remove filter"][0] == (
        "/en/search?q=uur&kind=recording&kind=image"
    )
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(f"/en/search/values/place?q=uur&{MANY}").status_code == 403
    assert engine.asked == []
    assert client.get("/en/search?q=uur&kind=recording&kind=image").status_code == 200


def test_one_press_of_the_button_lets_a_person_in_for_good(client: FlaskClient, engine: Prepared):
    door = client.get(f"/en/search?q=uur&{MANY}").get_data(as_text=True)
    action = html.unescape(re.findall(r'<form method="post" action="([^"]+)"', door)[0])

    pressed = client.post(action)

    assert (pressed.status_code, pressed.location) == (303, f"/en/search?q=uur&{MANY}")
    assert client.get(pressed.location).status_code == 200
    assert client.get("/en/search?kind=image&kind=work&kind=session").status_code == 200


def test_who_keeps_no_cookies_gets_the_results_by_the_button_too(shared_site: Flask, engine: Prepared):
    visitor = shared_site.test_client(use_cookies=False)

    assert visitor.get(f"/en/search?{MANY}").status_code == 403
    pressed = visitor.post(f"/en/search?{MANY}", data={"csrf_token": "of a cookie that did not come back"})

    assert pressed.status_code == 200
    assert "1 piece" in text_of(pressed)


def test_a_browser_that_says_that_a_person_acted_on_our_page_is_let_in(shared_site: Flask, engine: Prepared):
    acted = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-User": "?1"}
    visitor, stranger = shared_site.test_client(), shared_site.test_client()

    assert visitor.get(f"/en/search?{MANY}", headers=acted).status_code == 200
    assert visitor.get(f"/en/search?{MANY}").status_code == 200
    by_script = acted | {"Sec-Fetch-User": "?0"}
    assert stranger.get(f"/en/search?{MANY}", headers=by_script).status_code == 403
    from_elsewhere = acted | {"Sec-Fetch-Site": "cross-site"}
    assert stranger.get(f"/en/search?{MANY}", headers=from_elsewhere).status_code == 403


def test_who_has_signed_in_is_no_stranger(
    client: FlaskClient, engine: Prepared, monkeypatch: pytest.MonkeyPatch
):
    accounts.add("buyer@example.org", "Bea", StaffRole.BUYER, PASSWORD, clock.now())
    db.session.commit()
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", False)

    client.post("/en/sign-in", data={"email": "buyer@example.org", "password": PASSWORD})

    assert client.get(f"/en/search?{MANY}").status_code == 200


def test_data_has_no_door(client: FlaskClient, engine: Prepared):
    assert client.get(f"/api/v1/search?{MANY}").status_code == 200


@pytest.mark.parametrize("address", ["/en/search?q=stuk", "/nl/search?kind=recording&from=1955"])
def test_results_take_at_most_five_queries(client: FlaskClient, address: str):
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    for year in range(1950, 1960):
        player = specimens.person(f"Speler {year}")
        night = specimens.session(
            f"Nacht {year}",
            specimens.plays(player, trumpet, leader=True),
            date=str(year),
            place_id=specimens.venue(f"Zaal {year}", "Rotterdam").id,
        )
        specimens.recording(f"Stuk {year}", at=night)
    specimens.in_index()

    with counting.statements() as seen:
        assert client.get(address).status_code == 200

    assert len(seen) <= 5


NAMES = st.sampled_from(["q", *FILTERS, "from", "to", "sort", "page", "plain", "starts"])
# PID stands for that of an entry: as good as any other where there is no such person or place.
VALUES = st.text(max_size=40) | st.sampled_from(["recording", "1950", "undated", "PID", "PID/trumpet", "2"])


@settings(max_examples=60)
@given(parameters=st.lists(st.tuples(NAMES, VALUES), max_size=6), name=st.sampled_from(FILTERS))
def test_no_question_whatever_breaks_a_page(
    shared_site: Flask, take: str, parameters: list[tuple[str, str]], name: str
):
    visitor = shared_site.test_client()
    address = "&".join(f"{name}={quote(value.encode('utf-8', 'replace'))}" for name, value in parameters)
    asked = address.replace("PID", take)

    assert visitor.get(f"/nl/search?{asked}").status_code in (200, 400, 403)
    assert visitor.get(f"/api/v1/search/values/{name}?{asked}").status_code in (200, 400, 404)
