"""What an import says of rows and cells, in the reader's language.

Reports are kept in English, as they are files and rows that outlive a page. Here each of their sentences is a text
of the catalogue with gaps; a sentence that is not among them is shown as it is.
"""

import re
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from catalogue.dates import Note


def _l(text: str) -> str:
    """Mark a text for translation; it is translated when it is shown."""
    return text


SENTENCES = (
    _l("must not be empty: fill it in"),
    _l("must not be empty: it tells the row from the others"),
    _l("line %(line)s has the same: remove one, or give it a key of its own"),
    _l("the row has %(cells)s cells and the header %(width)s: look for a stray separator"),
    _l("the line is not UTF-8: export it again"),
    _l("the line is no JSON object (%(problem)s): mend it or leave it out"),
    _l("the line is no JSON object with anything in it: mend it or leave it out"),
    _l("an earlier import had this row; its entry stays as it is"),
    _l("no row describes this entry any more; withdraw it by hand"),
    _l("changed here and at the source; compare them by hand"),
    _l("differ only in punctuation or capitals"),
    _l("given to %(count)s different recordings"),
    _l("add it to the list, or to the mapping"),
    _l("check the line-up"),
    _l("instrument of %(name)s; add it to the list"),
    _l("leads, and is not in the line-up"),
    _l("nobody in the line-up has a name like it"),
    _l("spelt “%(name)s” in the line-up"),
    _l("several makers; take them apart by hand"),
    _l("several people; take them apart by hand"),
    _l("the session has “%(label)s”, from line %(line)s"),
    _l("read as %(date)s, which does not hold the year %(year)s"),
    _l("it is not known where the solo begins; put at the start"),
    _l("the end is not known"),
    _l("the end, %(end)s, comes before the start; left open"),
    _l("the same solo as in another row; taken once"),
    _l("the start in seconds says %(seconds)s"),
    _l("two solos of one player have the same time; the start in seconds is used"),
    _l("no instrument of the list; add the spelling to instruments.toml"),
    _l("should be a MusicBrainz identifier, 36 characters with four hyphens"),
    _l("should be a list of objects"),
    _l("should be a list"),
    _l("should be a number above 0, such as 2.25"),
    _l("should be a number of seconds, 0 or more"),
    _l("should be a year of four figures"),
    _l("should be minutes and seconds, such as 07:08"),
    _l("should be more than nothing"),
    _l("should be two times such as 00:51-03:21"),
    _l("holds an object without “%(part)s”"),
    _l("holds no record of XML"),
    _l("“%(name)s” stands outside of any record: it was left out"),
    _l("the record describes %(what)s; only sound, film and printed music come in as releases"),
    _l("the record says no part; came in as a contributor"),
    _l("the record has no title; it came in as “[no title]”"),
    _l("came in as another part, in its own words"),
    _l("add it to the list, or to discogs_roles.toml"),
    _l("somebody without a name"),
    _l("has no place in the catalogue"),
    _l("is no bar code (%(fault)s); kept as written"),
    _l("is no %(scheme)s (%(fault)s); kept as written"),
    _l("is no length of time; kept as written"),
    _l("is no language; kept as written"),
    _l("is a language and no place"),
    _l("is a day that no calendar has; kept as written"),
    _l("is neither sound nor film; came in all the same"),
    _l("read with doubt; kept as written"),
    _l("begins with a sign, which sorts before letters"),
    _l("an identifier without a value"),
    _l("the same identifier twice; one of them came in"),
    _l("a second number of the same source; both came in"),
)
# Why a date is doubtful, by the note of its reader.
DOUBTS = {
    Note.MONTH_FIRST: lazy_gettext("The month was read first, as the other order has no such month."),
    Note.DAY_FIRST: lazy_gettext("The day was read first."),
    Note.SEASON: lazy_gettext("It may also mean years: write both in four figures then."),
    Note.DECADE: lazy_gettext("Read as ten years, not as a century."),
    Note.UNDATED: lazy_gettext("It will be found under undated."),
    Note.NO_YEAR: lazy_gettext("There is no year in it. It is kept as you write it."),
    Note.NO_SUCH_DAY: lazy_gettext("There is no such day. It is kept as you write it."),
    Note.TWO_DIGIT_YEAR: lazy_gettext("Write the year in four figures, or it cannot be found by year."),
    Note.BACKWARDS: lazy_gettext("It ends before it begins. It is kept as you write it."),
    Note.NOT_UNDERSTOOD: lazy_gettext("Not understood. It is kept as you write it, and found under undated."),
}
_KEPT = "; kept with the row only"
_DATE = re.compile(r"read as (?P<date>.+?) \((?P<why>\w+)\)")


def said(message: str) -> str:
    """Say a message of a report in the reader's language."""
    if found := _DATE.fullmatch(message):
        return _date(found["date"], found["why"])
    if message.endswith(_KEPT):
        return str(_("%(why)s; kept with the row only", why=said(message.removesuffix(_KEPT))))
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(message):
            return str(_(sentence, **found.groupdict()))
    return message


def is_known(message: str) -> bool:
    """Say whether a message is one of these sentences."""
    plain = message.removesuffix(_KEPT)
    return bool(_DATE.fullmatch(plain)) or any(pattern.fullmatch(plain) for pattern, _sentence in _patterns())


def _date(date: str, why: str) -> str:
    doubt = next((str(text) for note, text in DOUBTS.items() if note.value == why), _("Read with doubt."))
    return doubt if date == "no date" else _("Read as %(date)s. %(doubt)s", date=date, doubt=doubt)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_pattern(sentence), re.DOTALL), sentence) for sentence in SENTENCES]


def _pattern(sentence: str) -> str:
    parts = re.split(r"%\((\w+)\)s", sentence)
    return "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts))
