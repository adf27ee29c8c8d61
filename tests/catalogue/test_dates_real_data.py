"""Dates that others wrote, with a key: the Weimar Jazz Database and the Teenie Harris Archive."""

import csv
import gzip
import json
from collections import Counter

import pytest

from catalogue import dates

pytestmark = pytest.mark.real_data


def as_number(iso):
    return int(iso.replace("-", ""))


def test_every_recording_date_of_the_weimar_jazz_database_holds_its_year(real_data):
    with (real_data / "recordings" / "wjd_solos.csv").open(encoding="utf-8", newline="") as file:
        solos = [(row["recordingdate"], int(row["recordingyear"])) for row in csv.DictReader(file)]

    readings = [(dates.read(text), year) for text, year in solos]

    assert len(readings) == 456
    assert [text.text for text, year in readings if not text.lo or text.lo // 10000 > year] == []
    assert [text.text for text, year in readings if not text.hi or text.hi // 10000 < year] == []


def test_our_ranges_of_the_teenie_harris_archive_meet_those_of_the_museum(real_data):
    with gzip.open(real_data / "photographs" / "teenie_harris.jsonl.gz", "rt", encoding="utf-8") as file:
        negatives = Counter(
            (
                row["creation_date"],
                as_number(row["creation_date_earliest"]),
                as_number(row["creation_date_latest"]),
            )
            for row in map(json.loads, file)
        )

    met = unread = 0
    for (text, earliest, latest), number in negatives.items():
        reading = dates.read(text)
        if reading.lo is None or reading.hi is None:
            unread += number
        elif reading.lo <= latest and earliest <= reading.hi:
            met += number

    total = negatives.total()
    print(f"\nTeenie Harris: {met / total:.3%} of {total:,} meet the museum's range, {unread} not understood")
    assert total == 59_031
    assert met / total >= 0.995
    # The museum's slips: "November 1959 - January 1950" and "December 1951 - January 1052", both twice, and
    # "c. 194051955".
    assert unread == 5
