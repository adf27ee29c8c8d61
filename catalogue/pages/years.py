"""The filter on years: a histogram, the range, and what has no date; and how a range is put into words."""

from dataclasses import dataclass

from flask_babel import gettext as _

from catalogue import histograms
from catalogue.histograms import Histogram
from catalogue.pages import questions
from catalogue.search.index import SearchResult
from catalogue.search.query import UNDATED, SearchQuery

MAX_COLUMNS = 40  # of the histogram; above that, columns of more years


@dataclass(frozen=True)
class Undated:
    """What has no date: how many, and the question that asks for just these, or for all again."""

    count: int
    url: str
    is_on: bool


@dataclass(frozen=True)
class Years:
    """The filter as the page shows it."""

    label: str
    histogram: Histogram | None
    summary: str  # of the histogram, for those who do not see it
    from_year: int | None
    to_year: int | None
    undated: Undated | None
    name: str = "years"
    kind: str = "years"
    open: bool = True


def make(query: SearchQuery, result: SearchResult) -> Years:
    """Make the filter from the counts of an answer."""
    histogram, summary = _histogram(query, result) if len(result.years) > 1 else (None, "")
    return Years(
        label=str(_("Year")),
        histogram=histogram,
        summary=summary,
        from_year=query.from_year,
        to_year=query.to_year,
        undated=_undated(query, result.undated),
    )


def label(query: SearchQuery) -> str:
    """Name the range of years of a question."""
    if query.from_year is None:
        return str(_("up to %(year)s", year=query.to_year))
    if query.to_year is None:
        return str(_("from %(year)s", year=query.from_year))
    if query.from_year == query.to_year:
        return str(query.from_year)
    return str(_("%(first)s to %(last)s", first=query.from_year, last=query.to_year))


def doubt(query: SearchQuery) -> str:
    """Say of what follows that its date is not certain to lie in the range."""
    if query.from_year is None:
        return str(_("These may be from after %(year)s: their date is not certain.", year=query.to_year))
    if query.to_year is None:
        return str(_("These may be from before %(year)s: their date is not certain.", year=query.from_year))
    return str(_("These may fall outside %(years)s: their date is not certain.", years=label(query)))


def _undated(query: SearchQuery, count: int) -> Undated | None:
    is_on = UNDATED in query.values("decade")
    if not count and not is_on:
        return None
    # What has no date lies in no range of years, so one takes the place of the other.
    other = (
        query.without("decade", UNDATED)
        if is_on
        else query.without_filter("years").with_value("decade", UNDATED)
    )
    return Undated(count, questions.url(other), is_on)


def _histogram(query: SearchQuery, result: SearchResult) -> tuple[Histogram, str]:
    first, last = min(result.years), max(result.years)
    step = 1 if last - first < MAX_COLUMNS else 5 if last - first < 5 * MAX_COLUMNS else 10
    starts = range(first // step * step, last + 1, step)
    counts = [sum(result.years.get(year, 0.0) for year in range(start, start + step)) for start in starts]
    inside = [place for place, start in enumerate(starts) if _overlaps(query, start, start + step - 1)]
    columns = range(inside[0], inside[-1] + 1) if inside else range(0)
    busiest = starts[counts.index(max(counts))]
    summary = _("From %(first)s to %(last)s, most in %(busiest)s", first=first, last=last, busiest=busiest)
    # In hundredths, as a picture of circa 1950 counts for a part in each of several years.
    return histograms.draw([round(100 * count) for count in counts], columns), str(summary)


def _overlaps(query: SearchQuery, first: int, last: int) -> bool:
    after = query.from_year is None or last >= query.from_year
    return after and (query.to_year is None or first <= query.to_year)
