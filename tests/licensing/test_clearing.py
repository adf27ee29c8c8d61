"""Whose consent a use needs, and what consents change: for that use alone, and never what is denied."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import clearing, permissions, reasons
from licensing.claims import Basis, Claim, ClaimStatus, Layer, Use
from licensing.clearing import NOTHING, Purpose, Settled
from licensing.permissions import Facts
from licensing.reasons import Verdict

TODAY = date(2026, 11, 22)
EUROPE = frozenset({"NL", "BE", "DE"})
FILM = Purpose((Use.LICENCE_SYNC,), EUROPE, TODAY)
ADVERTISING = Purpose((Use.LICENCE_COMMERCIAL,), EUROPE, TODAY)
SOUND = Facts(frozenset({Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER}))
OURS = [Claim(Layer.COMPOSITION, Basis.OWNED), Claim(Layer.MASTER, Basis.OWNED)]
HEIRS = Claim(Layer.PERFORMANCE, Basis.REPRESENTED, holder="Erven Vos")


def names(wanted: list[clearing.Wanted]) -> list[tuple[str, str | None]]:
    return [(found.layer.value, found.holder) for found in wanted]


def test_a_use_that_is_allowed_needs_no_consent() -> None:
    assert clearing.consents_wanted([*OURS, HEIRS], SOUND, FILM) == []


def test_the_holder_who_must_agree_is_the_one_to_be_asked() -> None:
    (wanted,) = clearing.consents_wanted([*OURS, HEIRS], SOUND, ADVERTISING)

    assert (wanted.layer, wanted.holder) == (Layer.PERFORMANCE, "Erven Vos")
    assert wanted.reason.text == reasons.ASK_HOLDER


def test_each_holder_of_a_layer_is_asked() -> None:
    halves = [
        Claim(Layer.PERFORMANCE, Basis.REPRESENTED, holder=name, share_bp=5_000)
        for name in ("Bakboord", "Vos")
    ]

    assert names(clearing.consents_wanted([*OURS, *halves], SOUND, ADVERTISING)) == [
        ("performance", "Bakboord"),
        ("performance", "Vos"),
    ]


def test_what_is_left_of_a_layer_beside_its_holders_is_nobodys_until_staff_find_out() -> None:
    half = Claim(Layer.PERFORMANCE, Basis.REPRESENTED, holder="Vos", share_bp=5_000)

    assert names(clearing.consents_wanted([*OURS, half], SOUND, ADVERTISING)) == [
        ("performance", "Vos"),
        ("performance", None),
    ]


def test_a_society_that_cannot_consent_is_not_asked_but_its_members_have_to_be_found() -> None:
    sena = Claim(Layer.PERFORMANCE, Basis.COLLECTIVE, holder="Sena")

    assert names(clearing.consents_wanted([*OURS, sena], SOUND, FILM)) == [("performance", None)]


def test_an_entry_that_nobody_has_looked_into_needs_each_of_its_layers() -> None:
    assert names(clearing.consents_wanted([], SOUND, FILM)) == [
        ("composition", None),
        ("performance", None),
        ("master", None),
    ]


def test_what_is_denied_needs_no_consent_because_none_would_help() -> None:
    out_of_commerce = Claim(Layer.MASTER, Basis.OUT_OF_COMMERCE, notified_on=date(2020, 1, 1))

    assert clearing.consents_wanted([OURS[0], HEIRS, out_of_commerce], SOUND, ADVERTISING) == []


def test_with_the_consent_the_use_is_allowed_and_says_whose_it_was() -> None:
    given_ = Settled(given=frozenset({(Layer.PERFORMANCE, "Erven Vos")}))

    decision = clearing.decide([*OURS, HEIRS], SOUND, ADVERTISING, given_)

    assert decision.verdict is Verdict.ALLOW
    told = {reason.text: dict(reason.values) for reason in decision.reasons if reason.layer == "performance"}
    assert told == {clearing.CONSENT_GIVEN: {"holder": "Erven Vos"}}


def test_one_consent_of_two_is_not_enough() -> None:
    halves = [
        Claim(Layer.PERFORMANCE, Basis.REPRESENTED, holder=name, share_bp=5_000)
        for name in ("Bakboord", "Vos")
    ]
    one = Settled(given=frozenset({(Layer.PERFORMANCE, "Vos"), (Layer.PERFORMANCE, None)}))

    assert clearing.decide([*OURS, *halves], SOUND, ADVERTISING, one).verdict is Verdict.ASK


def test_a_layer_that_is_left_out_no_longer_stands_in_the_way_and_says_whom_to_ask() -> None:
    without = Settled(excluded=frozenset({(Layer.PERFORMANCE, "Erven Vos")}))

    decision = clearing.decide([*OURS, HEIRS], SOUND, ADVERTISING, without)

    assert decision.verdict is Verdict.ALLOW
    assert (clearing.LEFT_OUT, (("holder", "Erven Vos"),)) in {(r.text, r.values) for r in decision.reasons}


def test_who_refuses_denies_the_use() -> None:
    no = Settled(refused=frozenset({(Layer.PERFORMANCE, "Erven Vos")}))

    decision = clearing.decide([*OURS, HEIRS], SOUND, ADVERTISING, no)

    assert decision.verdict is Verdict.DENY
    assert decision.reasons[0].text == clearing.SAID_NO


def test_a_donor_s_ban_stays_a_ban_whoever_consents() -> None:
    ban = Claim(Layer.DEPOSIT_CONTRACT, Basis.OWNED, limits={Use.LICENCE_COMMERCIAL: Verdict.DENY})
    everybody = Settled(given=frozenset((layer, None) for layer in Layer))

    assert clearing.decide([*OURS, HEIRS, ban], SOUND, ADVERTISING, everybody).verdict is Verdict.DENY


def test_a_new_holder_is_not_covered_by_the_consent_of_another() -> None:
    given_ = Settled(given=frozenset({(Layer.PERFORMANCE, "Erven Vos")}))
    drummer = Claim(Layer.PERFORMANCE, Basis.UNKNOWN, ClaimStatus.DISPUTED, holder="Bakboord")

    assert clearing.decide([*OURS, HEIRS, drummer], SOUND, ADVERTISING, given_).verdict is Verdict.ASK


def test_that_there_is_no_file_yet_is_nothing_to_clear() -> None:
    assert (
        clearing.decide([*OURS, HEIRS], Facts(SOUND.layers, has_master=False), FILM).verdict is Verdict.ALLOW
    )


CLAIMS = st.lists(
    st.builds(
        Claim,
        st.sampled_from(Layer),
        st.sampled_from(Basis),
        st.sampled_from(ClaimStatus),
        holder=st.sampled_from([None, "Vos", "Bakboord"]),
        share_bp=st.sampled_from([2_500, 5_000, 10_000]),
        territory=st.sampled_from([frozenset({"NL"}), frozenset({"WW"}), frozenset({"US"})]),
        limits=st.dictionaries(st.sampled_from(Use), st.sampled_from(Verdict), max_size=3),
        valid_to=st.sampled_from([None, date(2020, 1, 1), date(2030, 1, 1)]),
    ),
    max_size=5,
)
PURPOSES = st.builds(
    Purpose,
    st.lists(st.sampled_from([use for use in Use if use is not Use.VIEW_META]), min_size=1, max_size=2).map(
        tuple
    ),
    st.sampled_from([frozenset({"NL"}), EUROPE, frozenset({"WW"})]),
    st.just(TODAY),
)
KEYS = st.frozensets(st.tuples(st.sampled_from(Layer), st.sampled_from([None, "Vos", "Bakboord"])))


@given(claims=CLAIMS, purpose=PURPOSES)
def test_without_anything_settled_the_decision_is_that_of_the_rights(
    claims: list[Claim], purpose: Purpose
) -> None:
    verdicts = [
        permissions.may_use(claims, SOUND, use, purpose.on, purpose.territory).verdict for use in purpose.uses
    ]

    assert clearing.decide(claims, SOUND, purpose).verdict is reasons.worst(verdicts)


@given(claims=CLAIMS, purpose=PURPOSES, given_=KEYS, excluded=KEYS)
def test_nothing_that_is_settled_lifts_a_denial(
    claims: list[Claim],
    purpose: Purpose,
    given_: frozenset[tuple[Layer, str | None]],
    excluded: frozenset[tuple[Layer, str | None]],
) -> None:
    if clearing.decide(claims, SOUND, purpose).verdict is Verdict.DENY:
        assert clearing.decide(claims, SOUND, purpose, Settled(given_, excluded)).verdict is Verdict.DENY


@given(claims=CLAIMS, purpose=PURPOSES)
def test_all_consents_that_are_wanted_are_together_enough(claims: list[Claim], purpose: Purpose) -> None:
    wanted = clearing.consents_wanted(claims, SOUND, purpose)
    everything = Settled(frozenset((found.layer, found.holder) for found in wanted))

    verdict = clearing.decide(claims, SOUND, purpose, everything).verdict
    if clearing.decide(claims, SOUND, purpose).verdict is Verdict.ASK:
        assert verdict is Verdict.ALLOW


@given(claims=CLAIMS, purpose=PURPOSES)
def test_each_consent_that_is_wanted_is_needed(claims: list[Claim], purpose: Purpose) -> None:
    wanted = clearing.consents_wanted(claims, SOUND, purpose)
    keys = frozenset((found.layer, found.holder) for found in wanted)

    for missing in keys:
        decision = clearing.decide(claims, SOUND, purpose, Settled(keys - {missing}))
        assert decision.verdict is Verdict.ASK


@given(claims=CLAIMS, purpose=PURPOSES, refused=KEYS)
def test_a_refusal_never_widens(
    claims: list[Claim], purpose: Purpose, refused: frozenset[tuple[Layer, str | None]]
) -> None:
    before = clearing.decide(claims, SOUND, purpose, NOTHING).verdict

    assert (
        clearing.decide(claims, SOUND, purpose, Settled(refused=refused)).verdict.severity >= before.severity
    )


@pytest.mark.parametrize("layer", list(Layer))
def test_a_layer_left_out_says_whom_to_ask_even_when_nobody_is_known(layer: Layer) -> None:
    unknown = Claim(layer, Basis.UNKNOWN)
    decision = clearing.decide(
        [*OURS, HEIRS, unknown], SOUND, FILM, Settled(excluded=frozenset({(layer, None)}))
    )

    assert decision.verdict is Verdict.ALLOW
