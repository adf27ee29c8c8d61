"""Countries by ISO 3166-1 code, named by the Unicode CLDR through Babel."""

from babel import Locale

_NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}


def _codes() -> tuple[str, ...]:
    territories = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in territories if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    # Where nearly all buyers are comes first, the rest by name.
    near = ["NL", "BE", "DE", "FR", "GB"]
    return tuple(
        near + sorted((code for code in codes if code not in near), key=lambda code: territories[code])
    )


COUNTRIES = _codes()


def label(code: str, lang: str) -> str:
    """Return the name of a country in Dutch or English."""
    return str(Locale(lang).territories[code])


def choices(lang: str) -> list[tuple[str, str]]:
    """Return all countries as code and name, for a list to choose from."""
    return [(code, label(code, lang)) for code in COUNTRIES]
