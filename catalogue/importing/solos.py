"""The solos of one take as stretches of its recording. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from catalogue.importing.mapping import Mapping
from catalogue.importing.parsing import Span
from catalogue.importing.records import PlannedSolo
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow
from catalogue.instruments import Instrument

# The two times of a source are taken by different people in different ways; below this they agree.
TOLERANCE_MS = 20_000


def of_take(mapping: Mapping, take: Sequence[ReadRow]) -> list[PlannedSolo]:
    """Give the solos of a take in their order of time, each once."""
    planned = [_solo(mapping, row) for row in take]
    places = Counter(_place(solo) for solo in planned)
    for at, row in enumerate(take):
        exact = row.get("solo_start", int)
        if places[_place(planned[at])] > 1 and exact is not None:
            _remark(mapping, row, "two solos of one player have the same time; the start in seconds is used")
            planned[at] = replace(planned[at], start_ms=exact, end_ms=None)
    once: dict[tuple[int, str, str], PlannedSolo] = {}
    for solo, row in zip(planned, take, strict=True):
        if once.setdefault(_place(solo), solo) is not solo:
            _remark(mapping, row, "the same solo as in another row; taken once")
    return sorted(once.values(), key=lambda solo: solo.start_ms)


def _solo(mapping: Mapping, row: ReadRow) -> PlannedSolo:
    span = _span(mapping, row)
    instrument = row.get("solo_instrument", Instrument)
    said = row.texts["solo_instrument"]
    return PlannedSolo(
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        label_nl=mapping.wording(
            "solo_nl", {"instrument": instrument.label_nl.lower() if instrument else said}
        )
        or "Solo",
        label_en=mapping.wording("solo_en", {"instrument": instrument.label_en if instrument else said})
        or "Solo",
        who=row.texts["soloist"],
    )


def _span(mapping: Mapping, row: ReadRow) -> Span:
    span, exact = row.get("solo_time", Span), row.get("solo_start", int)
    if span is None and exact is None:
        _remark(mapping, row, "it is not known where the solo begins; put at the start")
        return Span(0, None)
    if span is None:
        return Span(exact or 0, None)
    if span.note:
        _remark(mapping, row, span.note)
    if exact is not None and abs(exact - span.start_ms) >= TOLERANCE_MS:
        _remark(mapping, row, f"the start in seconds says {exact / 1000:.0f}")
    return span


def _place(solo: PlannedSolo) -> tuple[int, str, str]:
    return solo.start_ms, solo.label_nl, solo.who


def _remark(mapping: Mapping, row: ReadRow, message: str) -> None:
    row.remark(Look.TIME, mapping.column("solo_time"), row.texts["solo_time"], message)
