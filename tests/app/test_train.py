"""The commands train, evaluate and predict, as a person types them."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from vit_course.app.cli import app
from vit_course.trainer import Run

SHORT = "--limit 200 --batch-size 16 --max-steps 4 --warmup-steps 1 --save-every 2 --validate-every 2"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(command, code=0):
        result = CliRunner().invoke(app, command.split())
        assert result.exit_code == code, result.output
        return result.output

    return run


def pictures(folder, parts=("train", "val"), classes=("bag", "hat")):
    """Four squares of each class, in levels of grey."""
    for part in parts:
        for name in classes:
            (folder / part / name).mkdir(parents=True)
            for number in range(4):
                Image.new("RGB", (9, 9), (number * 50,) * 3).save(folder / part / name / f"{number}.png")


def test_train_evaluate_and_predict(run, tmp_path):
    out = run(f"train --out minute {SHORT}")
    assert "steps " in out and "after step" in out and "vit-course evaluate minute" in out
    settings = json.loads((tmp_path / "minute" / "config.json").read_text())
    assert settings["recipe"]["max_steps"] == 4 and settings["source"]["limit"] == 200
    assert list((tmp_path / "minute" / "tensorboard").iterdir())
    assert "test: " in run("evaluate minute") and "of 10,000 images" in run("evaluate minute")
    Image.new("RGBA", (40, 30)).save("bag.png")
    out = run("predict minute bag.png")
    assert out.startswith("bag.png: ") and out.count("%") == 3
    run("predict minute bag.png --attention looked.png")
    assert Image.open("looked.png").size[0] > 500
    assert run("export minute --to safetensors").strip() == "minute/model.safetensors"


def test_a_run_that_ended_is_ended_when_it_is_resumed(run):
    run(f"train --out minute {SHORT}")
    assert "steps                4" in run("train --out minute --resume")


def test_differences_are_listed_before_anything_is_changed(run, tmp_path):
    run(f"train --out minute {SHORT}")
    before = (tmp_path / "minute" / "metrics.jsonl").read_bytes()
    out = run(f"train --out minute --resume {SHORT} --seed 3 --learning-rate 1 --config small --data cifar10", code=1)
    for line in (
        "minute was begun otherwise:",
        "learning_rate: 0.003 there, 1.0 asked for",
        "seed: 0 there, 3 asked for",
        "data: fashion-mnist there, cifar10 asked for",
        "num_layers: 2 there, 6 asked for",
    ):
        assert line in out
    assert (tmp_path / "minute" / "metrics.jsonl").read_bytes() == before
    run(f"train --out minute --resume {SHORT} --config tiny --data fashion-mnist")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("train --out x --resume", "x holds no run"),
        (
            "train --out x --recipe minutes",
            "no recipe 'minutes': did you mean 'minute'? Known: ",
        ),
        ("train --out x --config tinny", "did you mean 'tiny'"),
        ("train --out x --optimizer adam", "no optimizer 'adam': did you mean 'adamw'"),
        ("train --out x --max-steps 3 --max-epochs 1", "max_steps and max_epochs are given: give one of"),
        ("train --out x --data nowhere", "there is no data 'nowhere'"),
        ("train --out x --data images --unreadable maybe --max-steps 1", "no --unreadable 'maybe': Known: stop, skip"),
        ("train --out x --recipe paper --max-steps 500", "warmup_steps=500 must be less than the 500 steps"),
        ("train --out x --limit 100", "batch_size=128 is more than the 100 training images"),
        ("train --out x --weights nowhere.npz", "nowhere.npz: no such file"),
        ("train --out x --image-size 0", "image_size=0 must be at least 1"),
        ("evaluate nowhere", "nowhere holds no run"),
        ("predict nowhere a.png", "nowhere holds no run"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(command, message, run, tmp_path):
    pictures(tmp_path / "images")
    out = run(command, code=1)
    assert message in out and "Traceback" not in out
    assert not (tmp_path / "x").exists(), "nothing is begun"


def test_evaluate_says_what_it_cannot_do(run, tmp_path):
    pictures(tmp_path / "images")
    run("train --out hats --data images --image-size 8 --batch-size 4 --max-steps 2 --warmup-steps 1")
    assert "no test images: put some into test/, or give --part validation" in run("evaluate hats", code=1)
    assert "of 8 images" in run("evaluate hats --part validation")
    assert "there is no part 'tests': did you mean 'test'?" in run("evaluate hats --part tests", code=1)
    assert "has no class 'T-shirt/top': it knows bag, hat" in run("evaluate hats --data fashion-mnist", code=1)


def test_a_resumed_run_opens_its_images_as_it_did(run, tmp_path):
    pictures(tmp_path / "images", ("train", "val", "test"))
    (tmp_path / "images" / "train" / "hat" / "0.png").write_bytes(b"")
    options = "--data images --image-size 8 --batch-size 4 --warmup-steps 1 --save-every 1"
    assert "hat/0.png can't be read" in run(f"train --out hats {options} --max-steps 3", code=1)
    run(f"train --out hats {options} --max-steps 3 --unreadable skip")
    assert "left out: images/train/hat/0.png" in run("train --out hats --resume")
    assert "unreadable: skip there, stop asked for" in run("train --out hats --resume --unreadable stop", code=1)
    assert "lora: 0 there, 2 asked for" in run("train --out hats --resume --lora 2", code=1)
    assert "of 8 images" in run("evaluate hats")


def test_classes_keep_their_numbers_when_a_folder_loses_one(run, tmp_path):
    pictures(tmp_path / "images", ("train", "val", "test"), ("bag", "cap", "hat"))
    run("train --out hats --data images --image-size 8 --batch-size 4 --max-steps 2 --warmup-steps 1")
    pictures(tmp_path / "few", ("train", "val", "test"), ("cap", "hat"))
    opened = Run.open(tmp_path / "hats").source.open(str(tmp_path / "few"))
    assert opened.classes == ("bag", "cap", "hat") and opened.test.labels.tolist() == [1] * 4 + [2] * 4


def test_a_grey_run_takes_coloured_images(run, tmp_path):
    pictures(tmp_path / "images", ("train", "val", "test"), ("Bag", "Coat"))
    run(f"train --out grey {SHORT}")
    assert "of 8 images" in run("evaluate grey --data images")
    fine = "--data images --image-size 28 --batch-size 4 --max-steps 2 --warmup-steps 1"
    out = run(f"train --out fine --weights grey --config tiny {fine}", code=1)
    assert "--weights grey brings its own config: leave out --config tiny" in out
    assert "image_size=30 cannot be cut" in run(f"train --out fine --weights grey {fine} --image-size 30", code=1)
    run(f"train --out fine --weights grey {fine}")
    assert Run.open(tmp_path / "fine").config.in_channels == 1
    assert "of 8 images" in run("evaluate fine")


def test_an_exported_file_brings_its_pixels_and_its_gelu(run, tmp_path):
    run(f"train --out first {SHORT}")
    file = run("export first --to safetensors").strip()
    run(f"train --out second --weights {file} {SHORT}")
    first, second = (Run.open(tmp_path / name) for name in ("first", "second"))
    assert (second.config, second.source.mean) == (first.config, first.source.mean)
    assert first.config.gelu == "tanh"
