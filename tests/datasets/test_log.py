import pytest

from vit_course.datasets import training_log


def test_the_log_has_each_training_of_the_lesson_once_and_in_order():
    for experiment, seeds in {"ladder": 5, "hunger": 3, "choice": 20, "fine-tuning": 4}.items():
        for variant, lines in training_log(experiment).items():
            places = [(line["seed"], line["images"]) for line in lines]
            assert len(set(places)) == len(places) and {seed for seed, _ in places} == set(range(seeds)), variant
            assert places == sorted(places, key=lambda place: place[0])
            assert all(0 < line["test"] < 1 and line["losses"] for line in lines)


def test_an_experiment_that_is_none_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="no experiment 'laddr': did you mean 'ladder'"):
        training_log("laddr")
