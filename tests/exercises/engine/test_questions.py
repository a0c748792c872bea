"""Guesses and quizzes: asked, noted, told at the end, and nothing given away before."""

import pytest

from vit_course import exercises
from vit_course.exercises import guess, progress, quiz
from vit_course.exercises.engine.progress import progress_file
from vit_course.exercises.engine.questions import Choice, Question

CATS = Question("What is a cat?", (Choice("an animal", "It has whiskers."), Choice("a plant", "It has no roots.")), "a")
DOGS = Question("What does a dog do?", (Choice("it sings", "That is a bird."), Choice("it barks", "Loudly.")), "b")


@pytest.fixture(autouse=True)
def bank(tmp_path, monkeypatch):
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path))
    monkeypatch.setitem(exercises.GUESSES, "01", {"cats": CATS, "dogs": DOGS})
    monkeypatch.setitem(exercises.QUIZZES, "01", (CATS, DOGS))


def test_a_guess_shows_its_choices_and_gives_nothing_away():
    for asked in (guess("cats"), guess("cats", "b")):
        for shown in (repr(asked), asked._repr_html_()):
            assert "an animal" in shown and "a plant" in shown
            assert "whiskers" not in shown and "roots" not in shown
    assert 'guess("cats", "a")' in repr(guess("cats")) and "Noted: b" in repr(guess("cats", "b"))


def test_asking_notes_nothing():
    guess("cats"), quiz("01")
    assert not progress_file().exists() and progress("01").told == []


def test_what_became_of_the_guesses():
    guess("cats", "b"), guess("dogs", "b")
    told = progress("01").told
    assert told == [
        "cats: you guessed “a plant”; it is “an animal”. It has whiskers.",
        "dogs: came true. Loudly.",
        "1 of 2 guesses came true",
    ]
    assert told[-1] in repr(progress("01")) and told[-1] in progress("01")._repr_html_()
    assert "guess" not in repr(progress()), "the table of all lessons shows exercises"


def test_the_last_guess_counts_and_one_not_made_does_not():
    guess("cats", "b"), guess("cats", "a")
    assert progress("01").told[-1] == "1 of 1 guesses came true"


@pytest.mark.parametrize("letters", ["ab", "AB", "a b", "a, b"])
def test_a_quiz_tells_right_from_wrong(letters):
    right = quiz("01", letters)
    assert right.right == 2 and "2 of 2 right" in repr(right) and "whiskers" in repr(right)
    wrong = quiz("01", "aa")
    for shown in (repr(wrong), wrong._repr_html_()):
        assert "1 of 2 right" in shown and "That is a bird." in shown and "whiskers" in shown and "Loudly" not in shown
    assert progress("01").told == ["quiz: 2 of 2 right"], "the best result stays"


def test_a_quiz_without_letters_gives_nothing_away():
    shown = repr(quiz("01")) + quiz("01")._repr_html_()
    assert "a plant" in shown and "roots" not in shown and 'quiz("01", "ab")' in shown


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: guess("cat"), "there is no guess 'cat'; did you mean 'cats'?"),
        (lambda: guess("cats", "c"), "'c' is no choice here: write one of the letters a, b"),
        (lambda: guess("cats", "ab"), "'ab' is no choice here"),
        (lambda: quiz("01", "abb"), "3 letters for 2 questions"),
        (lambda: quiz("01", "ac"), "'c' is no choice here"),
        (lambda: quiz("99"), "lesson '99' has no quiz"),
        (lambda: progress("99"), "there is no lesson '99'"),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=message.split(":")[0].replace("?", r"\?")) as error:
        call()
    assert message in str(error.value)
    assert not progress_file().exists()


def test_a_damaged_record_is_reported():
    progress_file().write_text("{")
    assert "damaged" in repr(guess("cats", "a"))
    progress_file().write_text("{")
    assert "damaged" in quiz("01", "ab")._repr_html_()
