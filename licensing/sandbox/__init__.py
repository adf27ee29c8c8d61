"""The payment sandbox: a process of its own that speaks Stripe's API on loopback, for use without a key.

It shares no code with the shop it stands in for, so that the two cannot be wrong in the same way.
"""
