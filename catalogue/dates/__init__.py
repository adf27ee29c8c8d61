"""Dates as people write them, as EDTF, and as days to search between.

Three functions do the work: `dates.read`, `dates.show` and `dates.bounds`.
"""

from catalogue.dates.limits import bounds, decade
from catalogue.dates.notes import Note
from catalogue.dates.readings import DateReading, read
from catalogue.dates.wording import show

__all__ = ["DateReading", "Note", "bounds", "decade", "read", "show"]
