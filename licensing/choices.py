"""Choices, pure: what a buyer asks for, as it came in, and settled against the questions that we ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from licensing.vocabulary import DIMENSIONS_OF, N_, OPTIONS, QUESTIONS, USES_OF

LONGEST = 40  # characters of an answer that are looked at
NOT_AN_ANSWER = N_(
    "We do not know “%(value)s” as an answer to “%(question)s”, so the price is for “%(chosen)s”."
)


@dataclass(frozen=True)
class Choice:
    """Answers (codes) by question. As read they may be anything; settled, each question has a known one."""

    given: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Choice":
        """Take the answers to our questions from the arguments of a request, unchecked."""
        return cls(tuple((code, args[code][:LONGEST]) for code in QUESTIONS if args.get(code)))

    def answers(self) -> dict[str, str]:
        """Give the answers by question, for storage and for addresses."""
        return dict(self.given)


@dataclass(frozen=True)
class Misread:
    """An answer that could not be taken, and what was taken instead; all but `value` are codes."""

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
    """One question of the ticket; `label` is a msgid."""

    code: str
    label: str
    options: tuple[Option, ...]


def settle(
    choice: Choice, asset_type: str, defaults: Mapping[str, str]
) -> tuple[Choice, tuple[Misread, ...]]:
    """Fill what is missing or unknown with the default, and tell what was unknown."""
    given, settled, misread = choice.answers(), [], []
    for question, known in _known(asset_type).items():
        answer = given.get(question, defaults[question])
        if answer not in known:
            misread.append(Misread(question, answer, defaults[question]))
            answer = defaults[question]
        settled.append((question, answer))
    return Choice(tuple(settled)), tuple(misread)


def questions(choice: Choice, asset_type: str) -> tuple[Question, ...]:
    """Give the questions about a kind of asset with the options, the chosen one marked."""
    chosen = choice.answers()
    return tuple(
        Question(
            question,
            QUESTIONS[question],
            tuple(Option(code, OPTIONS[question][code], code == chosen[question]) for code in codes),
        )
        for question, codes in _known(asset_type).items()
    )


def _known(asset_type: str) -> dict[str, tuple[str, ...]]:
    return {"use": USES_OF[asset_type]} | {
        dimension: tuple(OPTIONS[dimension]) for dimension in DIMENSIONS_OF[asset_type]
    }
