"""Requests checked against the request types that Stripe generates for its own library.

The only module here that imports stripe: what is known, required or of which type is decided by the
library's TypedDicts at run time and not by a list of ours, which could share our misunderstandings.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

import stripe
from stripe import params as stripe_params
from stripe.params import checkout as checkout_params

from licensing.sandbox import api_errors
from licensing.sandbox.api_errors import ApiError

API_VERSION = stripe.api_version

TYPES: dict[str, Any] = {
    "session.create": checkout_params.SessionCreateParams,
    "session.retrieve": checkout_params.SessionRetrieveParams,
    "session.list": checkout_params.SessionListParams,
    "session.expire": checkout_params.SessionExpireParams,
    "session.line_items": checkout_params.SessionListLineItemsParams,
    "payment_intent.retrieve": stripe_params.PaymentIntentRetrieveParams,
    "charge.retrieve": stripe_params.ChargeRetrieveParams,
    "refund.create": stripe_params.RefundCreateParams,
    "refund.retrieve": stripe_params.RefundRetrieveParams,
    "refund.list": stripe_params.RefundListParams,
    "balance_transaction.retrieve": stripe_params.BalanceTransactionRetrieveParams,
    "balance_transaction.list": stripe_params.BalanceTransactionListParams,
    "balance.retrieve": stripe_params.BalanceRetrieveParams,
    "charge.list": stripe_params.ChargeListParams,
    "dispute.list": stripe_params.DisputeListParams,
    "dispute.retrieve": stripe_params.DisputeRetrieveParams,
    "payout.list": stripe_params.PayoutListParams,
    "payout.retrieve": stripe_params.PayoutRetrieveParams,
    "event.retrieve": stripe_params.EventRetrieveParams,
    "event.list": stripe_params.EventListParams,
}

# Headers and client settings that the library mixes into every request type; they are never form fields.
OPTIONS = frozenset(stripe.RequestOptions.__annotations__)


def validate(name: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the form fields as typed, nested values; raise ApiError naming the first faulty parameter."""
    return dict(_fields(TYPES[name], decode(pairs), ""))


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nest `a[b][0]=c` as Stripe reads it; lists stay dicts by position until their type is known."""
    nested: dict[str, Any] = {}
    for key, value in pairs:
        *parents, last = key.replace("]", "").split("[")
        level = nested
        for part in parents:
            level = level.setdefault(part, {})
            if not isinstance(level, dict):
                raise ApiError(f"Invalid parameter: {key}", param=key)
        level[last or str(len(level))] = value
    return nested


def refuse_unplayed(params: Mapping[str, Any], played: frozenset[str]) -> None:
    """Raise ApiError for a parameter outside `played`; paths are dotted, without list positions."""
    for path in _paths(params):
        if not any(path == known or path.startswith(f"{known}.") for known in played):
            raise api_errors.unsupported(path)


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, path)
    else:
        yield path


@cache
def _hints(kind: Any) -> dict[str, Any]:
    # The types name two things that their modules import for type checkers only.
    names: dict[str, Any] = {"StripeContext": object, "Mapping": Mapping}
    hints = get_type_hints(kind, localns=names, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def _fields(kind: Any, given: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(given, dict):
        raise ApiError("Invalid object", param=path)
    hints = _hints(kind)
    for name in given:
        if name not in hints:
            raise api_errors.unknown(_within(path, name))
    for name, hint in hints.items():
        if name in given:
            yield name, _check(given[name], hint, _within(path, name))
        elif name in kind.__required_keys__:
            raise api_errors.missing(_within(path, name))


def _within(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _check(given: Any, hint: Any, path: str) -> Any:
    """Read one value as the type that the hint asks for."""
    origin = get_origin(hint)
    if origin is NotRequired:
        return _check(given, get_args(hint)[0], path)
    if _is_record(hint):
        return dict(_fields(hint, given, path))
    if origin is list:
        return _list(given, get_args(hint)[0], path)
    if origin is dict:
        return _map(given, get_args(hint)[1], path)
    return _scalar(given, hint, path) if origin is None else _choice(given, hint, path)


def _list(given: Any, hint: Any, path: str) -> list[Any]:
    if not isinstance(given, dict) or not all(position.isdecimal() for position in given):
        raise ApiError("Invalid array", param=path)
    positions = sorted(given, key=int)
    return [_check(given[position], hint, _within(path, position)) for position in positions]


def _map(given: Any, hint: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ApiError("Invalid object", param=path)
    # An empty value unsets a key of metadata (https://docs.stripe.com/api/metadata).
    return {name: _check(value, hint, _within(path, name)) for name, value in given.items() if value != ""}


def _choice(given: Any, hint: Any, path: str) -> Any:
    """Read a Literal or a Union; a list of names followed by `str` is taken as closed, as the server does."""
    kinds = get_args(hint) if get_origin(hint) is not Literal else (hint,)
    names = [name for kind in kinds if get_origin(kind) is Literal for name in get_args(kind)]
    if given in names and isinstance(given, str):
        return given
    others = [kind for kind in kinds if get_origin(kind) is not Literal and not _is_library_object(kind)]
    if any(names):
        others = [kind for kind in others if kind is not str]
    nested = [kind for kind in others if _is_record(kind) or get_origin(kind) in (dict, list, Union)]
    fitting = nested if isinstance(given, dict) else [kind for kind in others if kind not in nested]
    if not fitting and any(names):
        raise ApiError(f"Invalid {path}: must be one of {', '.join(filter(None, names))}", param=path)
    return _check(given, (fitting or others)[0], path)


def _is_record(kind: Any) -> bool:
    # typing.is_typeddict does not know the TypedDict of typing_extensions, which the library uses.
    return hasattr(kind, "__required_keys__")


def _is_library_object(kind: Any) -> bool:
    return getattr(get_origin(kind), "__name__", "") == "UntypedStripeObject"


def _scalar(given: Any, kind: Any, path: str) -> Any:
    if isinstance(given, dict):
        raise ApiError(f"Invalid string: {given}", param=path)
    if given == "":
        raise ApiError(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a"
            f" parameter; however '{path}' cannot be unset.",
            param=path,
            code="parameter_invalid_empty",
        )
    return READERS[kind](given, path)


def _text(given: str, _path: str) -> str:
    return given


def _integer(given: str, path: str) -> int:
    if not given.removeprefix("-").isdecimal() or not given.isascii():
        raise ApiError(f"Invalid integer: {given}", param=path, code="parameter_invalid_integer")
    return int(given)


def _boolean(given: str, path: str) -> bool:
    if given not in ("true", "false"):
        raise ApiError(f"Invalid boolean: {given}", param=path)
    return given == "true"


def _decimal(given: str, path: str) -> Decimal:
    try:
        return Decimal(given)
    except InvalidOperation as error:
        raise ApiError(f"Invalid decimal: {given}", param=path) from error


READERS: dict[Any, Any] = {str: _text, int: _integer, bool: _boolean, Decimal: _decimal, float: _decimal}
