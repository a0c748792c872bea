"""The questions of lesson 08."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES: dict[str, Question] = {}

QUIZ: tuple[Question, ...] = ()
