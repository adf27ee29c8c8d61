"""Lost links: whoever gave an address with a top-up has the links of that address mailed to it. The answer is the same
whatever address is asked for, and it says nothing of who has credit.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from archive import clock, jobs, mail
from archive.db import db
from licensing import wallet_links
from licensing.wallet import Wallet

POST_JOB = "wallet_links.post"


def ask(email: str, lang: str) -> None:
    """Let the links of an address be posted to it; raise Invalid for an impossible one."""
    address = mail.read_address(email)
    ids = list(db.session.scalars(select(Wallet.id).where(*_of(address)).order_by(Wallet.id)))
    if ids:
        jobs.enqueue(POST_JOB, {"wallet_ids": ids, "lang": lang, "asked_at": clock.now().isoformat()})


def post(payload: jobs.Payload) -> None:
    """Job: post links to the address of their wallets; those that were claimed in the meantime are left out."""
    found = [db.session.get_one(Wallet, wallet_id) for wallet_id in payload["wallet_ids"]]
    known = [each for each in found if each.link_seed is not None and each.email is not None]
    if not known:
        return
    links = [(each.balance.show(payload["lang"]), wallet_links.key_of(each)) for each in known]
    moment = datetime.fromisoformat(payload["asked_at"])
    letter = mail.write("wallet_link", known[0].email or "", payload["lang"], moment, links=links)
    db.session.rollback()  # the post may be slow, and nothing is to be written
    mail.deliver(letter | {"job_id": payload["job_id"]})


def _of(address: str) -> tuple[ColumnElement[bool], ...]:
    return (Wallet.email == address, Wallet.token_hash.is_not(None), Wallet.balance_minor > 0)
