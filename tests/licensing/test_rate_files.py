"""Files of rate cards: what is wrong is told all at once, each with its line; nothing makes reading fall over."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Invalid
from licensing import rate_files, rates
from licensing.rate_files import NotACard

TEXT = rates.CARD_OF_2026.read_text(encoding="utf-8")


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"95.00"', '"0"', "price of nothing"),
        ('"95.00"', '"a lot"', "not an amount"),
        ('"95.00"', "95.00", "between quotes"),
        ('"95.00"', '"99999999999.00"', "too much"),
        ('"EUR"', '"XXX"', "not a currency"),
        ('world = "2.6"', 'world = "-1"', "positive"),
        ('world = "2.6"', 'world = "NaN"', "positive"),
        ('world = "2.6"', 'world = "dear"', "not a factor"),
        ('world = "2.6"', 'world = "2.60001"', "four decimals"),
        ('world = "2.6"', 'moon = "2.6"', "moon"),
        ("[factors.audience]", "[factors.mood]", "not an answer to mood"),
        ('territory = "world"', 'territory = "moon"', "moon"),
        ("podcast =", "ringtone =", "ringtone"),
        ('version = "2026-2"', "", "version is missing"),
        ('version = "2026-2"', 'version = "the next one"', "Give the card a version"),
        ("valid_from = 2026-07-01", 'valid_from = "July"', "without quotes"),
        ("[sound]", "[sound", "cannot be read"),
        ("[packages.film]", "[packages.opera]", "opera"),
        ('price = "140.00"', 'price = "152.01"', "more than its parts"),
        ('price = "140.00"', 'price = "94.99"', "less than the minimum"),
        ('user_class = "academic"', 'print_run = "large"', "does not count"),
        ("[packages.film]", "[surprise]\nx = 1\n[packages.film]", "surprise"),
    ],
)
def test_a_file_that_is_not_a_card_is_refused_with_the_reason(old: str, new: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        rate_files.read(TEXT.replace(old, new))


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    broken = TEXT.replace('price = "95.00"', 'price = "much"').replace('benelux = "1.4"', 'benelux = "0"')

    with pytest.raises(NotACard) as refused:
        rate_files.read(broken)

    assert [problem.line for problem in refused.value.problems] == [
        line_of('documentary = { price = "95.00"'),
        line_of('benelux = "1.4"'),
    ]
    assert f"line {line_of('benelux = ')}" in str(refused.value)


def test_a_file_that_is_not_toml_is_refused_with_the_line() -> None:
    with pytest.raises(NotACard) as refused:
        rate_files.read(TEXT.replace("[factors.term]", "[factors.term"))

    assert refused.value.problems[0].line == line_of("[factors.term]")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe", "UTF-8"), (b"#" * 70_000, "64 KB"), (b"", "missing"), (b"a=" + b"[" * 9000, "read")],
)
def test_a_file_of_something_else_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(NotACard, match=says):
        rate_files.read(content)


@given(st.data())
def test_whatever_a_value_is_replaced_with_the_answer_is_a_card_or_a_refusal(data: st.DataObject) -> None:
    lines = TEXT.splitlines()
    at = data.draw(st.sampled_from([number for number, line in enumerate(lines) if "=" in line]))
    key = lines[at].split("=")[0]
    lines[at] = f"{key}= " + data.draw(
        st.sampled_from(
            ["1", "-1", '"x"', "[]", "{}", "true", "1979-05-27T07:32:00Z", "nan", '"1e400"', '"\\u0000"']
        )
    )

    with suppress(NotACard):
        assert rate_files.read("\n".join(lines)).rows
