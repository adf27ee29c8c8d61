"""Questions with the number of what was merged are asked of what stays."""

from flask import Flask

from archive.db import db
from catalogue.search import following
from catalogue.search.query import SearchQuery
from tests import counting
from tests.catalogue import specimens


def test_a_person_who_was_merged_is_looked_for_by_the_number_that_stays(app: Flask):
    stays, gone = specimens.person("Wayne Shorter"), specimens.person("Wane Shorter")
    gone.merged_into_id = stays.id
    db.session.flush()

    asked = SearchQuery(
        filters=(("person", (gone.pid, stays.pid)), ("plays", (f"{gone.pid}/tenor",)), ("kind", ("image",)))
    )

    assert following.followed(asked).filters == (
        ("person", (stays.pid,)),
        ("plays", (f"{stays.pid}/tenor",)),
        ("kind", ("image",)),
    )


def test_a_question_about_nothing_that_was_merged_stays_as_it_is(app: Flask):
    hall = specimens.venue("Zaal Katendrecht", "Rotterdam")
    asked = SearchQuery(q="blue", filters=(("place", (hall.pid,)), ("person", ("nobody",))))

    assert following.followed(asked) is asked


def test_a_question_without_numbers_asks_the_database_nothing(app: Flask):
    with counting.statements() as seen:
        following.followed(SearchQuery(q="blue", filters=(("kind", ("image",)),)))

    assert not seen
