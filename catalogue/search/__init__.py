"""Finding entries: the question, the index, and keeping the index in step with the database."""
