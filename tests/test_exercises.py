"""The exercises and their engine: right answers pass, known mistakes are named, bad code does no harm."""

import json
import time

import numpy as np
import pytest
import torch
from einops import rearrange
from torch import nn

from vit_course import exercises
from vit_course.embeddings import Embeddings, patchify
from vit_course.exercises import EXERCISES, check, hint, limits, progress, solution
from vit_course.exercises.progress import progress_file


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(exercises, "_hints_given", {})


def named(name, implementation):
    """The implementation under the exercise's name, as a learner would have written it."""
    if isinstance(implementation, type):
        return type(name, (implementation,), {})

    def learner(*args):
        return implementation(*args)

    learner.__name__ = name
    return learner


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
    check(wrong)  # the first run warms up
    start = time.perf_counter()
    check(wrong)
    assert time.perf_counter() - start < 0.3


def by_two_loops(images, patch_size):
    found = []
    for top in range(0, images.shape[2], patch_size):
        for left in range(0, images.shape[3], patch_size):
            patch = images[:, :, top : top + patch_size, left : left + patch_size]
            found.append(patch.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(found, dim=1)


def by_view_and_permute(patches, patch_size, grid):
    rows, columns = grid
    parts = patches.view(len(patches), rows, columns, patch_size, patch_size, -1)
    return parts.permute(0, 5, 1, 3, 2, 4).reshape(len(patches), -1, rows * patch_size, columns * patch_size)


def by_hand(position_embeddings, grid):
    side = round((position_embeddings.shape[1] - 1) ** 0.5)
    image = position_embeddings[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    image = nn.Upsample(size=grid, mode="bilinear")(image)
    return torch.cat((position_embeddings[:, 0:1], image.flatten(2).transpose(1, 2)), 1)


class WithALinearLayersHabits(nn.Module):
    """As the article writes it: flatten, transpose, cat, and the token stored before the projection."""

    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.cls_token = nn.Parameter(torch.randn(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, size, size)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(-1, -2)
        out = x.new_empty(x.shape[0], x.shape[1] + 1, x.shape[2])
        out[:, :1], out[:, 1:] = self.cls_token, x
        return self.drop(out + self.position_embeddings)


OTHER_WAYS = {
    "sequence_length": lambda image, patch: 1 + len(range(0, image, patch)) ** 2,
    "count_patches": lambda height, width, patch: height * width // patch**2,
    "patchify": by_two_loops,
    "unpatchify": by_view_and_permute,
    "Embeddings": WithALinearLayersHabits,
    "resize_position_embeddings": by_hand,
}


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answer_written_in_another_way_passes(name):
    report = check(named(name, OTHER_WAYS[name]))
    assert report.status == "passed", report.message


def patchify_with(change):
    return named("patchify", lambda images, size: change(patchify(images, size)))


def test_stub_is_not_attempted_and_leaves_no_trace():
    def stub(images, patch_size):
        raise NotImplementedError

    report = check(named("patchify", stub))
    assert report.status == "not attempted"
    assert "hint(patchify)" in report.message
    assert not progress_file().exists()


def test_stub_of_a_class_is_not_attempted():
    class Stub(nn.Module):
        def __init__(self, config):
            super().__init__()
            raise NotImplementedError

    assert check(named("Embeddings", Stub)).status == "not attempted"


def test_a_librarys_not_implemented_error_is_an_error():
    def half(images, size):
        return torch.ones(2, dtype=torch.float8_e4m3fn) + torch.ones(2, dtype=torch.float8_e4m3fn)

    report = check(named("patchify", half))
    assert report.status == "failed"
    assert "raised an error" in report.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: None, "is there a `return`?"),
        (lambda x: x.detach().numpy(), "NumPy array"),
        (lambda x: x.tolist(), "is a list"),
        (lambda x: x[:, :-1], "has shape [2, 5, 48] and should have [2, 6, 48]"),
        (lambda x: x.double(), "torch.float64"),
        (lambda x: torch.empty_like(x, device="meta"), "is on meta"),
        (lambda x: x + 1, "The first, at [0, 0, 0]"),
        (lambda x: x.detach(), "no gradient flows back to `images`"),
        (lambda x: x * 0.5 + x.detach() * 0.5, "the gradients are not"),
    ],
)
def test_wrong_result_is_described(change, words):
    report = check(patchify_with(change))
    assert report.status == "failed"
    assert words in report.message


def test_shape_is_named_before_dtype_before_values():
    message = check(patchify_with(lambda x: (x + 1).double()[:, 1:])).message
    assert "shape" in message and "float64" not in message
    message = check(patchify_with(lambda x: (x + 1).double())).message
    assert "float64" in message and "differ" not in message


def test_input_changed_in_place_is_named():
    def careless(images, size):
        result = patchify(images, size) + 0.0
        images += 1
        return result

    message = check(named("patchify", careless)).message
    assert "changes its input `images` in place" in message


def test_error_shows_the_learners_own_lines_only():
    def broken(images, size):
        return rearrange(images, "batch channels height -> batch height")

    message = check(named("patchify", broken)).message
    assert 'return rearrange(images, "batch channels height -> batch height")' in message
    assert "EinopsError" in message
    assert "einops.py" not in message and "in run" not in message


def test_wrong_arguments_and_exit_are_reported():
    assert "takes 0 positional arguments" in check(named("patchify", lambda: None)).message

    def leaving(images, size):
        raise SystemExit

    assert "SystemExit" in check(named("patchify", leaving)).message


@pytest.mark.parametrize("swallow", [False, True])
def test_endless_loop_is_stopped(monkeypatch, swallow):
    monkeypatch.setattr(limits, "SECONDS", 0.5)

    def endless(images, size):
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                assert swallow

    start = time.perf_counter()
    report = check(named("patchify", endless))
    assert time.perf_counter() - start < 3
    assert report.status == "failed"
    assert "stopped after 0.5 seconds" in report.message


def test_limit_without_timer_signals(monkeypatch):
    """The way of Windows."""
    monkeypatch.delattr("signal.setitimer", raising=False)
    with pytest.raises(limits.OutOfTime), limits.time_limit(0.2):
        while True:
            pass
    with limits.time_limit(5.0):
        pass


def test_ten_seconds_are_the_limit():
    assert limits.SECONDS == 10


def test_much_printing_is_cut_short(capsys):
    def talkative(images, size):
        for i in range(20_000):
            print("line", i)
        return patchify(images, size)

    report = check(named("patchify", talkative))
    assert report.status == "passed"
    assert "line 3" in report.printed and len(report.printed) < 1_200
    assert "characters more" in report.printed
    assert capsys.readouterr().out == ""


def test_random_numbers_of_the_notebook_stay_as_they_were():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    check(patchify)
    assert torch.equal(torch.rand(2), expected)


def test_cases_are_drawn_afresh():
    drawn = []
    target = named("patchify", lambda images, size: drawn.append(images.detach().clone()))
    check(target), check(target)
    half = len(drawn) // 2
    assert not torch.equal(drawn[0], drawn[half])
    assert {images.shape[0] for images in drawn} >= {1, 2}
    assert any(images.shape[2] != images.shape[3] for images in drawn)


def test_missing_and_misnamed_parameters_are_named():
    class Misnamed(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.inner = Embeddings(config)
            self.patch_embeddings = self.inner.patch_embeddings
            self.cls_token = self.inner.cls_token.data
            self.positions = self.inner.position_embeddings
            del self.inner

    report = check(named("Embeddings", Misnamed))
    assert "`cls_token` is a plain tensor: wrap it in nn.Parameter" in report.message
    assert "`position_embeddings` is missing: a parameter of shape [1, 7, 12]" in report.message
    assert "`positions` is not expected" in report.message


def test_class_that_is_no_module():
    report = check(named("Embeddings", type("Plain", (), {"__init__": lambda self, config: None})))
    assert "is no nn.Module" in report.message


def test_function_where_a_class_is_asked_for():
    def Embeddings(config):
        pass

    assert "is to be a class" in check(Embeddings).message


@pytest.mark.parametrize("call", [check, hint, solution])
def test_misspelt_name_gets_the_nearest(call):
    with pytest.raises(ValueError, match="did you mean 'patchify'"):
        call(named("pachify", patchify))


def test_name_in_quotes_is_explained():
    with pytest.raises(ValueError, match="without quotes"):
        check("patchify")


def test_hints_come_in_three_steps():
    numbers = [hint("patchify").number for _ in range(4)]
    assert numbers == [1, 2, 3, 3]
    assert hint(patchify).text == EXERCISES["patchify"].hints[2]


def test_progress_is_kept_and_a_pass_is_never_taken_back():
    check(patchify_with(lambda x: x + 1))
    assert "patchify" in repr(progress()) and progress().summary.startswith("0 of")
    check(patchify_with(lambda x: x))
    check(patchify_with(lambda x: x + 1))
    hint("patchify"), solution("patchify")
    row = next(row for row in progress().rows if row[1] == "patchify")
    assert row == ("01", "patchify", "passed", "3", "hint 1, solution")
    assert progress().summary.startswith("1 of")
    assert "patchify" in progress()._repr_html_()


@pytest.mark.parametrize("content", ["{ not json", "[1, 2]", '{"patchify": 3}', ""])
def test_damaged_progress_is_set_aside_and_reported(content):
    progress_file().write_text(content)
    report = check(patchify_with(lambda x: x))
    assert report.status == "passed"
    (aside,) = progress_file().parent.glob("progress.damaged-*.json")
    assert aside.read_text() == content
    assert aside.name in report.note and aside.name in repr(report) and aside.name in report._repr_html_()
    assert json.loads(progress_file().read_text())["patchify"]["status"] == "passed"


def test_damaged_progress_is_reported_by_the_table():
    progress_file().write_text("{")
    assert "damaged" in repr(progress())
    assert "damaged" not in repr(progress())


def test_progress_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path / "file"))
    report = check(patchify_with(lambda x: x))
    assert report.status == "passed"
    assert "could not be saved" in report.note


def test_card_escapes_what_the_learner_wrote():
    def broken(images, size):
        raise RuntimeError("<script>alert(1)</script>")

    report = check(named("patchify", broken))
    assert "<script>" not in report._repr_html_()
    assert repr(report).startswith("failed: patchify\n")


def test_numbers_are_compared_as_numbers():
    def as_numpy(height, width, patch_size):
        return np.int64(height // patch_size * (width // patch_size))

    assert "should be an int" in check(named("count_patches", as_numpy)).message

    def as_tensor(height, width, patch_size):
        return torch.tensor(height // patch_size * (width // patch_size))

    assert "plain int is asked for" in check(named("count_patches", as_tensor)).message
