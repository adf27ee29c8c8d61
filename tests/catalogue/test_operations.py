"""What each operation of a batch makes of an entry, and when it cannot be done."""

from typing import Any

import pytest

from catalogue import operations
from catalogue.operations import Action, Operation, Reason, Unfit

CREDIT = {"agent_id": 7, "role": "prf", "instrument_id": 3, "leader": True, "position": 0}
SAID: dict[str, Any] = {
    "id": 1,
    "title": "Blauw uur",
    "credit_line": "Foto: Café Ruis",
    "shelfmark": None,
    "place_id": 4,
    "parent_id": 5,
    "date_text": "1958",
    "access": "preview",
    "status": "review",
    "withdrawn_reason": None,
    "merged_into_id": None,
    "terms": [{"term_id": 11}],
    "credits": [CREDIT],
    "session": [{"session_type": "concert", "programme": None}],
}

CONCERT = {"session_type": "concert", "programme": "Jazz"}
CASES: list[tuple[Operation, dict[str, Any]]] = [
    (Operation(Action.SET, "shelfmark", "NR-1"), {"shelfmark": "NR-1"}),
    (
        Operation(Action.SET, "session.programme", "Jazz"),
        {"session": [CONCERT]},
    ),
    (Operation(Action.CLEAR, "credit_line"), {"credit_line": None}),
    (Operation(Action.CLEAR, "shelfmark"), {"shelfmark": None}),
    (Operation(Action.REPLACE, "title", "uur", "nacht"), {"title": "Blauw nacht"}),
    (Operation(Action.REPLACE, "title", "BLAUW ", "", any_case=True), {"title": "uur"}),
    (Operation(Action.REPLACE, "title", "BLAUW", ""), {"title": "Blauw uur"}),
    (Operation(Action.REPLACE, "credit_line", "é", r"\1 $&"), {"credit_line": r"Foto: Caf\1 $& Ruis"}),
    (Operation(Action.REPLACE, "shelfmark", "x", "y"), {"shelfmark": None}),
    (Operation(Action.ADD_TERM, target=12), {"terms": [{"term_id": 11}, {"term_id": 12}]}),
    (Operation(Action.ADD_TERM, target=11), {"terms": [{"term_id": 11}]}),
    (Operation(Action.REMOVE_TERM, target=11), {"terms": []}),
    (Operation(Action.REMOVE_CREDIT, target=7), {"credits": []}),
    (Operation(Action.REMOVE_CREDIT, target=7, role="cmp"), {"credits": [CREDIT]}),
    (Operation(Action.ADD_CREDIT, target=7, role="prf", instrument=3), {"credits": [CREDIT]}),
    (Operation(Action.PLACE, target=9), {"place_id": 9}),
    (Operation(Action.PLACE), {"place_id": None}),
    (Operation(Action.COLLECTION, target=9), {"parent_id": 9}),
    (Operation(Action.DATE), {"date_text": None, "date_edtf": None, "date_lo": None, "date_hi": None}),
    (
        Operation(Action.DATE, text="14 maart 1958"),
        {"date_text": "14 maart 1958", "date_edtf": "1958-03-14", "date_lo": 19580314, "date_hi": 19580314},
    ),
    (Operation(Action.ACCESS, text="closed"), {"access": "closed"}),
    (Operation(Action.STATUS, text="published"), {"status": "published", "withdrawn_reason": None}),
    (Operation(Action.STATUS, text="review"), {"status": "review", "withdrawn_reason": None}),
]


@pytest.mark.parametrize(("operation", "after"), CASES)
def test_an_operation_says_what_the_entry_will_say(operation: Operation, after: dict[str, Any]) -> None:
    assert operations.outcome(operation, SAID) == after


@pytest.mark.parametrize("operation", [operation for operation, _after in CASES])
def test_an_operation_is_read_back_as_it_was_written(operation: Operation) -> None:
    assert operations.from_json(operations.as_json(operation)) == operation


@pytest.mark.parametrize("operation", [operation for operation, _after in CASES])
def test_done_twice_is_done_once(operation: Operation) -> None:
    once = SAID | operations.outcome(operation, SAID)

    assert once | operations.outcome(operation, once) == once


def test_somebody_added_comes_last() -> None:
    after = operations.outcome(Operation(Action.ADD_CREDIT, target=8, role="cmp"), SAID)["credits"]

    assert after[0] == CREDIT
    assert (after[1]["agent_id"], after[1]["role"], after[1]["position"]) == (8, "cmp", 1)


@pytest.mark.parametrize(
    ("operation", "changes", "reason"),
    [
        (Operation(Action.SET, "image.alt_nl", "x"), {}, Reason.NOT_OF_KIND),
        (Operation(Action.REPLACE, "title", "Blauw uur", " "), {}, Reason.NEEDS_TITLE),
        (Operation(Action.REPLACE, "title", "u", "u" * 300), {}, Reason.TOO_LONG),
        (Operation(Action.COLLECTION, target=1), {}, Reason.WITHIN_ITSELF),
        (Operation(Action.COLLECTION, target=9, above=(1,)), {}, Reason.WITHIN_ITSELF),
        (Operation(Action.STATUS, text="withdrawn", replacement="x"), {}, Reason.NO_SUCH_MOVE),
        (Operation(Action.DATE), {"merged_into_id": 2}, Reason.MERGED),
    ],
)
def test_what_cannot_be_done_is_told(operation: Operation, changes: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(Unfit) as refusal:
        operations.outcome(operation, SAID | changes)

    assert refusal.value.reason is reason


def test_accents_written_in_two_ways_are_found() -> None:
    decomposed = SAID | {"credit_line": "Foto: Cafe\u0301 Ruis"}

    assert operations.outcome(Operation(Action.REPLACE, "credit_line", "Café", "Bar"), decomposed) == {
        "credit_line": "Foto: Bar Ruis"
    }
