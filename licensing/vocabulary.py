"""The words in which a licence is asked for: uses, places, terms, amounts, circumstances and packages, by code.

Codes lie in the database, in rate cards and in addresses of pages; each has here the English text that is
translated when it is shown. A rate card may leave a code out, but cannot bring one that is not here.
"""

from datetime import date, timedelta


def N_(msgid: str) -> str:  # noqa: N802 - the name by which Babel's extractor finds texts that are translated later
    """Mark a text for translation and give it back as it is."""
    return msgid


SOUND, IMAGE = "sound", "image"
ASSET_TYPES = {"recording": SOUND, "image": IMAGE}  # by kind of entry; other kinds cannot be licensed as such

USES = {
    "documentary": N_("Documentary"),
    "podcast": N_("Podcast"),
    "web": N_("Podcast or website"),
    "exhibition": N_("Exhibition"),
    "book": N_("Book or magazine"),
    "education": N_("Education"),
    "advertising": N_("Advertising"),
}
# What is used at once, without a licence; the codes are those of `small_prices.GrantKind`.
SMALL_USES = {
    "listen": N_("Listening online"),
    "download": N_("Private copy"),
    "pass": N_("Listening with a day pass"),
}
SOLD_USES = USES | SMALL_USES
USES_OF = {
    SOUND: ("documentary", "podcast", "exhibition", "book", "education", "advertising"),
    IMAGE: ("documentary", "web", "exhibition", "book", "education", "advertising"),
}
# What one price covers, for the list of rates.
SCOPES = {
    "documentary": N_("one film or programme"),
    "podcast": N_("one episode"),
    "web": N_("one page or episode"),
    "exhibition": N_("one location"),
    "book": N_("print run up to 3,000"),
    "education": N_("one course"),
    "advertising": N_("always a quote"),
}

TERRITORIES = {
    "netherlands": N_("Netherlands"),
    "benelux": N_("Benelux"),
    "europe": N_("Europe"),
    "world": N_("World"),
}
WORLDWIDE = "WW"
_EUROPE = (
    "AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT"
    " RO RS SE SI SK SM UA VA XK"
)
# ISO 3166 codes, as rights claims use them; "WW" is everywhere.
COUNTRIES = {
    "netherlands": frozenset({"NL"}),
    "benelux": frozenset({"BE", "LU", "NL"}),
    "europe": frozenset(_EUROPE.split()),
    "world": frozenset({WORLDWIDE}),
}

TERMS = {
    "1_year": N_("1 year"),
    "5_years": N_("5 years"),
    "perpetual": N_("Unlimited"),
}
_YEARS = {"1_year": 1, "5_years": 5, "perpetual": None}

DURATIONS = {
    "30s": N_("Up to 30 seconds"),
    "2min": N_("Up to 2 minutes"),
    "whole": N_("The whole recording"),
}
SIZES = {
    "small": N_("Up to 1,000 pixels"),
    "medium": N_("Up to 2,500 pixels"),
    "full": N_("Full size"),
}
LONGEST_MS = {"30s": 30_000, "2min": 120_000}  # of an excerpt; anything longer is the whole

# Circumstances that most buyers need not think about: the first answer of each is the ordinary one, which is meant
# when nothing is said.
AUDIENCES = {
    "ordinary": N_("Up to 100,000 people"),
    "large": N_("Up to 1 million people"),
    "unlimited": N_("Any number of people"),
}
PRINT_RUNS = {
    "ordinary": N_("Up to 3,000 copies"),
    "large": N_("Up to 10,000 copies"),
    "unlimited": N_("Any number of copies"),
}
EXCLUSIVITIES = {
    "none": N_("Others may use it too"),
    "exclusive": N_("Exclusive"),
    "from_now": N_("Exclusive beside licences already given"),
}
PLACEMENTS = {
    "inside": N_("Within the work"),
    "prominent": N_("On the cover, poster or title sequence"),
}
USER_CLASSES = {
    "editorial": N_("Press, media or publisher"),
    "academic": N_("School, university or researcher"),
    "non_profit": N_("Organisation without profit motive"),
    "commercial": N_("Company or brand"),
}

# The questions, in the order in which they are asked and told; "duration" is for sound and "size" for images.
QUESTIONS = {
    "use": N_("What for"),
    "territory": N_("Where"),
    "term": N_("How long"),
    "duration": N_("How much music"),
    "size": N_("How large"),
    "audience": N_("Audience"),
    "print_run": N_("Print run"),
    "exclusivity": N_("Exclusivity"),
    "placement": N_("Place in your work"),
    "user_class": N_("Who you are"),
}
OPTIONS = {
    "use": USES,
    "territory": TERRITORIES,
    "term": TERMS,
    "duration": DURATIONS,
    "size": SIZES,
    "audience": AUDIENCES,
    "print_run": PRINT_RUNS,
    "exclusivity": EXCLUSIVITIES,
    "placement": PLACEMENTS,
    "user_class": USER_CLASSES,
}
DIMENSIONS_OF = {
    SOUND: ("territory", "term", "duration"),
    IMAGE: ("territory", "term", "size"),
}
FURTHER = ("audience", "print_run", "exclusivity", "placement", "user_class")
ORDINARY = {dimension: next(iter(OPTIONS[dimension])) for dimension in FURTHER}

# Ready packages: the name, and what it is for.
PACKAGES = {
    "podcast_episode": (N_("Podcast episode"), N_("One episode that stays online everywhere.")),
    "film": (N_("Documentary"), N_("One film or programme on Dutch television, on demand and at festivals.")),
    "exhibition_sound": (N_("Sound in an exhibition"), N_("One hall or listening post for a year.")),
    "lesson": (N_("Lesson or lecture"), N_("Teaching material of one school or university.")),
    "web_page": (N_("Picture on a website"), N_("One page or article that is read everywhere.")),
    "book_page": (N_("Picture in a book"), N_("Inside a book or magazine that is sold everywhere.")),
    "exhibition_print": (N_("Picture in an exhibition"), N_("One print at full size for a year.")),
}

# What a right is on, by the codes of `claims.Layer`.
LAYERS = {
    "composition": N_("Composition"),
    "lyrics": N_("Lyrics"),
    "arrangement": N_("Arrangement"),
    "performance": N_("Performers"),
    "master": N_("Recording (master)"),
    "broadcast": N_("Broadcast"),
    "film": N_("Film"),
    "photograph": N_("Photograph"),
    "artwork_shown": N_("Artwork in the picture"),
    "portrait": N_("People in the picture"),
    "deposit_contract": N_("Agreement with the donor"),
    "database": N_("Database"),
}


def further_of(use: str) -> tuple[str, ...]:
    """Name the circumstances that count for a use: what is printed has copies, anything else an audience."""
    reach = "audience" if use == "book" else "print_run"
    return tuple(dimension for dimension in FURTHER if dimension != reach)


def duration_of(length_ms: int) -> str:
    """Give the answer to "how much music" for an excerpt of so many milliseconds."""
    return next((code for code, longest in LONGEST_MS.items() if length_ms <= longest), "whole")


def last_day(term: str, first: date) -> date | None:
    """Give the last day of a term that begins on `first`, or None when it does not end."""
    years = _YEARS[term]
    if years is None:
        return None
    # A term that begins on 29 February ends on the 28th, as one that begins on 1 March does.
    month, day = (3, 1) if (first.month, first.day) == (2, 29) else (first.month, first.day)
    return date(first.year + years, month, day) - timedelta(days=1)
