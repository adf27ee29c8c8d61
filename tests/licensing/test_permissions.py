"""Permissions: situations as an archive meets them, and the law behind: no further claim widens a verdict."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import permissions, reasons
from licensing.claims import (
    CLASS_OF,
    LICENCES,
    SALES,
    Basis,
    Claim,
    ClaimStatus,
    Consent,
    Layer,
    Part,
    Use,
)
from licensing.permissions import Facts
from licensing.reasons import Verdict
from licensing.vocabulary import COUNTRIES, USES

TODAY = date(2026, 11, 22)
ALLOW, ASK, DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY

RECORDING = Facts(frozenset({Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER}))
PICTURE = Facts(frozenset({Layer.PHOTOGRAPH}))

BUMA = Claim(Layer.COMPOSITION, Basis.COLLECTIVE, holder="Buma/Stemra")
PLAYERS = Claim(Layer.PERFORMANCE, Basis.REPRESENTED, holder="the heirs of Joop Terwindt")
OUR_TAPE = Claim(Layer.MASTER, Basis.OWNED)
CLEARED = (BUMA, PLAYERS, OUR_TAPE)
PHOTO = Claim(Layer.PHOTOGRAPH, Basis.ASSIGNED)


def tape(basis: Basis, **more) -> tuple[Claim, ...]:
    """A recording of which all is cleared but the tape, which is this."""
    return (BUMA, PLAYERS, Claim(Layer.MASTER, basis, **more))


def players(basis: Basis, **more) -> tuple[Claim, ...]:
    """A recording of which all is cleared but the performers, who are this."""
    return (BUMA, OUR_TAPE, Claim(Layer.PERFORMANCE, basis, **more))


def out_of_commerce(**more) -> tuple[Claim, ...]:
    return tape(Basis.OUT_OF_COMMERCE, **{"notified_on": date(2025, 1, 15)} | more)


def gift(basis: Basis = Basis.REPRESENTED, **limits: Verdict) -> tuple[Claim, ...]:
    """A cleared recording that somebody gave with conditions."""
    held = {Use(use): verdict for use, verdict in limits.items()}
    return (*CLEARED, Claim(Layer.DEPOSIT_CONTRACT, basis, holder="the family", limits=held))


def portrait(*claims: tuple[Basis, ClaimStatus]) -> tuple[Claim, ...]:
    """A cleared photograph of one or more people."""
    return (PHOTO, *(Claim(Layer.PORTRAIT, basis, status, holder="a sitter") for basis, status in claims))


OWNED, ASSIGNED, MANDATE, SOCIETY = Basis.OWNED, Basis.ASSIGNED, Basis.REPRESENTED, Basis.COLLECTIVE
UNKNOWN, EXCEPTION = Basis.UNKNOWN, Basis.EXCEPTION
CONFIRMED, ASSERTED = ClaimStatus.CONFIRMED, ClaimStatus.ASSERTED
OLD_PHOTO = (Claim(Layer.PHOTOGRAPH, Basis.PUBLIC_DOMAIN),)
TWO_OWNERS = (*CLEARED, Claim(Layer.MASTER, MANDATE, holder="the broadcaster"))
HISTORY = (*CLEARED, Claim(Layer.MASTER, MANDATE, ClaimStatus.SUPERSEDED, holder="the broadcaster"))
ENDED, LATER, LONG_AGO = date(2020, 1, 1), date(2030, 1, 1), date(2026, 1, 1)
CONSENT, ASKED_NOBODY = (MANDATE, CONFIRMED), (UNKNOWN, CONFIRMED)

SITUATIONS = [
    # A cleared recording
    ("documentary", CLEARED, "licence_sync", ALLOW, reasons.REPORT_YOURSELF),
    ("podcast", CLEARED, "licence_editorial", ALLOW, reasons.OWNED),
    ("heard online", CLEARED, "listen_free_online", ALLOW, reasons.REPRESENTED),
    ("advertising with represented makers", CLEARED, "licence_commercial", ASK, reasons.ASK_HOLDER),
    ("machines", CLEARED, "data_mining_ai", DENY, reasons.NO_MACHINES),
    # Unknown holders
    ("nothing researched, podcast", (), "licence_editorial", ASK, reasons.NOT_RESEARCHED),
    ("nothing researched, paid listening", (), "listen_paid_online", DENY, reasons.NOT_RESEARCHED),
    ("nothing researched, fragment", (), "preview_30s", ALLOW, reasons.NOT_RESEARCHED),
    ("performers missing, film", (BUMA, OUR_TAPE), "licence_sync", ASK, reasons.UNKNOWN),
    (
        "performers missing, paid listening",
        (BUMA, OUR_TAPE),
        "listen_paid_online",
        DENY,
        reasons.NOBODY_TO_PAY,
    ),
    ("performers missing, fragment", (BUMA, OUR_TAPE), "preview_30s", ALLOW, reasons.FRAGMENT_ONLY),
    ("performers on record as unknown", players(UNKNOWN), "licence_sync", ASK, reasons.UNKNOWN),
    ("a mandate that names nobody", players(MANDATE), "print", ASK, reasons.UNKNOWN),
    ("half of the performers", players(MANDATE, holder="two", share_bp=5000), "print", ASK, reasons.UNKNOWN),
    # Societies
    (
        "Sena only, podcast",
        players(SOCIETY, holder="Sena"),
        "licence_editorial",
        ASK,
        reasons.ASK_BEYOND_SOCIETY,
    ),
    ("Sena only, airplay", players(SOCIETY, holder="Sena"), "broadcast", ALLOW, reasons.SETTLED_BY_SOCIETY),
    ("a composition, heard online", CLEARED, "listen_free_online", ALLOW, reasons.SETTLED_BY_SOCIETY),
    # Doubt
    ("a contract that ended", tape(ASSIGNED, valid_to=ENDED), "print", ASK, reasons.EXPIRED),
    ("a contract that begins later", tape(ASSIGNED, valid_from=LATER), "print", ASK, reasons.NOT_YET),
    ("a disputed tape", tape(OWNED, status=ClaimStatus.DISPUTED), "print", ASK, reasons.DISPUTED),
    ("two full owners of a tape", TWO_OWNERS, "print", ASK, reasons.DISPUTED),
    ("an unchecked claim, book", tape(OWNED, status=ASSERTED), "print", ASK, reasons.UNCHECKED),
    (
        "an unchecked claim, listening",
        tape(OWNED, status=ASSERTED),
        "listen_free_online",
        ALLOW,
        reasons.OWNED,
    ),
    ("a claim that is history", HISTORY, "print", ALLOW, reasons.OWNED),
    # Out of commerce, announced on 15 January 2025 unless it says otherwise
    ("after six months, heard here", out_of_commerce(), "listen_free_online", ALLOW, reasons.HEARD_HERE),
    (
        "within six months",
        out_of_commerce(notified_on=date(2026, 8, 1)),
        "preview_30s",
        DENY,
        reasons.IN_NOTICE,
    ),
    ("not announced", out_of_commerce(notified_on=None), "preview_30s", DENY, reasons.NOT_ANNOUNCED),
    ("opted out", out_of_commerce(opted_out_on=LONG_AGO), "listen_free_online", DENY, reasons.OPTED_OUT),
    ("on the premises", out_of_commerce(notified_on=None), "listen_onsite", ALLOW, reasons.ON_THE_PREMISES),
    ("on another site", out_of_commerce(), "embed_third_party", DENY, reasons.NEVER_PAID),
    # Exceptions and the public domain
    ("an exception, book", tape(EXCEPTION), "print", DENY, reasons.NOT_UNDER_EXCEPTION),
    ("an exception, online", tape(EXCEPTION), "listen_free_online", ASK, reasons.UNDER_EXCEPTION),
    ("an old photograph", OLD_PHOTO, "licence_commercial", ALLOW, reasons.PUBLIC_DOMAIN),
    # Donors
    (
        "no advertising, says the family",
        gift(licence_commercial=DENY),
        "licence_commercial",
        DENY,
        reasons.FORBIDDEN_BY_HOLDER,
    ),
    ("ask us for films, says the family", gift(licence_sync=ASK), "licence_sync", ASK, reasons.CONDITIONS),
    ("a condition on films, for a book", gift(licence_sync=ASK), "print", ALLOW, reasons.REPRESENTED),
    ("a deposit contract that is lost", gift(UNKNOWN), "print", ASK, reasons.ASK_HOLDER),
    # People in pictures
    ("a sitter who consented", portrait(CONSENT), "licence_commercial", ALLOW, reasons.CONSENTED),
    ("two sitters who consented", portrait(CONSENT, CONSENT), "print", ALLOW, reasons.CONSENTED),
    (
        "a sitter not asked, advertising",
        portrait(ASKED_NOBODY),
        "licence_commercial",
        ASK,
        reasons.NO_CONSENT,
    ),
    ("a sitter not asked, judged by staff", portrait(ASKED_NOBODY), "print", ALLOW, reasons.JUDGED),
    ("a sitter not asked, not judged", portrait((UNKNOWN, ASSERTED)), "print", ASK, reasons.NO_CONSENT),
    (
        "one of two sitters not asked",
        portrait(CONSENT, ASKED_NOBODY),
        "licence_commercial",
        ASK,
        reasons.NO_CONSENT,
    ),
]


@pytest.mark.parametrize(
    ("claims", "use", "verdict", "text"), [pytest.param(*rest, id=name) for name, *rest in SITUATIONS]
)
def test_situation(claims: tuple[Claim, ...], use: str, verdict: Verdict, text: str) -> None:
    facts = PICTURE if any(claim.layer is Layer.PHOTOGRAPH for claim in claims) else RECORDING

    decision = permissions.may_use(claims, facts, Use(use), TODAY, COUNTRIES["europe"])

    assert decision.verdict is verdict
    assert text in [reason.text for reason in decision.reasons if reason.verdict is verdict]


def test_a_cleared_recording_without_a_file_must_be_asked_for() -> None:
    decision = permissions.may_use(CLEARED, Facts(RECORDING.layers, has_master=False), Use.PRINT, TODAY)

    assert (decision.verdict, decision.reasons[0].text) == (ASK, reasons.NO_FILE)


@pytest.mark.parametrize("use", sorted(SALES))
def test_what_is_online_as_out_of_commerce_is_never_sold_in_any_way(use: Use) -> None:
    claims = out_of_commerce()

    assert permissions.may_use(claims, RECORDING, use, TODAY).verdict is DENY


def test_a_right_for_the_netherlands_does_not_reach_further() -> None:
    claims = tape(ASSIGNED, territory=frozenset({"NL"}))

    at_home, abroad, everywhere = (
        permissions.may_use(claims, RECORDING, Use.PRINT, TODAY, COUNTRIES[code]).verdict
        for code in ("netherlands", "benelux", "world")
    )

    assert (at_home, abroad, everywhere) == (ALLOW, ASK, ASK)


def test_a_claim_for_another_part_of_the_world_does_not_count_here() -> None:
    american = Claim(Layer.MASTER, Basis.REPRESENTED, holder="a label", territory=frozenset({"US"}))

    assert (
        permissions.may_use((*CLEARED, american), RECORDING, Use.PRINT, TODAY, COUNTRIES["europe"]).verdict
        is ALLOW
    )


def test_what_is_described_may_always_be_read_about() -> None:
    assert permissions.may_use((), RECORDING, Use.VIEW_META, TODAY).verdict is ALLOW


def test_the_buyer_reads_the_worst_reason_first_and_whom_it_concerns() -> None:
    decision = permissions.may_use(CLEARED, RECORDING, Use.LICENCE_COMMERCIAL, TODAY)

    first = decision.reasons[0]
    assert (first.verdict, first.layer, dict(first.values)) == (
        ASK,
        "performance",
        {"holder": "the heirs of Joop Terwindt"},
    )


def test_the_reason_names_the_day_on_which_an_agreement_ended() -> None:
    claims = tape(ASSIGNED, valid_to=ENDED)

    (reason,) = [
        r for r in permissions.may_use(claims, RECORDING, Use.PRINT, TODAY).reasons if r.verdict is ASK
    ]

    assert reason.values == (("day", "2020-01-01"),)


def test_an_agreement_holds_on_its_first_and_on_its_last_day() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    claims = tape(ASSIGNED, valid_from=first, valid_to=last)

    days = (first - timedelta(1), first, last, last + timedelta(1))
    verdicts = [permissions.may_use(claims, RECORDING, Use.PRINT, day).verdict for day in days]

    assert verdicts == [ASK, ALLOW, ALLOW, ASK]


@pytest.mark.parametrize(
    ("notified", "free"),
    [
        (date(2025, 1, 15), date(2025, 7, 15)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2025, 12, 31), date(2026, 6, 30)),
    ],
)
def test_six_months_of_notice_end_on_the_same_day_or_the_last_of_the_month(
    notified: date, free: date
) -> None:
    assert permissions.end_of_notice(notified) == free


def test_every_use_that_we_sell_has_a_class_and_every_class_of_licence_is_known() -> None:
    assert set(CLASS_OF) == set(USES)
    assert set(CLASS_OF.values()) <= LICENCES


days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
any_claim = st.builds(
    Claim,
    layer=st.sampled_from(Layer),
    basis=st.sampled_from(Basis),
    status=st.sampled_from(ClaimStatus),
    holder=st.none() | st.just("somebody"),
    share_bp=st.sampled_from([1, 2500, 5000, 10_000]),
    territory=st.sampled_from(
        [frozenset({"WW"}), frozenset({"NL"}), frozenset({"BE", "NL"}), frozenset({"US"})]
    ),
    valid_from=days,
    valid_to=days,
    limits=st.dictionaries(st.sampled_from(Use), st.sampled_from(Verdict), max_size=3),
    notified_on=days,
    opted_out_on=days,
)
full_claim = st.builds(
    Claim,
    layer=st.just(Layer.MASTER),
    basis=st.sampled_from(Basis),
    status=st.sampled_from([ClaimStatus.ASSERTED, ClaimStatus.CONFIRMED, ClaimStatus.DISPUTED]),
    holder=st.none() | st.just("somebody"),
    limits=st.dictionaries(st.sampled_from(Use), st.sampled_from(Verdict), max_size=3),
    notified_on=days,
)


@st.composite
def accounted_for(draw: st.DrawFn) -> list[Claim]:
    """Claims of which one on each layer covers all of it, and some others."""
    others = draw(st.lists(any_claim, max_size=4))
    whole = [Claim(**vars(draw(full_claim)) | {"layer": layer}) for layer in Layer]
    return whole + others


@given(accounted_for(), any_claim, st.sampled_from(Use), st.sampled_from(sorted(COUNTRIES)))
def test_another_claim_never_widens_a_decision(
    claims: list[Claim], more: Claim, use: Use, where: str
) -> None:
    before, after = (
        permissions.may_use(held, RECORDING, use, TODAY, COUNTRIES[where]).verdict
        for held in (claims, [*claims, more])
    )

    assert after.severity >= before.severity


@given(
    st.lists(any_claim, max_size=6), st.sampled_from(Use), st.sampled_from(sorted(COUNTRIES)), st.randoms()
)
def test_the_order_of_claims_does_not_matter(claims: list[Claim], use: Use, where: str, random) -> None:
    shuffled = random.sample(claims, len(claims))

    first, second = (
        permissions.may_use(held, RECORDING, use, TODAY, COUNTRIES[where]) for held in (claims, shuffled)
    )

    assert first == second


@given(st.lists(any_claim, max_size=6), st.sampled_from(Use))
def test_a_larger_territory_is_never_decided_more_widely(claims: list[Claim], use: Use) -> None:
    order = [
        permissions.may_use(claims, RECORDING, use, TODAY, COUNTRIES[code]).verdict.severity
        for code in ("netherlands", "benelux", "europe", "world")
    ]

    assert order == sorted(order)


@given(st.lists(any_claim, max_size=6), st.sampled_from(Use))
def test_a_decision_always_says_why_and_the_reasons_bear_it_out(claims: list[Claim], use: Use) -> None:
    decision = permissions.may_use(claims, RECORDING, use, TODAY)

    assert decision.reasons or use is Use.VIEW_META
    assert decision.verdict is reasons.worst(reason.verdict for reason in decision.reasons)


parts = st.builds(lambda first, length: Part(first, first + length), st.integers(0, 100), st.integers(1, 50))
part_claim = st.builds(lambda claim, part: replace(claim, part=part), any_claim, parts)
whole_or_part = any_claim | part_claim


@given(
    st.lists(whole_or_part, max_size=6),
    whole_or_part,
    st.sampled_from(Use),
    st.sampled_from(sorted(COUNTRIES)),
    st.none() | parts,
    st.sampled_from([RECORDING, PICTURE]),
)
def test_a_claim_never_widens_a_decision_but_where_it_names_who_was_unknown(
    claims: list[Claim], more: Claim, use: Use, where: str, part: Part | None, facts: Facts
) -> None:
    territory = COUNTRIES[where]
    filled = [*claims, *permissions.gaps(claims, facts, TODAY, territory)]

    before, said_aloud, after = (
        permissions.may_use(held, facts, use, TODAY, territory, part).verdict
        for held in (claims, filled, [*filled, more])
    )

    assert said_aloud is before
    assert after.severity >= before.severity


@given(st.lists(any_claim, max_size=5), part_claim, st.sampled_from(Use), st.none() | parts)
def test_a_claim_on_a_part_never_widens_anything(
    claims: list[Claim], more: Claim, use: Use, part: Part | None
) -> None:
    before, after = (
        permissions.may_use(held, RECORDING, use, TODAY, COUNTRIES["europe"], part).verdict
        for held in (claims, [*claims, more])
    )

    assert after.severity >= before.severity


@given(st.lists(whole_or_part, max_size=6), st.sampled_from(Use), parts)
def test_a_part_is_never_decided_more_narrowly_than_the_whole(
    claims: list[Claim], use: Use, part: Part
) -> None:
    whole, piece = (
        permissions.may_use(claims, RECORDING, use, TODAY, COUNTRIES["world"], asked).verdict
        for asked in (None, part)
    )

    assert piece.severity <= whole.severity


@given(st.lists(whole_or_part, max_size=6), st.sampled_from(Use))
def test_without_a_territory_nothing_is_allowed_that_is_not_allowed_everywhere(
    claims: list[Claim], use: Use
) -> None:
    nowhere, everywhere = (
        permissions.may_use(claims, RECORDING, use, TODAY, territory).verdict
        for territory in (frozenset(), COUNTRIES["world"])
    )

    assert nowhere.severity >= everywhere.severity
    assert use is Use.VIEW_META or nowhere is not ALLOW


def sitter(**more) -> tuple[Claim, ...]:
    """A photograph of ours of somebody on record who has not been asked."""
    return (PHOTO, Claim(Layer.PORTRAIT, UNKNOWN, holder="Coba", party_id=7, **more))


def agreed(**more) -> Facts:
    """What we know of a photograph when that sitter has agreed in writing."""
    return replace(PICTURE, consents=(Consent(Layer.PORTRAIT, 7, **more),))


ADVERTISING = Use.LICENCE_COMMERCIAL


@pytest.mark.parametrize(
    ("facts", "verdict", "text"),
    [
        (PICTURE, ASK, reasons.NO_CONSENT),
        (agreed(), ALLOW, reasons.CONSENT_GIVEN),
        (agreed(uses=frozenset({ADVERTISING})), ALLOW, reasons.CONSENT_GIVEN),
        (agreed(uses=frozenset({Use.PRINT})), ASK, reasons.NO_CONSENT),
        (agreed(territory=frozenset({"NL"})), ASK, reasons.NO_CONSENT),
        (agreed(valid_from=TODAY), ALLOW, reasons.CONSENT_GIVEN),
        (agreed(valid_to=ENDED), ASK, reasons.CONSENT_ENDED),
        (agreed(valid_from=LATER), ASK, reasons.NO_CONSENT),
        (agreed(withdrawn_on=TODAY), DENY, reasons.CONSENT_WITHDRAWN),
        (agreed(withdrawn_on=LATER), ALLOW, reasons.CONSENT_GIVEN),
    ],
)
def test_consent_in_writing_opens_what_must_be_asked(facts: Facts, verdict: Verdict, text: str) -> None:
    decision = permissions.may_use(sitter(), facts, ADVERTISING, TODAY, COUNTRIES["europe"])

    assert (decision.verdict, decision.reasons[0].verdict) == (verdict, verdict)
    assert text in [reason.text for reason in decision.reasons]


def test_consent_of_another_sitter_opens_nothing() -> None:
    facts = replace(PICTURE, consents=(Consent(Layer.PORTRAIT, 8),))

    assert permissions.may_use(sitter(), facts, ADVERTISING, TODAY).verdict is ASK


def test_consent_does_not_lift_what_the_holder_keeps_back_or_what_is_disputed() -> None:
    kept_back = sitter(limits={ADVERTISING: DENY})
    disputed = sitter(status=ClaimStatus.DISPUTED)

    assert permissions.may_use(kept_back, agreed(), ADVERTISING, TODAY).verdict is DENY
    assert permissions.may_use(disputed, agreed(), ADVERTISING, TODAY).verdict is ASK


@pytest.mark.parametrize("basis", [Basis.OUT_OF_COMMERCE, Basis.EXCEPTION])
@pytest.mark.parametrize("use", sorted(SALES))
def test_consent_of_one_player_sells_nothing_that_is_online_under_the_law_alone(
    basis: Basis, use: Use
) -> None:
    claims = players(basis, holder="Joop", party_id=7, notified_on=date(2025, 1, 15))
    facts = replace(RECORDING, consents=(Consent(Layer.PERFORMANCE, 7),))

    assert permissions.may_use(claims, facts, use, TODAY).verdict is DENY


@given(st.lists(any_claim, max_size=5), st.sampled_from(Use), st.lists(st.sampled_from(Layer), max_size=3))
def test_a_consent_never_sells_what_is_refused(claims: list[Claim], use: Use, layers: list[Layer]) -> None:
    held = [replace(claim, party_id=7) for claim in claims]
    facts = replace(RECORDING, consents=tuple(Consent(layer, 7) for layer in layers))

    without, given_in = (
        permissions.may_use(held, known, use, TODAY, COUNTRIES["europe"]).verdict
        for known in (RECORDING, facts)
    )

    assert (without is DENY) == (given_in is DENY)
    assert given_in.severity <= without.severity


def test_the_reason_about_a_part_says_which() -> None:
    sample = Claim(Layer.BROADCAST, UNKNOWN, part=Part(60_000, 90_000))

    decision = permissions.may_use((*CLEARED, sample), RECORDING, Use.LICENCE_SYNC, TODAY)

    assert (decision.reasons[0].layer, decision.reasons[0].part) == ("broadcast", (60_000, 90_000))
