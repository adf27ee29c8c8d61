"""Countries by ISO 3166-1 code, named by the Unicode CLDR through Babel."""

from babel import Locale

from catalogue import folding

_NEAR = ("NL", "BE", "DE", "FR", "GB")  # where nearly all buyers are
_NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}


def _codes() -> tuple[str, ...]:
    codes = [str(code) for code in Locale("en").territories]
    known = [code for code in codes if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    return (*_NEAR, *(code for code in known if code not in _NEAR))


COUNTRIES = _codes()


def label(code: str, lang: str) -> str:
    """Return the name of a country in Dutch or English."""
    return str(Locale(lang).territories[code])


def choices(lang: str) -> list[tuple[str, str]]:
    """Return all countries as code and name, for a list to choose from: the nearest, then by name."""
    named = [(code, label(code, lang)) for code in COUNTRIES]
    return named[: len(_NEAR)] + sorted(named[len(_NEAR) :], key=lambda country: folding.fold(country[1]))
