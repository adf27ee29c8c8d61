"""What happens because time passes: sessions run out, banks decide, idempotency keys are forgotten."""

from licensing.sandbox import idempotency, payments, refunds, sessions
from licensing.sandbox.store import Work


def advance(work: Work) -> None:
    """Let everything happen that was due by now."""
    sessions.expire_overdue(work)
    idempotency.forget(work)
    for timer in work.db.execute(
        "SELECT * FROM timers WHERE due_at <= ? ORDER BY seq", (work.now,)
    ).fetchall():
        work.db.execute("DELETE FROM timers WHERE seq = ?", (timer["seq"],))
        _ring(work, timer["what"], timer["target"])


def _ring(work: Work, what: str, target: str) -> None:
    if what in ("refund_succeeds", "refund_fails"):
        refunds.settle_if_pending(work, target, paid=what == "refund_succeeds")
    else:
        payments.settle(work, target, paid=what == "debit_succeeds")
