"""New objects with Stripe's field names; what the sandbox does not play is there and null.

Pure: ids aside, everything comes from the arguments. Amounts in cents, times in seconds since 1970.
"""

import secrets
import string
from typing import Any

from licensing.sandbox import fees, request_types
from licensing.sandbox.store import Json

ALPHABET = string.ascii_letters + string.digits
DAY = 86_400

SESSION_NULLS = (
    "after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret",
    "collected_information", "consent", "consent_collection", "currency_conversion", "customer",
    "customer_account", "customer_creation", "customer_details", "discounts", "integration_identifier",
    "invoice", "managed_payments", "name_collection", "optional_items", "origin_context", "payment_intent",
    "payment_link", "payment_method_configuration_details", "payment_method_options", "permissions",
    "presentment_details", "recovered_from", "redirect_on_completion", "return_url",
    "saved_payment_method_options", "setup_intent", "shipping_address_collection", "shipping_cost",
    "submit_type", "subscription", "tax_id_collection", "wallet_options",
)  # fmt: skip
INTENT_NULLS = (
    "amount_details", "application", "application_fee_amount", "automatic_payment_methods", "canceled_at",
    "cancellation_reason", "customer", "customer_account", "last_payment_error", "latest_charge",
    "next_action", "on_behalf_of", "payment_method", "payment_method_configuration_details", "processing",
    "receipt_email", "review", "setup_future_usage", "shipping", "source", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_data", "transfer_group",
)  # fmt: skip
CHARGE_NULLS = (
    "application", "application_fee", "application_fee_amount", "balance_transaction",
    "calculated_statement_descriptor", "customer", "failure_balance_transaction", "failure_code",
    "failure_message", "on_behalf_of", "outcome", "receipt_email", "receipt_number", "receipt_url", "review",
    "shipping", "source", "source_transfer", "statement_descriptor", "statement_descriptor_suffix",
    "transfer_data", "transfer_group",
)  # fmt: skip
PAYOUT_NULLS = (
    "application_fee", "application_fee_amount", "balance_transaction", "destination",
    "failure_balance_transaction", "failure_code", "failure_message", "original_payout", "payout_method",
    "reversed_by", "statement_descriptor", "trace_id",
)  # fmt: skip
EVIDENCE_NULLS = (
    "access_activity_log", "appeal", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
    "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address",
    "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
    "uncategorized_file", "uncategorized_text",
)  # fmt: skip
NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))

CARD = {"brand": "visa", "country": "NL", "exp_month": 12, "exp_year": 2034, "funding": "debit",
        "last4": "4242", "network": "visa"}  # fmt: skip
METHOD_DETAILS: dict[str, Json] = {
    "card": CARD,
    "ideal": {"bank": "ing", "bic": "INGBNL2A", "iban_last4": "5264", "verified_name": "TEST"},
    "bancontact": {
        "bank_code": "VAPE",
        "bank_name": "VAN DE PUT & CO",
        "bic": "VAPEBE22",
        "generated_sepa_debit": None,
        "generated_sepa_debit_mandate": None,
        "iban_last4": "7061",
        "preferred_language": "nl",
        "verified_name": "TEST",
    },
    "sepa_debit": {"bank_code": "INGB", "branch_code": None, "country": "NL", "last4": "5264"},
}


def new_id(prefix: str, length: int = 24) -> str:
    """Return a fresh name such as `re_3Xk…`; it tells nothing and cannot be guessed."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(length))}"


def line_item(params: Json, now: int) -> Json:
    """Build one line of a session from its `line_items[n]` parameters."""
    price_data, quantity = params["price_data"], params["quantity"]
    amount = price_data["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price_data["currency"],
        "description": price_data["product_data"]["name"],
        "metadata": params.get("metadata", {}),
        "price": _price(price_data, now),
        "quantity": quantity,
    }


def _price(price_data: Json, now: int) -> Json:
    return {
        **dict.fromkeys(
            ("custom_unit_amount", "lookup_key", "nickname", "recurring", "tiers_mode", "transform_quantity")
        ),
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": price_data["currency"],
        "livemode": False,
        "metadata": {},
        "product": new_id("prod", 14),
        "tax_behavior": "unspecified",
        "type": "one_time",
        "unit_amount": price_data["unit_amount"],
        "unit_amount_decimal": str(price_data["unit_amount"]),
    }


def session(params: Json, items: list[Json], methods: list[str], now: int, base_url: str) -> Json:
    """Build an open Checkout Session; no intent exists until somebody starts to pay."""
    name = new_id("cs_test", 58)
    total = sum(item["amount_total"] for item in items)
    return {
        **dict.fromkeys(SESSION_NULLS),
        "id": name,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": items[0]["currency"],
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer_email": params.get("customer_email"),
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "expires_at": params.get("expires_at", now + DAY),
        "invoice_creation": {"enabled": False, "invoice_data": _no_invoice()},
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_types": methods,
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base_url}/pay/{name}",
        "_intent_data": params.get("payment_intent_data", {}),
        "_line_items": items,
    }


def _no_invoice() -> Json:
    absent = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    return {**dict.fromkeys(absent), "metadata": {}}


def payment_intent(session: Json, now: int) -> Json:
    """Build the intent of a session whose payer starts to pay."""
    name = new_id("pi")
    data = session["_intent_data"]
    return {
        **dict.fromkeys(INTENT_NULLS),
        "id": name,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{name}_secret"),
        "confirmation_method": "automatic",
        "created": now,
        "currency": session["currency"],
        "description": data.get("description"),
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "status": "requires_payment_method",
        "_session": session["id"],
    }


def charge(intent: Json, method: str, status: str, email: str | None, now: int) -> Json:
    """Build one try to collect an intent's amount; `status` is succeeded, pending or failed."""
    return {
        **dict.fromkeys(CHARGE_NULLS),
        # Stripe names everything that is not a card a payment, and its refunds likewise.
        "id": new_id("ch" if method == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "billing_details": {
            "address": NO_ADDRESS,
            "email": email,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "captured": status == "succeeded",
        "created": now,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": status != "failed",
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {"type": method, method: METHOD_DETAILS[method]},
        "radar_options": {},
        "refunded": False,
        "status": status,
    }


def refund(charge: Json, params: Json, amount: int, now: int) -> Json:
    """Build a refund: a card is refunded at once, a bank takes its time."""
    by_card = charge["payment_method_details"]["type"] == "card"
    return {
        **dict.fromkeys(
            ("balance_transaction", "failure_balance_transaction", "failure_reason", "receipt_number")
        ),
        **dict.fromkeys(("source_transfer_reversal", "transfer_reversal", "description", "next_action")),
        "id": new_id("re" if by_card else "pyr"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "pending_reason": None if by_card else "processing",
        "reason": params.get("reason"),
        "status": "succeeded" if by_card else "pending",
    }


def balance_transaction(source: Json, method: str, now: int) -> Json:
    """Build what a charge or a refund does to the balance; a refund does not give the fee back."""
    incoming = source["object"] == "charge"
    amount = source["amount"] if incoming else -source["amount"]
    fee = fees.fee(method, amount) if incoming else 0
    kind = (
        ("charge" if incoming else "refund")
        if method == "card"
        else ("payment" if incoming else "payment_refund")
    )
    return balance_entry(source, kind, amount, fee, "charge" if incoming else "refund", now)


def balance_entry(source: Json, kind: str, amount: int, fee: int, category: str, now: int) -> Json:
    """Build one entry of the balance, by the object that it comes from; `amount` may be negative."""
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 3 * DAY if amount > 0 else now,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee_detail(fee, source["currency"])] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending" if amount > 0 else "available",
        "type": kind,
    }


def _fee_detail(fee: int, currency: str) -> Json:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


def dispute(charge: Json, amount: int, reason: str, status: str, now: int) -> Json:
    """Build a dispute of a charge as the payer's bank opens it."""
    by_card = charge["payment_method_details"]["type"] == "card"
    details = {"brand": "visa", "case_type": "inquiry" if status.startswith("warning") else "chargeback",
               "network": "visa", "network_reason_code": "10.4"}  # fmt: skip
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE_NULLS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + 9 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": status.startswith("warning"),
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4" if by_card else None,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": details} if by_card else None,
        "reason": reason,
        "status": status,
    }


def payout(amount: int, automatic: bool, now: int) -> Json:
    """Build a payout to the bank that is on its way."""
    return {
        **dict.fromkeys(PAYOUT_NULLS),
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": now + DAY,
        "automatic": automatic,
        "created": now,
        "currency": "eur",
        "description": "STRIPE PAYOUT",
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed" if automatic else "not_applicable",
        "source_type": "card",
        "status": "in_transit",
        "type": "bank_account",
    }


def event(kind: str, snapshot: Json, now: int, request_id: str | None, key: str | None) -> Json:
    """Build an event that holds the object as it is now, and the request that caused it, if one did."""
    data: dict[str, Any] = {"object": {name: value for name, value in snapshot.items() if name[0] != "_"}}
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": request_types.API_VERSION,
        "created": now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": request_id, "idempotency_key": key},
        "type": kind,
    }
