"""How well the search finds, measured; `python -m tests.relevance` prints the tables."""
