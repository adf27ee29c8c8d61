"""The real inputs, by their paths below REAL_DATA. A new one is one line here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Input:
    """One file, or a folder of files that are brought in one after another."""

    name: str
    title: str
    path: str
    mapping: str | None = None  # None: recognised by its header


INPUTS = (
    Input("wjd", "Weimar Jazz Database, CSV", "recordings/wjd_solos.csv"),
    Input("trio", "Jazz Trio Database, XLSX", "recordings/jazz_trio_corpus_chronology.xlsx"),
    Input("concerts", "Carnegie Hall, concerts, JSON Lines", "concerts/carnegie_jazz_concerts.jsonl.gz"),
    Input("programmes", "Carnegie Hall, programmes, JSON Lines", "concerts/carnegie_jazz_programmes.jsonl"),
    Input("harris", "Teenie Harris, JSON Lines", "photographs/teenie_harris.jsonl.gz"),
    Input("discogs", "Discogs, releases, XML", "recordings/discogs_jazz_releases_cb.xml"),
    Input("pbcore", "PBCore, 11 programmes, XML", "interchange/pbcore"),
    Input("marc", "MARC, library records, XML", "interchange/marc/oclc_100.xml"),
)
