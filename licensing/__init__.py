"""The sale: rights cleared, prices, orders, money, licences, downloads."""

from flask import Blueprint, Flask

from archive import clock, jobs
from archive.config import Settings
from archive.language import page_blueprint
from catalogue import masters
from licensing import (
    agreement_documents,
    claim_batch_work,
    claim_batches,
    clearance_links,
    clearance_upkeep,
    cli,
    deal_statements,
    delivered_files,
    delivery,
    desk_replies,
    dispute_handling,
    exclusivity,
    fulfilment,
    invoice_documents,
    ledger_days,
    listening_pages,
    listening_upkeep,
    machine_offers,
    offers_on_pages,
    oss,
    packages,
    payments,
    performance_pages,
    provider_payouts,
    quote_upkeep,
    rates,
    receipts,
    reconciliation,
    refund_sending,
    refunds,
    reminders,
    reservation_upkeep,
    rights,
    royalty_closing,
    royalty_documents,
    stream_failures,
    stream_refunds,
    surplus,
    transfer_letters,
    vat_corrections,
    wallet_expiry,
    wallet_recovery,
    wallet_refunds,
)
from licensing.gateways.stripe_books import StripeBooks
from licensing.gateways.stripe_gateway import StripeGateway
from licensing.gateways.transfer_gateway import TransferGateway
from licensing.views import (
    answering,
    collecting,
    dealing,
    delivering,
    desk,
    desk_books,
    desk_claim_batches,
    desk_clearing,
    desk_experiments,
    desk_licences,
    desk_missed,
    desk_order,
    desk_parties,
    desk_performances,
    desk_quotes,
    desk_rates,
    desk_reports,
    desk_requests,
    desk_rights,
    desk_royalties,
    desk_royalty_accounts,
    desk_transfers,
    desk_use_prices,
    desk_vat,
    hearing,
    licence_checks,
    ordering,
    ordering_uses,
    performing,
    prices,
    quoting,
    renewing,
    requesting,
    royalties,
    streaming,
    tipping,
    trying,
    wallet_keeping,
    wallet_presence,
    wallets,
    webhooks,
    withdrawing,
)

DEMO_ACCOUNTS = (
    "demo-accounts.txt"  # written when the demo collection is loaded; its presence marks the site as one
)


def init_app(app: Flask) -> None:
    """Wire the top floor."""
    settings: Settings = app.config["SETTINGS"]
    stripe = StripeGateway(
        settings.stripe_secret_key,
        settings.stripe_webhook_secret.split(","),
        settings.stripe_api_base,
        clock.now,
    )
    app.extensions["payment_gateway"] = stripe
    app.extensions["provider_books"] = StripeBooks(stripe.client, stripe.read_event)
    app.extensions["transfer_gateway"] = TransferGateway(
        is_live=not settings.payments_are_test, clock=clock.now
    )
    pages = page_blueprint("licensing", __name__)
    open_pages = Blueprint("licensing_open", __name__)
    api = Blueprint("licensing_api", __name__, url_prefix="/api/v1")
    ordering.register(pages)
    ordering_uses.register(pages)
    performing.register(pages)
    dealing.register(pages)
    desk_performances.register(pages)
    withdrawing.register(pages)
    collecting.register(pages)
    hearing.register(pages)
    streaming.register(open_pages)
    requesting.register(pages)
    answering.register(pages)
    quoting.register(pages)
    delivering.register(pages, open_pages)
    licence_checks.register(pages, open_pages)
    renewing.register(pages)
    royalties.register(pages)
    desk_royalties.register(pages)
    desk_vat.register(pages)
    desk_royalty_accounts.register(pages)
    desk.register(pages)
    desk_books.register(pages, api)
    desk_use_prices.register(pages)
    desk_order.register(pages)
    desk_transfers.register(pages)
    desk_requests.register(pages)
    desk_claim_batches.register(pages)
    desk_missed.register(pages)
    desk_rights.register(pages)
    desk_parties.register(pages)
    desk_licences.register(pages)
    desk_rates.register(pages)
    desk_reports.register(pages)
    desk_experiments.register(pages)
    desk_clearing.register(pages)
    desk_quotes.register(pages)
    wallets.register(pages)
    wallet_keeping.register(pages)
    tipping.register(pages)
    webhooks.register(open_pages)
    prices.register(api)
    for blueprint in (pages, open_pages, api):
        app.register_blueprint(blueprint)
    app.extensions["licences_of_entry"] = machine_offers.of_entry
    jobs.init_app(
        app,
        {
            payments.SYNC_JOB: payments.sync,
            payments.CLOSE_JOB: payments.close,
            payments.RECONCILE_JOB: payments.reconcile,
            refunds.SEND_JOB: refund_sending.send,
            refund_sending.SYNC_JOB: refund_sending.sync,
            fulfilment.SEND_BACK_JOB: surplus.send_back,
            refund_sending.FOLLOW_JOB: refund_sending.follow,
            dispute_handling.SYNC_JOB: dispute_handling.sync,
            provider_payouts.SYNC_JOB: provider_payouts.sync,
            reconciliation.LIGHT_JOB: reconciliation.compare_lightly,
            reconciliation.FULL_JOB: reconciliation.compare_fully,
            ledger_days.CLOSE_JOB: ledger_days.run_closing,
            agreement_documents.JOB: agreement_documents.print_agreement,
            agreement_documents.FOLLOW_JOB: agreement_documents.follow,
            invoice_documents.JOB: invoice_documents.print_invoice,
            reminders.JOB: reminders.remind,
            receipts.POST_JOB: receipts.post,
            wallet_recovery.POST_JOB: wallet_recovery.post,
            transfer_letters.JOB: transfer_letters.remind,
            wallet_expiry.JOB: wallet_expiry.run,
            wallet_expiry.POST_JOB: wallet_expiry.post,
            wallet_refunds.FOLLOW_JOB: wallet_refunds.follow,
            delivery.WRITE_RIGHTS: delivered_files.write_rights,
            packages.JOB: packages.make,
            desk_replies.DECLINE_JOB: desk_replies.tell_decline,
            masters.CHANGED: rights.refresh_changed,
            rights.REFRESH_JOB: rights.refresh_dated,
            rates.CHANGED: rights.refresh_priced,
            claim_batches.JOB: claim_batch_work.work,
            exclusivity.RELEASE_JOB: exclusivity.release,
            clearance_links.POST_JOB: clearance_links.post_letter,
            clearance_upkeep.FOLLOW_JOB: clearance_upkeep.follow_up,
            clearance_upkeep.RECHECK_JOB: clearance_upkeep.recheck,
            quote_upkeep.EXPIRE_JOB: quote_upkeep.run_expiry,
            vat_corrections.FOLLOW_JOB: vat_corrections.follow,
            listening_upkeep.FINISH_JOB: listening_upkeep.finish_all,
            listening_upkeep.FORGET_JOB: listening_upkeep.forget_all,
            oss.JOB: oss.watch,
            royalty_closing.JOB: royalty_closing.run,
            reservation_upkeep.JOB: reservation_upkeep.release,
            deal_statements.JOB: deal_statements.state_all,
            stream_failures.JOB: stream_refunds.work,
            stream_refunds.FOLLOW_JOB: stream_refunds.follow,
            royalty_closing.PRINT_JOB: royalty_documents.print_statement,
        },
        recurring={
            payments.RECONCILE_JOB: payments.RECONCILE_EVERY,
            refund_sending.FOLLOW_JOB: refund_sending.FOLLOW_EVERY,
            reconciliation.LIGHT_JOB: reconciliation.LIGHT_EVERY,
            reconciliation.FULL_JOB: reconciliation.FULL_EVERY,
            ledger_days.CLOSE_JOB: ledger_days.CLOSE_EVERY,
            agreement_documents.FOLLOW_JOB: agreement_documents.FOLLOW_EVERY,
            reminders.JOB: reminders.EVERY,
            transfer_letters.JOB: transfer_letters.EVERY,
            wallet_expiry.JOB: wallet_expiry.EVERY,
            wallet_refunds.FOLLOW_JOB: wallet_refunds.FOLLOW_EVERY,
            rights.REFRESH_JOB: rights.REFRESH_EVERY,
            exclusivity.RELEASE_JOB: exclusivity.RELEASE_EVERY,
            listening_upkeep.FINISH_JOB: listening_upkeep.FINISH_EVERY,
            listening_upkeep.FORGET_JOB: listening_upkeep.FORGET_EVERY,
            clearance_upkeep.FOLLOW_JOB: clearance_upkeep.FOLLOW_EVERY,
            clearance_upkeep.RECHECK_JOB: clearance_upkeep.RECHECK_EVERY,
            quote_upkeep.EXPIRE_JOB: quote_upkeep.EXPIRE_EVERY,
            vat_corrections.FOLLOW_JOB: vat_corrections.FOLLOW_EVERY,
            oss.JOB: oss.EVERY,
            reservation_upkeep.JOB: reservation_upkeep.EVERY,
            deal_statements.JOB: deal_statements.EVERY,
            stream_refunds.FOLLOW_JOB: stream_refunds.FOLLOW_EVERY,
        },
    )
    collecting.init_app(app)
    trying.init_app(app)
    wallet_presence.init_app(app)
    for group in cli.groups:
        app.cli.add_command(group)
    app.jinja_env.globals.update(
        offers_on_pages.template_globals(),
        **performance_pages.template_globals(),
        **listening_pages.template_globals(),
        licence_markup=machine_offers.markup,
        demo=(settings.data_dir / DEMO_ACCOUNTS).exists(),
    )
