"""Each exercise: its reference passes, each known mistake is named, a check takes no time."""

import subprocess
import sys
import time

import pytest
import torch
from learner import named

from vit_course import device
from vit_course.exercises import EXERCISES, check, solution
from vit_course.exercises.engine.progress import progress_file

QUIET = 0.055  # seconds that `_much_of_little` takes on the machine and in the hour in which the limit was set


@pytest.mark.parametrize("name", EXERCISES)
def test_reference_passes_and_is_not_recorded(name):
    report = check(EXERCISES[name].reference)
    assert report.status == "passed", report.message
    assert not progress_file().exists()


@pytest.mark.parametrize(("name", "mistake"), [(e.name, m) for e in EXERCISES.values() for m in e.mistakes])
def test_known_mistake_gets_its_own_diagnosis(name, mistake):
    report = check(named(name, mistake.implementation))
    assert report.status == "failed"
    assert report.message.startswith(mistake.diagnosis)


@pytest.mark.parametrize("name", EXERCISES)
def test_exercise_is_complete(name):
    exercise = EXERCISES[name]
    assert len(exercise.mistakes) >= 3
    assert len({m.diagnosis for m in exercise.mistakes}) == len(exercise.mistakes)
    assert len(set(exercise.hints)) == 3
    assert len(list(exercise.cases())) >= 3


@pytest.mark.parametrize("name", EXERCISES)
def test_solution_runs_where_it_is_pasted(name):
    namespace = {"__name__": "pasted"}
    exec(solution(name).source, namespace)
    assert namespace[name] is not EXERCISES[name].reference
    assert check(namespace[name]).status == "passed"


@pytest.mark.parametrize("name", EXERCISES)
def test_check_answers_within_the_limit(name):
    wrong = named(name, EXERCISES[name].mistakes[-1].implementation)
    seconds = []
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # processor time adds up over threads
    try:
        for _ in range(5):  # the first warms up; processor time, for other tests run beside this one
            start = time.process_time()
            check(wrong)
            between = time.process_time()
            _much_of_little()
            slowness = (time.process_time() - between) / QUIET
            seconds.append((between - start) / max(slowness, 1))
    finally:
        torch.set_num_threads(threads)
    if device().type == "cpu":  # on a GPU thousands of small operations take their time
        assert min(seconds) < 0.3


def _much_of_little():
    """Small operations one after the other, as a check is made of: how fast is this machine just now?"""
    torch.manual_seed(0)
    with torch.enable_grad(), torch.device("cpu"):
        layer = torch.nn.Linear(8, 8)
        for _ in range(500):
            layer(torch.ones(4, 8)).softmax(dim=-1).sum().backward()


@pytest.mark.slow
def test_import_takes_little_beside_that_of_pytorch():
    """It is what the first cell of each notebook waits for; half a second where PyTorch takes two."""
    code = (
        "import time; start = time.process_time(); import torch; between = time.process_time(); "
        "import vit_course, vit_course.exercises; print((time.process_time() - between) / (between - start))"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    assert min(float(run.stdout) for run in runs) <= 0.25
