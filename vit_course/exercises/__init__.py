"""The exercises: check, hint, solution, progress; and the questions: guess, quiz.

Each lesson has a folder: a file for each exercise, one short declaration (CONTRIBUTING.md shows how), and a file of its
questions.
"""

import difflib
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from vit_course.exercises.engine.check import check_exercise, find
from vit_course.exercises.engine.exercise import Exercise
from vit_course.exercises.engine.progress import record_help
from vit_course.exercises.engine.questions import Guess, Question, Quiz, record_guess, record_quiz
from vit_course.exercises.engine.report import Hint, Report, Solution
from vit_course.exercises.engine.solution import in_disorder, self_contained_source
from vit_course.exercises.engine.table import Progress

__all__ = ["EXERCISES", "GUESSES", "LESSONS", "QUIZZES", "check", "guess", "hint", "progress", "quiz", "solution"]


def _exercises(folder: Path) -> list[Exercise]:
    """Those that the files of a lesson's folder declare, in the order of their numbers."""
    modules = (import_module(f"{__name__}.{folder.name}.{file.stem}") for file in folder.glob("[!_]*.py"))
    found = [thing for module in modules for thing in vars(module).values() if isinstance(thing, Exercise)]
    return sorted(found, key=lambda exercise: exercise.number)


def _questions(lesson: str) -> ModuleType:
    return import_module(f"{__name__}.lesson_{lesson}.questions")


LESSONS: dict[str, list[Exercise]] = {
    folder.name.removeprefix("lesson_"): _exercises(folder) for folder in sorted(Path(__file__).parent.glob("lesson_*"))
}
EXERCISES: dict[str, Exercise] = {exercise.name: exercise for lesson in LESSONS.values() for exercise in lesson}
GUESSES: dict[str, dict[str, Question]] = {lesson: _questions(lesson).GUESSES for lesson in LESSONS}
QUIZZES: dict[str, tuple[Question, ...]] = {lesson: _questions(lesson).QUIZ for lesson in LESSONS}
_hints_given: dict[str, int] = {}


def check(target: Callable[..., Any] | str) -> Report:
    """Check the learner's function or class, known by its name, against the package's.

    It runs on copies of cases that are drawn afresh each time, for 10 seconds at most; shape, dtype, values and
    gradients are compared, and a wrong result is looked up among the exercise's known mistakes.

    Returns a report with `status` ("passed", "failed", "not attempted") and `message`; a notebook shows it as a card.
    Raises ValueError for a name that is no exercise, with the nearest one.
    """
    if isinstance(target, str):
        raise ValueError(f"check takes the function or class itself: check({target}), without quotes")
    return check_exercise(find(EXERCISES, target), target)


def hint(target: Callable[..., Any] | str) -> Hint:
    """The next of an exercise's three hints, each saying more; after the last, the last again.

    The second hint to a longer exercise also shows the lines of the last, in another order.
    """
    exercise = find(EXERCISES, target)
    number = min(_hints_given.get(exercise.name, 0) + 1, len(exercise.hints))
    _hints_given[exercise.name] = number
    note = record_help(exercise.name, "hints", number)
    text = exercise.hints[number - 1]
    if number == 2 and (lines := in_disorder(exercise.hints[2])):
        text = f"{text}\n\nThese lines, put in the right order, are one solution:\n{lines}"
    return Hint(exercise.name, number, text, note)


def solution(target: Callable[..., Any] | str) -> Solution:
    """An exercise's solution: the package's own source, with the imports that it needs in front."""
    exercise = find(EXERCISES, target)
    note = record_help(exercise.name, "solution", 1)
    return Solution(exercise.name, self_contained_source(exercise.reference), note)


def guess(name: str, letter: str = "") -> Guess:
    """Ask for a guess before an experiment, or note the one of that letter; the last one noted counts.

    Raises ValueError for a name or a letter that is none, with those there are.
    """
    questions = {name: question for lesson in GUESSES.values() for name, question in lesson.items()}
    if name not in questions:
        (near,) = difflib.get_close_matches(name, questions, n=1, cutoff=0)
        raise ValueError(f"there is no guess {name!r}; did you mean {near!r}?")
    question = questions[name]
    return Guess(name, question, letter, record_guess(name, question, letter) if letter else "")


def quiz(lesson: str, letters: str = "") -> Quiz:
    """Show a lesson's questions, or say of each of the letters chosen why it is right or what it misses.

    Raises ValueError for a lesson without a quiz, for another number of letters than of questions, and for a letter
    that is no choice.
    """
    questions = QUIZZES.get(lesson, ())
    if not questions:
        known = ", ".join(number for number, asked in QUIZZES.items() if asked)
        raise ValueError(f"lesson {lesson!r} has no quiz; those with one: {known}")
    letters = "".join(letters.replace(",", " ").lower().split())
    if not letters:
        return Quiz(lesson, questions)
    if len(letters) != len(questions):
        raise ValueError(f"{len(letters)} letters for {len(questions)} questions: write one for each, in their order")
    for letter, question in zip(letters, questions, strict=True):
        question.choice(letter)
    answered = Quiz(lesson, questions, letters)
    return replace(answered, note=record_quiz(lesson, answered.right))


def progress(lesson: str = "") -> Progress:
    """What has been done so far, as a table; of one lesson also what became of the guesses, and the quiz.

    Raises ValueError for a lesson that there isn't.
    """
    if lesson and lesson not in LESSONS:
        raise ValueError(f"there is no lesson {lesson!r}: {', '.join(LESSONS)}")
    chosen = {lesson: LESSONS[lesson]} if lesson else LESSONS
    names = {number: [exercise.name for exercise in exercises] for number, exercises in chosen.items()}
    optional = frozenset(name for name, exercise in EXERCISES.items() if exercise.optional)
    if not lesson:
        return Progress(names, optional=optional)
    return Progress(names, GUESSES[lesson], len(QUIZZES[lesson]), optional)
