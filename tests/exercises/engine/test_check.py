"""`check`, `hint` and `solution`, asked for stubs, by wrong names, with the wrong kind of thing."""

import pytest
import torch
from learner import named
from torch import nn

from vit_course import exercises
from vit_course.block import Block, Mlp
from vit_course.embeddings import patchify
from vit_course.encoder import Encoder
from vit_course.exercises import EXERCISES, check, hint, solution
from vit_course.exercises.engine.check import find
from vit_course.exercises.engine.compare import shown
from vit_course.exercises.engine.progress import progress_file


@pytest.fixture(autouse=True)
def no_hints_yet(monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})


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


def test_wrong_arguments_and_exit_are_reported():
    assert "takes 0 positional arguments" in check(named("patchify", lambda: None)).message

    def leaving(images, size):
        raise SystemExit

    assert "SystemExit" in check(named("patchify", leaving)).message


def test_block_that_is_shared_gets_its_diagnosis_however_it_came_about():
    class Appended(Encoder):
        def __init__(self, config):
            super().__init__(config)
            block = Block(config)
            self.layer = nn.ModuleList()
            for _ in range(config.num_layers):
                self.layer.append(block)

    report = check(named("Encoder", Appended))
    assert report.message.startswith("Your layers are all the same block")


def test_class_that_is_no_module():
    report = check(named("Embeddings", type("Plain", (), {"__init__": lambda self, config: None})))
    assert "is no nn.Module" in report.message


def test_function_where_a_class_is_asked_for():
    def Embeddings(config):
        pass

    assert "is to be a class" in check(Embeddings).message


@pytest.mark.parametrize("wrong", ["head", "Query kernel", "patch kernel", 0, ["head"], torch.zeros(1)])
def test_answer_that_is_a_single_word_is_not_given_away(wrong):
    right = EXERCISES["name_the_bug"].reference
    report = check(named("name_the_bug", lambda conversion: wrong))
    assert report.status == "failed" and f"Your result is {shown(wrong)}, and that is not it" in report.message
    assert not any(right(letter) in report.message for letter in "ABCDE" if right(letter) != wrong)


def test_first_of_two_wrong_words_gets_its_diagnosis():
    right = EXERCISES["name_the_bug"].reference
    wrong = {"B": "class token", "E": "value kernel"}
    report = check(named("name_the_bug", lambda conversion: wrong.get(conversion) or right(conversion)))
    assert report.message.startswith("B: the patches' tokens are wrong as well")
    assert "right in 3 of 5 cases" in report.message


@pytest.mark.parametrize("call", [check, hint, solution])
def test_misspelt_name_gets_the_nearest(call):
    with pytest.raises(ValueError, match="did you mean 'patchify'"):
        call(named("pachify", patchify))


@pytest.mark.parametrize("result", [torch.zeros(2, 3), nn.Linear(2, 2), 5, None])
def test_call_in_place_of_the_name_is_explained(result):
    with pytest.raises(ValueError, match=r"not what it returns: check\(patchify\)") as error:
        find(EXERCISES, result)
    assert len(str(error.value)) < 120


@pytest.mark.parametrize("call", [check, hint, solution])
def test_call_of_a_class_is_explained_with_its_name(call):
    config = next(iter(EXERCISES["Mlp"].cases())).init[0]
    with pytest.raises(ValueError, match=r"not what it returns: check\(Mlp\)"):
        call(Mlp(config))


def test_name_in_quotes_is_explained():
    with pytest.raises(ValueError, match="without quotes"):
        check("patchify")


def test_hints_come_in_three_steps():
    numbers = [hint("patchify").number for _ in range(4)]
    assert numbers == [1, 2, 3, 3]
    assert hint(patchify).text == EXERCISES["patchify"].hints[2]


def test_card_escapes_what_the_learner_wrote():
    def broken(images, size):
        raise RuntimeError("<script>alert(1)</script>")

    report = check(named("patchify", broken))
    assert "<script>" not in report._repr_html_()
    assert repr(report).startswith("failed: patchify\n")
