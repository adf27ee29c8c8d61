"""Side by side: each question is put to all engines in turn, again and again, and the order is turned round.

The best of the repeats counts: that takes out what else the machine was doing. The first time is kept apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.contestants import Contestant
from tests.benchmarks.oracle import Oracle, Truth
from tests.benchmarks.questions import WORD_KINDS, Question
from tests.benchmarks.records import FACETS
from tests.benchmarks.worker import Answered, EngineError

SLOW_MS = 1_000.0  # what takes longer is not repeated
MAX_SLOW = 3  # questions of a kind that an engine may be so slow at, before it is spared the others

ByKind = defaultdict[str, list[float]]


def _lists() -> ByKind:
    return defaultdict(list)


@dataclass
class Timings:
    """What one engine took, in milliseconds by kind of question, and where it was wrong."""

    best: ByKind = field(default_factory=_lists)
    first: ByKind = field(default_factory=_lists)
    cpu: ByKind = field(default_factory=_lists)
    errors: dict[str, str] = field(default_factory=dict)  # by kind
    wrong: list[str] = field(default_factory=list)
    slow: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


def measure(
    contestants: Sequence[Contestant], asked: Iterable[Question], repeat: int, oracle: Oracle | None
) -> dict[str, Timings]:
    """Put all questions to all engines; with an oracle, compare each first answer with the truth."""
    timings = {contestant.name: Timings() for contestant in contestants}
    for number, question in enumerate(asked):
        turn = number % len(contestants)
        order = [*contestants[turn:], *contestants[:turn]]
        answers = _answers(order, timings, question, repeat)
        for name, answered in answers.items():
            _note(timings[name], question.kind, answered)
        if oracle is not None and question.kind not in WORD_KINDS:
            _check(contestants, timings, question, answers, oracle)
    return timings


def _answers(
    order: Sequence[Contestant], timings: dict[str, Timings], question: Question, repeat: int
) -> dict[str, list[Answered]]:
    answers: dict[str, list[Answered]] = defaultdict(list)
    for _ in range(repeat):
        for contestant in order:
            past = answers[contestant.name]
            if _is_spared(contestant, timings[contestant.name], question, past):
                continue
            try:
                past.append(contestant.worker.ask(question))
            except EngineError as error:
                timings[contestant.name].errors[question.kind] = str(error)
    return answers


def _is_spared(
    contestant: Contestant, timings: Timings, question: Question, past: Sequence[Answered]
) -> bool:
    is_known_slow = timings.slow[question.kind] >= MAX_SLOW or any(answered.ms > SLOW_MS for answered in past)
    return is_known_slow or question.kind not in contestant.worker.loaded.kinds


def _note(timings: Timings, kind: str, answered: Sequence[Answered]) -> None:
    if not answered:
        return
    timings.first[kind].append(answered[0].ms)
    timings.best[kind].append(min(one.ms for one in answered))
    timings.cpu[kind].append(min(one.cpu_ms for one in answered))
    timings.slow[kind] += answered[0].ms > SLOW_MS


def _check(
    contestants: Sequence[Contestant],
    timings: dict[str, Timings],
    question: Question,
    answers: dict[str, list[Answered]],
    oracle: Oracle,
) -> None:
    readings = {contestant.worker.loaded.reading for contestant in contestants}
    truths = {reading: oracle.answer(question, reading) for reading in readings}
    for contestant in contestants:
        answered = answers[contestant.name]
        fault = _fault(answered[0], truths[contestant.worker.loaded.reading]) if answered else ""
        if fault:
            timings[contestant.name].wrong.append(f"{question.kind} {question.number}: {fault}")


def _fault(answered: Answered, truth: Truth) -> str:
    """Say what is wrong with an answer; "" if it is right."""
    if truth.is_widened:
        return ""
    if answered.total != truth.total:
        return f"{answered.total} found where {truth.total} are right"
    if not truth.ids.issuperset(answered.ids):
        return "a record that does not answer"
    # Of values that are equally frequent at the end of a list, engines may show different ones.
    if any([count for _, count in answered.facets[name]] != truth.counts[name] for name in FACETS):
        return "other counts in a facet"
    return ""
