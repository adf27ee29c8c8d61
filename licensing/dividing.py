"""How a licence fee is divided, pure: over the layers by weight, within a layer by the shares claimed, and of each
holder's part the archive's commission. Largest remainders: not a cent is lost, none is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import lcm

from licensing.claims import Basis, ClaimStatus, Layer
from licensing.money import FULL, Money


class Holder(str, Enum):
    """Whose a part is: the archive's own, a party's, or kept apart until it is known whose."""

    ARCHIVE = "archive"
    PARTY = "party"
    RESERVE = "reserve"


# Grounds on which a share takes no part: nobody is owed, or the buyer reports the use to the society himself.
_NOTHING_OWED = frozenset({Basis.PUBLIC_DOMAIN, Basis.EXCEPTION, Basis.COLLECTIVE, Basis.OUT_OF_COMMERCE})
_OURS = frozenset({Basis.OWNED, Basis.ASSIGNED})
# Layers on which each claim stands for itself, so that they may come to more than the whole.
_EACH_FOR_ITSELF = frozenset({Layer.PORTRAIT, Layer.ARTWORK_SHOWN, Layer.DEPOSIT_CONTRACT})


@dataclass(frozen=True)
class Stake:
    """A claim as it stood on the day: which part of a layer, on what ground, for whom (None: nobody known)."""

    layer: Layer
    basis: Basis
    status: ClaimStatus
    share_bp: int
    party_id: int | None
    claim_id: int | None = None


@dataclass(frozen=True)
class Part:
    """One part of a fee, by net (`base`). A reserved part that is in dispute names who claims it."""

    layer: Layer | None  # None: no layer takes part, all is the archive's
    holder: Holder
    basis: Basis
    share_bp: int
    party_id: int | None
    claim_id: int | None
    base: Money


@dataclass(frozen=True)
class Worth:
    """What a part comes to: its share of price, VAT and the provider's fees, and what is owed to the holder."""

    base: Money
    vat: Money
    fees: Money
    amount: Money


def divide(
    net: Money, stakes: Iterable[Stake], needed: Iterable[Layer], weights: Mapping[Layer, int]
) -> list[Part]:
    """Divide a fee without VAT; `needed` are layers that take part even when nobody claims them.

    The order of the stakes does not matter. Where nothing is owed on any layer, all is the archive's.
    """
    layers = _by_layer(stakes, needed)
    totals = {layer: sum(stake.share_bp for stake in held) for layer, held in layers.items()}
    scale = lcm(*totals.values())
    taking = [
        (stake, weights[layer] * stake.share_bp * (scale // totals[layer]))
        for layer in sorted(layers, key=list(Layer).index)
        for stake in layers[layer]
        if weights[layer] and not _is_free(stake)
    ]
    if not taking:
        return [Part(None, Holder.ARCHIVE, Basis.OWNED, FULL, None, None, net)]
    bases = net.allocate([weight for _stake, weight in taking])
    return [
        _part(stake, totals[stake.layer], base) for (stake, _weight), base in zip(taking, bases, strict=True)
    ]


def worth(base: Money, vat: Money, fees: Money, commission_bp: int, kept: Fraction = Fraction(1)) -> Worth:
    """Say what a part is worth when this much of the price was kept; fees never exceed what they are taken from."""
    base, vat = base.times(kept), vat.times(kept)
    fees = min(fees.times(kept), base)
    amount = (base - fees).allocate([FULL - commission_bp, commission_bp])[0]
    return Worth(base, vat, fees, amount)


def _by_layer(stakes: Iterable[Stake], needed: Iterable[Layer]) -> dict[Layer, list[Stake]]:
    """Give each layer's stakes in one order, what nobody claims added as unknown."""
    layers: defaultdict[Layer, list[Stake]] = defaultdict(list)
    for stake in stakes:
        if stake.status is not ClaimStatus.SUPERSEDED:
            layers[stake.layer].append(stake)
    for layer in {*needed, *layers}:
        missing = FULL - sum(stake.share_bp for stake in layers[layer])
        if missing > 0:
            layers[layer].append(Stake(layer, Basis.UNKNOWN, ClaimStatus.CONFIRMED, missing, None))
        layers[layer].sort(key=_order)
    return layers


def _is_free(stake: Stake) -> bool:
    return stake.basis in _NOTHING_OWED and stake.status is not ClaimStatus.DISPUTED


def _part(stake: Stake, total_bp: int, base: Money) -> Part:
    holder = _holder(stake, total_bp)
    return Part(stake.layer, holder, stake.basis, stake.share_bp, stake.party_id, stake.claim_id, base)


def _holder(stake: Stake, total_bp: int) -> Holder:
    is_overclaimed = total_bp > FULL and stake.layer not in _EACH_FOR_ITSELF
    if stake.status is ClaimStatus.DISPUTED or is_overclaimed:
        return Holder.RESERVE
    if stake.basis in _OURS:
        return Holder.ARCHIVE
    is_known = stake.basis is Basis.REPRESENTED and stake.party_id is not None
    return Holder.PARTY if is_known else Holder.RESERVE


def _order(stake: Stake) -> tuple[int, int, str, str, int]:
    return (stake.party_id or 0, stake.claim_id or 0, stake.basis.value, stake.status.value, stake.share_bp)
