"""The list of countries on the order form: in the order in which a reader looks for them."""

import pytest

from catalogue import folding
from licensing import countries


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_nearest_come_first_and_the_rest_by_name_in_the_language_of_the_reader(lang: str) -> None:
    codes, names = zip(*countries.choices(lang), strict=True)

    assert codes[:5] == ("NL", "BE", "DE", "FR", "GB")
    assert list(names[5:]) == sorted(names[5:], key=folding.fold)
    assert sorted(codes) == sorted(countries.COUNTRIES)


def test_a_country_has_a_name_in_each_language() -> None:
    assert (countries.label("AT", "nl"), countries.label("AT", "en")) == ("Oostenrijk", "Austria")
