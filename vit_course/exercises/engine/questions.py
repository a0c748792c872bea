"""Questions with lettered choices: guesses before an experiment, and the quiz at a lesson's end.

They need no widgets: a learner writes a letter into the cell and runs it again.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass

from vit_course.exercises.engine import progress
from vit_course.exercises.engine.report import card

_GUESS_COLOUR, _RIGHT, _WRONG = "#3b7dd8", "#2a8c55", "#d1495b"


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen, and what is said to those who chose it: why it is right, or what it misses."""

    text: str
    answer: str = ""  # of a guess, only the right choice needs one


@dataclass(frozen=True)
class Question:
    """A question of the bank; `right` is the letter of the true choice, `reaches_back` the lesson it comes from."""

    text: str
    choices: tuple[Choice, ...]
    right: str
    reaches_back: str = ""

    @property
    def letters(self) -> str:
        return "abcdefgh"[: len(self.choices)]

    def choice(self, letter: str) -> Choice:
        """The choice of a letter; raises ValueError for another letter, with those there are."""
        if letter not in self.letters or len(letter) != 1:
            raise ValueError(f"{letter!r} is no choice here: write one of the letters {', '.join(self.letters)}")
        return self.choices[self.letters.index(letter)]

    def listed(self) -> list[str]:
        return [self.text, *(f"  {letter}  {self.choice(letter).text}" for letter in self.letters)]


@dataclass(frozen=True)
class Guess:
    """A question asked before an experiment. It never says which choice is right: the next cell does."""

    name: str
    question: Question
    letter: str = ""
    note: str = ""

    @property
    def below(self) -> str:
        if self.letter:
            return (
                f"Noted: {self.letter}. Run on and see. The last cells of the lesson count the guesses that came true."
            )
        return f'Write your choice into the cell, for example guess("{self.name}", "a"), and run it again.'

    def __repr__(self) -> str:
        return "\n".join(filter(None, [*self.question.listed(), self.below, self.note]))

    def _repr_html_(self) -> str:
        body = _choices(self.question, self.letter) + _line(self.below) + (_line(self.note) if self.note else "")
        return card(f"Your guess: {self.question.text}", body, _GUESS_COLOUR)


@dataclass(frozen=True)
class Quiz:
    """A lesson's questions, and what is to be said of the letters that somebody chose."""

    lesson: str
    questions: tuple[Question, ...]
    letters: str = ""
    note: str = ""

    @property
    def right(self) -> int:
        return sum(letter == q.right for letter, q in zip(self.letters, self.questions, strict=False))

    @property
    def below(self) -> str:
        if self.letters:
            return f"{self.right} of {len(self.questions)} right"
        example = "abcabc"[: len(self.questions)]
        return f'Write one letter for each question, for example quiz("{self.lesson}", "{example}"), and run it again.'

    def said(self, number: int) -> str:
        """What the answer to one of the questions brings: why it is right, or what it misses; "" before any."""
        if not self.letters:
            return ""
        letter, question = self.letters[number], self.questions[number]
        verdict = "Right." if letter == question.right else "Not so."
        return f"{letter}: {verdict} {question.choice(letter).answer}"

    def __repr__(self) -> str:
        lines = []
        for i, question in enumerate(self.questions):
            first, *others = question.listed()
            lines += [f"{i + 1}. {first}", *others, *filter(None, [self.said(i)])]
        return "\n".join([*lines, self.below, *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        cards = []
        for i, question in enumerate(self.questions):
            chosen = self.letters[i] if self.letters else ""
            colour = _GUESS_COLOUR if not chosen else _RIGHT if chosen == question.right else _WRONG
            said = _line(self.said(i)) if chosen else ""
            cards.append(card(f"{i + 1}. {question.text}", _choices(question, chosen) + said, colour))
        return "".join(cards) + _line(self.below) + (_line(self.note) if self.note else "")


def record_guess(name: str, question: Question, letter: str) -> str:
    """Keep what was guessed, in words: letters may change places in another edition."""
    text = question.choice(letter).text
    return progress.update(_guess_entry(name), lambda entry: entry.update(choice=text))


def record_quiz(lesson: str, right: int) -> str:
    """Keep the best result of a quiz."""
    return progress.update(
        f"quiz of lesson {lesson}", lambda entry: entry.update(right=max(right, entry.get("right", 0)))
    )


def guesses_told(content: dict[str, dict[str, object]], guesses: Mapping[str, Question]) -> list[str]:
    """What became of a lesson's guesses, a line each, and how many came true; nothing for those not made."""
    lines, true, made = [], 0, 0
    for name, question in guesses.items():
        chosen = content.get(_guess_entry(name), {}).get("choice")
        truth = question.choice(question.right)
        if chosen is None:
            continue
        made += 1
        true += chosen == truth.text
        first = "came true" if chosen == truth.text else f"you guessed “{chosen}”; it is “{truth.text}”"
        lines.append(f"{name}: {first}. {truth.answer}")
    if made:
        lines.append(f"{true} of {made} guesses came true")
    return lines


def quiz_told(content: dict[str, dict[str, object]], lesson: str, number: int) -> list[str]:
    entry = content.get(f"quiz of lesson {lesson}", {})
    return [f"quiz: {entry['right']} of {number} right"] if "right" in entry else []


def _guess_entry(name: str) -> str:
    return f"guess: {name}"


def _choices(question: Question, chosen: str) -> str:
    def item(letter: str) -> str:
        text = html.escape(question.choice(letter).text)
        return f"<li>{f'<strong>{text}</strong>' if letter == chosen else text}</li>"

    items = "".join(item(letter) for letter in question.letters)
    return f'<ol type="a" style="margin: 0.3em 0; padding-left: 1.6em">{items}</ol>'


def _line(text: str) -> str:
    return f'<div style="margin-top: 0.3em">{html.escape(text, quote=False)}</div>'
