"""How far a licence reaches: the greatest number of copies of what is printed, of people for anything else."""

from collections.abc import Mapping

from licensing.vocabulary import ORDINARY, further_of

# What has no number has no limit.
_COUNTS = {
    ("print_run", "ordinary"): 3_000,
    ("print_run", "large"): 10_000,
    ("audience", "ordinary"): 100_000,
    ("audience", "large"): 1_000_000,
}
REACHES = ("audience", "print_run")


def reach(choice: Mapping[str, str]) -> tuple[str, str]:
    """Give question and answer about it; what a choice does not mention is the ordinary answer."""
    question = next(found for found in further_of(choice["use"]) if found in REACHES)
    return question, choice.get(question, ORDINARY[question])


def limit(choice: Mapping[str, str]) -> int | None:
    """Give the greatest number of copies or people, or None."""
    return _COUNTS.get(reach(choice))
