"""What the desk shows of an entry's files: masters with their copies, and what was sent and is not a file yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from archive import audio, media_kinds, template_texts
from archive.assets import Asset, AssetRole, VerifyState
from archive.db import db
from archive.media_kinds import Family
from catalogue import clips, derivatives, masters, waveforms
from catalogue.arrivals import Arrival, ArrivalState
from catalogue.entries import Entry
from catalogue.entry_files import EntryFile
from catalogue.pages import labels
from catalogue.waveforms import Waveform


@dataclass(frozen=True)
class Master:
    """One file of an entry as its page on the desk shows it."""

    asset: Asset
    is_sound: bool
    copies: dict[AssetRole, Asset]
    elsewhere: list[Entry]  # other entries that have the same file
    wave: Waveform | None
    is_busy: bool  # whether a copy is being made

    @property
    def is_complete(self) -> bool:
        """Whether all copies are made."""
        return not self.lacking

    @property
    def lacking(self) -> list[AssetRole]:
        """The copies that are still to come, or could not be made."""
        return [role for role in WANTED[derivatives.family_of(self.asset)] if role not in self.copies]

    @property
    def is_damaged(self) -> bool:
        """Whether the last reading found it missing or altered."""
        return self.asset.verify_state in (VerifyState.MISSING, VerifyState.ALTERED)

    @property
    def fragment(self) -> Asset | None:
        """The part that everybody may hear."""
        return self.copies.get(AssetRole.FRAGMENT)

    @property
    def whole(self) -> str:
        """How long the sound is."""
        return labels.duration_label(self.asset.duration_ms or 0)

    @property
    def clip_starts(self) -> str:
        """When the fragment begins, as one writes it in its form."""
        return clips.written((self.fragment.start_ms or 0) if self.fragment else 0)

    @property
    def clip_lasts(self) -> str:
        """How many seconds the fragment lasts, as one writes them in its form."""
        length = (
            self.fragment.duration_ms
            if self.fragment
            else min(audio.FRAGMENT_MS, self.asset.duration_ms or 0)
        )
        return f"{(length or 0) / 1000:.1f}".removesuffix(".0")


WANTED = {
    Family.PICTURE: (AssetRole.PREVIEW, AssetRole.THUMBNAIL),
    Family.SOUND: (AssetRole.FRAGMENT, AssetRole.FRAGMENT_OPUS, AssetRole.ACCESS),
}


def of(entry: Entry) -> list[Master]:
    """Return the files of an entry, the one that a licence delivers first, in four queries."""
    found, busy = masters.of(entry.id), derivatives.under_way()
    copies = masters.copies_of(*(asset.id for asset in found))
    others = _elsewhere(entry.id, found)
    return [_master(asset, copies[asset.id], others[asset.id], is_busy=asset.id in busy) for asset in found]


def _master(asset: Asset, copies: dict[AssetRole, Asset], elsewhere: list[Entry], *, is_busy: bool) -> Master:
    is_sound = derivatives.family_of(asset) is Family.SOUND
    return Master(asset, is_sound, copies, elsewhere, _wave(asset, copies) if is_sound else None, is_busy)


def _wave(asset: Asset, copies: dict[AssetRole, Asset]) -> Waveform | None:
    fragment = copies.get(AssetRole.FRAGMENT)
    if not asset.peaks or not asset.duration_ms:
        return None
    start = (fragment.start_ms or 0) if fragment else 0
    length = (fragment.duration_ms or 0) if fragment else 0
    return waveforms.draw(
        asset.peaks,
        clip_start=start / 1000,
        clip_end=max(start + length, start + 1) / 1000,
        duration=asset.duration_ms / 1000,
    )


def _elsewhere(entry_id: int, found: Sequence[Asset]) -> dict[int, list[Entry]]:
    others: dict[int, list[Entry]] = {asset.id: [] for asset in found}
    query = (
        select(EntryFile.asset_id, Entry)
        .join(Entry, Entry.id == EntryFile.entry_id)
        .where(EntryFile.asset_id.in_(others), EntryFile.entry_id != entry_id)
        .order_by(Entry.id)
    )
    for asset_id, other in db.session.execute(query):
        others[asset_id].append(other)
    return others


def owners(sent: Sequence[Arrival]) -> dict[int, list[Entry]]:
    """Return, for what was sent and is known already, the entries that have it; by the file's id."""
    known = {arrival.asset_id for arrival in sent if arrival.state is ArrivalState.DUPLICATE} - {None}
    found: dict[int, list[Entry]] = {asset_id: [] for asset_id in known if asset_id is not None}
    if found:
        query = select(EntryFile.asset_id, Entry).join(Entry, Entry.id == EntryFile.entry_id)
        for asset_id, entry in db.session.execute(
            query.where(EntryFile.asset_id.in_(found)).order_by(Entry.id)
        ):
            found[asset_id].append(entry)
    return found


def kind_name(media_type: str) -> str:
    """Return what people call a kind of file."""
    return next((kind.name for kind in media_kinds.KINDS if kind.media_type == media_type), media_type)


def size_label(size: int) -> str:
    """Write a size as people say it."""
    for unit, least in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= least:
            return f"{template_texts.number(round(size / least, 1))} {unit}"
    return f"{size} B"
