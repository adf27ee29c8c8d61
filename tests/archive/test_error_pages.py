"""What a refusal looks like, to a person and to a program, and that no address however odd breaks the site."""

import sqlite3
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from archive import errors
from archive.db import db
from archive.transactions import keep_work
from archive.web_security import csrf

KINDS = [
    (errors.Invalid, 422, "invalid"),
    (errors.NotFound, 404, "not-found"),
    (errors.Gone, 410, "gone"),
    (errors.Refused, 409, "refused"),
    (errors.Forbidden, 403, "forbidden"),
    (errors.TooMany, 429, "too-many"),
    (errors.Unavailable, 503, "unavailable"),
]


def serve_error(house: Flask, error: Exception) -> None:
    """Let every page /en/broken and /api/v1/broken end in `error`."""

    def view(lang: str | None = None) -> str:
        raise error

    for path in ("/<any(nl, en):lang>/broken", "/api/v1/broken"):
        house.add_url_rule(path, path, csrf.exempt(view), methods=["GET", "POST"])


def sqlite_error(name: str) -> OperationalError:
    cause = sqlite3.OperationalError("it is so")
    cause.sqlite_errorname = name
    return OperationalError("UPDATE x", {}, cause)


@pytest.mark.parametrize(("kind", "status", "code"), KINDS)
def test_a_person_gets_a_page_that_says_what_to_do(
    house: Flask, visitor: FlaskClient, kind: type[errors.DomainError], status: int, code: str
) -> None:
    serve_error(house, kind("Try the other door."))
    answer = visitor.get("/en/broken")

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "Try the other door." in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(("kind", "status", "code"), KINDS)
def test_a_program_gets_problem_details(
    house: Flask, visitor: FlaskClient, kind: type[errors.DomainError], status: int, code: str
) -> None:
    serve_error(house, kind("Try the other door.", field="q"))
    answer = visitor.get("/api/v1/broken")
    problem = answer.get_json(force=True)

    assert answer.status_code == problem["status"] == status
    assert answer.mimetype == "application/problem+json"
    assert problem["type"].endswith(f"#problem-{code}")
    assert problem["detail"] == "Try the other door."
    assert problem["instance"] == "/api/v1/broken"
    assert problem["field"] == "q"
    assert problem["title"]


def test_details_fill_the_gaps_of_the_sentence(house: Flask, visitor: FlaskClient) -> None:
    error = errors.Invalid("Line %(line)s is longer than %(limit)s characters.", line=7, limit=80)
    serve_error(house, error)

    assert "Line 7 is longer than 80 characters." in visitor.get("/en/broken").text
    assert str(error) == "Line 7 is longer than 80 characters."


def test_what_was_filled_in_is_not_read_as_a_gap(house: Flask, visitor: FlaskClient) -> None:
    serve_error(house, errors.NotFound("There is no %(name)s.", name="100%(name)s <b>"))

    assert "There is no 100%(name)s &lt;b&gt;." in visitor.get("/en/broken").text


def test_details_cannot_pretend_to_be_the_problem(house: Flask, visitor: FlaskClient) -> None:
    serve_error(house, errors.Invalid("No.", status=200, type="about:blank"))

    assert visitor.get("/api/v1/broken").get_json(force=True)["status"] == 422


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("text/html;q=0.5, application/json", "application/problem+json"),
    ],
)
def test_who_prefers_json_gets_json(visitor: FlaskClient, accept: str, kind: str) -> None:
    answer = visitor.get("/en/nothing", headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (404, kind)
    assert "Accept" in answer.headers["Vary"]


def test_a_withdrawn_entry_shows_its_title_and_the_reason(house: Flask, visitor: FlaskClient) -> None:
    serve_error(house, errors.Gone("It was withdrawn.", title="Night & day", reason="At the family's wish."))

    page = visitor.get("/en/broken").text

    assert "Night &amp; day" in page
    assert "At the family&#39;s wish." in page


@pytest.mark.parametrize("kind", [errors.TooMany, errors.Unavailable])
def test_who_must_wait_learns_how_long(
    house: Flask, visitor: FlaskClient, kind: type[errors.DomainError]
) -> None:
    serve_error(house, kind("Wait.", retry_after=42))

    assert visitor.get("/en/broken").headers["Retry-After"] == "42"
    assert visitor.get("/api/v1/broken").get_json(force=True)["retry_after"] == 42


def test_an_unforeseen_error_says_nothing_of_the_inside(
    house: Flask, visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    house.testing = False
    serve_error(house, RuntimeError("the secret is kaas"))

    page, problem = visitor.get("/en/broken"), visitor.get("/api/v1/broken")

    assert page.status_code == problem.status_code == 500
    assert "kaas" not in page.text + problem.text
    assert "kaas" in caplog.text


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_IOERR_WRITE"])
def test_a_full_disk_and_a_lock_are_unavailable(house: Flask, visitor: FlaskClient, name: str) -> None:
    serve_error(house, sqlite_error(name))
    answer = visitor.get("/en/broken")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_an_exhausted_pool_is_unavailable(house: Flask, visitor: FlaskClient) -> None:
    serve_error(house, PoolTimeoutError("QueuePool limit"))

    assert visitor.get("/en/broken").status_code == 503


def test_faulty_sql_is_an_error_of_ours(house: Flask, visitor: FlaskClient) -> None:
    house.testing = False
    house.add_url_rule(
        "/faulty", "faulty", lambda: str(db.session.execute(text("SELECT nothing FROM nowhere")))
    )

    assert visitor.get("/faulty").status_code == 500


def test_a_full_disk_at_commit_is_unavailable(
    house: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise sqlite_error("SQLITE_FULL")

    house.testing = False
    house.add_url_rule("/write", "write", csrf.exempt(lambda: "written"), methods=["POST"])
    monkeypatch.setattr(db.session, "commit", fail)

    assert visitor.post("/write").status_code == 503


@pytest.mark.parametrize(("keep", "kept"), [(False, 0), (True, 1)])
def test_a_refusal_undoes_its_work_unless_it_says_otherwise(
    house: Flask, visitor: FlaskClient, keep: bool, kept: int
) -> None:
    def refuse() -> str:
        db.session.execute(
            text("INSERT INTO rate_count (key, \"window\", count) VALUES ('k', :moment, 1)"),
            {"moment": "2026-01-01"},
        )
        if keep:
            keep_work()
        raise errors.Refused("No.")

    house.add_url_rule("/refuse", "refuse", csrf.exempt(refuse), methods=["POST"])
    visitor.post("/refuse")

    assert db.session.scalar(text("SELECT count(*) FROM rate_count")) == kept


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 406, 409, 410, 413, 414, 415, 416, 418, 422, 429, 451, 501]
)
def test_every_status_has_a_heading_and_advice(house: Flask, visitor: FlaskClient, status: int) -> None:
    house.add_url_rule("/stop", "stop", lambda: abort(status))
    problem = visitor.get("/stop", headers={"Accept": "application/json"}).get_json(force=True)

    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


def test_a_wrong_method_names_the_right_ones(visitor: FlaskClient) -> None:
    answer = visitor.delete("/healthz")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_stale_form_is_told_to_load_the_page_again(visitor: FlaskClient) -> None:
    answer = visitor.post("/en/sign-out", data={"csrf_token": "stale"})

    assert answer.status_code == 400
    assert "Load the page again" in answer.text


def test_too_large_a_form_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.post("/en/sign-in", data={"email": "x" * 3_000_000})

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/de/", "/de/search", "/EN/", "/nl/../x", "/fy/sign-in"])
def test_an_unknown_language_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(("path", "lang"), [("/nl/nothing", "nl"), ("/en/nothing", "en")])
def test_an_unknown_page_answers_in_the_language_of_its_address(
    house: Flask, visitor: FlaskClient, path: str, lang: str
) -> None:
    house.jinja_env.loader.loaders[0].mapping["errors/error.html"] = "{{ lang }}"  # type: ignore[union-attr]

    assert visitor.get(path, headers={"Accept-Language": "nl;q=0.5, en;q=0.5"}).text == lang


def test_the_error_page_comes_out_even_when_the_layout_fails(house: Flask, visitor: FlaskClient) -> None:
    house.jinja_env.loader.loaders[0].mapping["errors/error.html"] = "{{ 1 / 0 }}"  # type: ignore[union-attr]
    answer = visitor.get("/en/nothing")

    assert answer.status_code == 404
    assert '<html lang="en">' in answer.text


ODD = st.text(st.characters(), max_size=40) | st.sampled_from(
    [
        "\0",
        "%00",
        "%",
        "%zz",
        "%ff",
        "%c3%28",
        "..",
        "//",
        "\\",
        "'",
        '"',
        "<script>",
        "\ud800",
        "{{7*7}}",
        "a" * 9000,
    ]
)


@given(path=ODD, query=ODD, header=ODD)
@example(path="en/", query="q=%ff%fe", header="")
@example(path="en/", query="q=%00", header="")
@example(path="en/", query="a" * 9000, header="")
@example(path="assets/x/..%2f..%2fwsgi.py", query="", header="")
def test_no_address_breaks_the_site(house: Flask, path: str, query: str, header: str) -> None:
    environ: dict[str, Any] = {
        "PATH_INFO": "/" + path.encode("utf-8", "surrogatepass").decode("latin-1"),
        "QUERY_STRING": query.encode("utf-8", "surrogatepass").decode("latin-1"),
        "HTTP_ACCEPT": header.encode("utf-8", "surrogatepass").decode("latin-1"),
        "HTTP_ACCEPT_LANGUAGE": header.encode("utf-8", "surrogatepass").decode("latin-1"),
    }

    assert house.test_client().open("/", environ_overrides=environ).status_code < 500


@pytest.mark.parametrize(("query", "status"), [("q=%00", 400), ("q=" + "a" * 9000, 414), ("q=%ff", 200)])
def test_what_no_search_can_mean_is_refused_before_any_view(
    visitor: FlaskClient, query: str, status: int
) -> None:
    assert visitor.get(f"/en/?{query}").status_code == status
