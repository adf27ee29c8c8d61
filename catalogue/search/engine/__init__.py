"""The embedded engine: Whoosh keeps the index, numpy reads and writes what is in it."""
