"""The bank of questions: each can be asked, and each wrong choice is answered."""

import re
from pathlib import Path

import nbformat
import pytest

from vit_course.exercises import GUESSES, LESSONS, QUIZZES

ROOT = Path(__file__).parents[2]
ALL = [
    pytest.param(question, id=f"{lesson} {question.text[:40]}")
    for bank in (GUESSES, QUIZZES)
    for lesson, questions in bank.items()
    for question in (questions.values() if isinstance(questions, dict) else questions)
]


def cells_of(lesson):
    (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("question", ALL)
def test_choices(question):
    texts = [choice.text for choice in question.choices]
    assert 3 <= len(texts) <= 5 and len(set(texts)) == len(texts)
    assert question.choice(question.right).answer, "the right choice says why"
    assert question.text.strip().endswith("?")


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_choice_of_a_quiz_is_answered(lesson):
    questions = QUIZZES[lesson]
    assert 3 <= len(questions) <= 5
    for question in questions:
        assert all(len(choice.answer) > 15 for choice in question.choices), question.text
    if lesson >= "02":
        assert [q.reaches_back for q in questions if q.reaches_back] == [f"{int(lesson) - 2:02}"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_notebook_asks_them_all_in_order(lesson):
    cells = cells_of(lesson)
    asked = [match[1] for cell in cells if (match := re.fullmatch(r'guess\("(.+)"\)', cell))]
    assert asked == list(GUESSES[lesson]) and len(asked) >= (2 if lesson == "00" else 3)
    assert [cell for cell in cells if cell.startswith("quiz(")] == [f'quiz("{lesson}")']
    assert cells[-1] == f'progress("{lesson}")' or lesson == "00"


def test_names_are_unique():
    names = [name for lesson in GUESSES.values() for name in lesson]
    assert len(set(names)) == len(names)


def test_nobody_can_tell_the_right_one_by_its_place_or_length():
    questions = [param.values[0] for param in ALL]
    letters = [question.right for question in questions]
    assert max(letters.count(letter) for letter in "abcd") < 0.5 * len(letters), letters
    longest = [max(q.choices, key=lambda choice: len(choice.text)) is q.choice(q.right) for q in questions]
    assert sum(longest) < 0.5 * len(longest), f"{sum(longest)} of {len(longest)}"
