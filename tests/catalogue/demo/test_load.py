"""Loading the demo: all of it once, with its files, however often one tries and whatever comes between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import audio, clock, storage
from archive.assets import Asset
from archive.db import db
from catalogue import entry_files
from catalogue.demo import filing, load, making_files, recipes
from catalogue.entries import Entry
from catalogue.entry_files import Files
from tests.catalogue.demo.cut import SHELVES, SMALL, AtOnce, cut, entry_of, silently, tiny, whole


def files_of(shelf: str) -> Files:
    entry = entry_of(shelf)
    return entry_files.of(entry.id)[entry.id]


def sound_of(asset: Asset) -> audio.SoundFacts:
    with storage.vault().open(asset.storage_key) as file:
        return audio.read(file)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    tables = db.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.fixture
def loaded(app: Flask) -> load.Counts:
    """A site with a small demo, its files of a few bytes."""
    return load.load(silently, SMALL, AtOnce(tiny))


def test_what_was_added_is_counted(loaded: load.Counts) -> None:
    entries_told = len(SMALL.collections) + len(SMALL.works) + len(SMALL.sessions) + 9

    assert loaded == load.Counts(entries=entries_told, filed=9)


def test_loading_twice_changes_nothing(app: Flask, loaded: load.Counts) -> None:
    before = rows()
    stamps = dict(db.session.execute(select(Entry.pid, Entry.updated_at)).tuples().all())
    db.session.rollback()

    again = load.load(silently, SMALL, AtOnce(tiny, at_most=0))

    assert again == load.Counts(entries=0, filed=0)
    assert rows() == before
    assert dict(db.session.execute(select(Entry.pid, Entry.updated_at)).tuples().all()) == stamps


def test_a_load_cut_short_among_the_files_is_completed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "BATCH", 2)
    with pytest.raises(BrokenPipeError):
        load.load(silently, SMALL, AtOnce(tiny, at_most=5))
    without = [shelf for shelf in SHELVES if files_of(shelf).master is None]
    db.session.rollback()

    completed = load.load(silently, SMALL, AtOnce(tiny))

    assert len(without) == 5  # the file that was made last belonged to a batch that was not kept
    assert completed == load.Counts(entries=0, filed=5)
    assert all(files_of(shelf).master for shelf in SHELVES)


def test_a_load_cut_short_among_the_entries_is_completed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "BATCH", 2)
    broken = replace(SMALL, images=tuple(replace(image, place="nowhere") for image in SMALL.images))
    with pytest.raises(KeyError):
        load.load(silently, broken, AtOnce(tiny))
    kept = rows()["entry"]
    db.session.rollback()

    completed = load.load(silently, SMALL, AtOnce(tiny))

    assert 0 < kept < rows()["entry"]
    assert completed.entries == rows()["entry"] - kept
    assert rows()["entry_file"] == 2 * 7 + 3 * 2


def test_progress_is_said(app: Flask) -> None:
    said: list[str] = []

    load.load(said.append, SMALL, AtOnce(tiny))

    assert said[-1] == "files of 9 of 9 recordings and pictures"


def test_sound_and_picture_are_what_they_say(app: Flask) -> None:
    load.load(silently, cut(("NR-0412", "NR-1001"), seconds=40), AtOnce())
    heard, seen = files_of("NR-0412"), files_of("NR-1001")

    assert heard.master is not None
    assert heard.fragment is not None
    facts = sound_of(heard.master)
    assert (facts.sample_rate, facts.channels, facts.bit_depth) == (24_000, 1, 16)
    assert facts.duration_ms == heard.master.duration_ms
    assert heard.master.peaks is not None
    assert (len(heard.master.peaks), max(heard.master.peaks)) == (200, 1.0)
    part = sound_of(heard.fragment)
    assert part.duration_ms == pytest.approx(heard.fragment.duration_ms, abs=100)
    assert seen.master is not None
    assert seen.preview is not None
    assert seen.thumbnail is not None
    assert (seen.master.width, seen.master.height) == (1200, 1600)
    assert seen.thumbnail.height == 640


def test_makers_of_their_own_make_the_same() -> None:
    orders = [filing.order(image) for image in cut(("NR-1001", "NR-1101")).images]

    with making_files.workers() as pool:
        made = list(making_files.in_order(pool, orders))

    assert made == [making_files.make(order) for order in orders]


def test_the_fragment_begins_with_the_first_solo_and_lasts_half_a_minute() -> None:
    for session, take in whole().takes:
        start = recipes.fragment_start(session, take)
        solos = [stretch.start_ms for stretch in recipes.course(session, take) if " solo" in stretch.label_en]
        end = recipes.course(session, take)[-1].end_ms
        assert start == max(0, min(end - 30_000, solos[0] if solos else 0)), take.shelf


def test_publication_is_spread_over_the_last_months_in_the_same_order_each_time() -> None:
    moment = clock.now()
    published = load.publication(whole(), moment)
    newest = sorted(published, key=lambda pid: published[pid], reverse=True)
    pids = {take.shelf: take.pid for _session, take in whole().takes}

    assert len(set(published.values())) == len(published)
    assert moment - timedelta(days=200) < min(published.values()) < max(published.values()) < moment
    assert newest[:3] == [pids["NR-0387"], pids["NR-0412"], pids["NR-0274"]]
    assert newest == sorted(
        load.publication(whole(), moment - timedelta(days=9)), key=lambda pid: newest.index(pid)
    )


def test_nothing_is_made_when_all_is_there(app: Flask, loaded: load.Counts) -> None:
    assert load.load(silently, SMALL).filed == 0
