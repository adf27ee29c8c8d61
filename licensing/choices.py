"""Choices, pure: what a buyer asks for, as it came in, and settled against the questions that we ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from licensing.vocabulary import (
    DIMENSIONS_OF,
    FURTHER,
    N_,
    OPTIONS,
    ORDINARY,
    QUESTIONS,
    USES_OF,
    further_of,
)

PACKAGE = "package"  # an answer to all questions at once: the code of a ready package

LONGEST = 40  # characters of an answer that are looked at
NOT_AN_ANSWER = N_(
    "We do not know “%(value)s” as an answer to “%(question)s”, so the price is for “%(chosen)s”."
)
NO_PACKAGE = N_("There is no package “%(value)s” for this, so the price is for the answers below.")


@dataclass(frozen=True)
class Choice:
    """Answers (codes) by question. As read they may be anything; settled, each question has a known one.

    A circumstance (`FURTHER`) is only mentioned where it is not the ordinary one.
    """

    given: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Choice":
        """Take the answers to our questions from the arguments of a request, unchecked."""
        return cls(tuple((code, args[code][:LONGEST]) for code in (PACKAGE, *QUESTIONS) if args.get(code)))

    def answers(self) -> dict[str, str]:
        """Give the answers by question, for storage and for addresses."""
        return dict(self.given)

    @property
    def package(self) -> str:
        """Code of the ready package that was chosen, or nothing."""
        return self.answers().get(PACKAGE, "")

    @property
    def user_class(self) -> str:
        """The class of user that the price is for."""
        return self.answers().get("user_class", ORDINARY["user_class"])


@dataclass(frozen=True)
class Misread:
    """An answer that could not be taken, and what was taken instead; all but `value` are codes.

    Of an unknown package nothing was taken.
    """

    question: str
    value: str
    chosen: str


@dataclass(frozen=True)
class Option:
    """One answer to a question; `label` is a msgid."""

    code: str
    label: str
    is_selected: bool


@dataclass(frozen=True)
class Question:
    """One question of the ticket; `label` is a msgid. A further one need not be seen to get a price."""

    code: str
    label: str
    options: tuple[Option, ...]
    is_further: bool = False


def settle(
    choice: Choice,
    asset_type: str,
    defaults: Mapping[str, str],
    packages: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> tuple[Choice, tuple[Misread, ...]]:
    """Fill what is missing or unknown with the default, and tell what was unknown.

    A known package (code -> its answers) is taken whole, whatever else was answered.
    """
    given, settled, misread = choice.answers(), {}, []
    if choice.package in packages:
        answers = packages[choice.package]
        return Choice((*_in_order(answers), (PACKAGE, choice.package))), ()
    if choice.package:
        misread.append(Misread(PACKAGE, choice.package, ""))
    for question, known in _asked_first(asset_type).items():
        settled[question] = _taken(question, given.get(question), known, defaults[question], misread)
    for question in further_of(settled["use"]):
        known, ordinary = tuple(OPTIONS[question]), ORDINARY[question]
        answer = _taken(question, given.get(question), known, ordinary, misread)
        if answer != ordinary:
            settled[question] = answer
    return Choice(_in_order(settled)), tuple(misread)


def questions(choice: Choice, asset_type: str) -> tuple[Question, ...]:
    """Give the questions about a kind of asset with the options, the chosen one marked: four, then the further ones."""
    chosen = ORDINARY | choice.answers()
    asked = _asked_first(asset_type) | {question: tuple(OPTIONS[question]) for question in FURTHER}
    return tuple(
        Question(
            question,
            QUESTIONS[question],
            tuple(Option(code, OPTIONS[question][code], code == chosen[question]) for code in codes),
            question in FURTHER,
        )
        for question, codes in asked.items()
    )


def _taken(
    question: str, answer: str | None, known: tuple[str, ...], default: str, misread: list[Misread]
) -> str:
    if answer is None or answer in known:
        return answer or default
    misread.append(Misread(question, answer, default))
    return default


def _in_order(answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((question, answers[question]) for question in QUESTIONS if question in answers)


def _asked_first(asset_type: str) -> dict[str, tuple[str, ...]]:
    return {"use": USES_OF[asset_type]} | {
        dimension: tuple(OPTIONS[dimension]) for dimension in DIMENSIONS_OF[asset_type]
    }
