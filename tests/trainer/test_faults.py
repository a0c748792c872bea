"""What goes wrong in a training of hours: each fault is made, and the run goes on or says what to do."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from stripes import again, begin, data, weights, without_times

from vit_course.trainer import TrainingError, checkpoints, train

# A nursery of processes: it loads PyTorch once, and each child trains until it is killed.
KILL_AGAIN_AND_AGAIN = """
import os, random, signal, sys, time
from pathlib import Path
import torch
from stripes import again, begin, data
from vit_course.trainer import checkpoints, train
from vit_course.trainer.run import Run

torch.set_num_threads(1)
folder, kills = Path(sys.argv[1]), int(sys.argv[2])
random.seed(0)
run, _ = begin(folder, max_steps=400, save_every=4, validate_every=8, ema=0.9)
saved = 0
for kill in range(kills):
    child = os.fork()
    if not child:
        train(*again(run), data())
        os._exit(0)
    time.sleep(random.uniform(0.02, 0.4))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = run.newest_checkpoint()
    step = found.facts["step"] if found else 0
    assert step >= saved, f"step {saved} was saved, and {step} is the newest after kill {kill}"
    assert all(line["step"] <= 400 for line in run.metrics())
    saved = step
    if saved == 400 and kill < kills - 1:  # a fast machine got through: the next kills fall into a run of their own
        run, saved = begin(Path(f"{folder}_{kill}"), max_steps=400, save_every=4, validate_every=8, ema=0.9)[0], 0
print(saved)
run, model = again(run)
train(run, model, data())
torch.save(torch.cat([p.detach().flatten() for p in model.parameters()]), folder / "weights.pt")
"""


@pytest.mark.slow
@pytest.mark.cpu
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_fifty_moments_it_loses_nothing_that_was_saved(tmp_path):
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "VIT_COURSE_DEVICE": "cpu",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", KILL_AGAIN_AND_AGAIN, str(tmp_path / "killed"), "50"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0, "it got on between the kills"
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in another order have other last digits
    try:
        run, model = begin(tmp_path / "whole", max_steps=400, save_every=4, validate_every=8, ema=0.9)
        train(run, model, data())
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.load(tmp_path / "killed" / "weights.pt", weights_only=True), weights(model).cpu())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_stops_and_can_be_resumed(number, tmp_path):
    whole, model = begin(tmp_path / "whole")
    train(whole, model, data())
    wanted = weights(model)
    run, model = begin(tmp_path / "run")
    before = signal.getsignal(number)

    def send(module, inputs):
        if module.training:
            os.kill(os.getpid(), number)

    handle = model.register_forward_pre_hook(send)
    summary = train(run, model, data())
    handle.remove()
    assert summary.stopped_by == number.name and summary.steps == 1
    assert run.newest_checkpoint().facts["step"] == 1
    assert signal.getsignal(number) is before
    run, model = again(run)
    train(run, model, data())
    assert torch.equal(weights(model), wanted)


def test_a_second_ctrl_c_does_not_wait(tmp_path):
    run, model = begin(tmp_path / "run")

    def twice(module, inputs):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    model.register_forward_pre_hook(twice)
    with pytest.raises(KeyboardInterrupt):
        train(run, model, data())


def test_a_full_disk_is_told_and_the_training_goes_on(tmp_path):
    run, model = begin(tmp_path / "run")
    said = []
    run.say = said.append
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_disk(module, inputs):
        if module.training and run.newest_checkpoint() and run.newest_checkpoint().facts["step"] == 8:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))

    model.register_forward_pre_hook(fill_the_disk)
    try:
        assert train(run, model, data()).steps == 24
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert any("00000016 was not saved: File too large. The training goes on: make room" in line for line in said)
    assert run.newest_checkpoint().facts["step"] == 8, "the one before stays"
    assert not [file for file in (run.folder / "checkpoints").iterdir() if file.name.startswith(".")]
    run, model = again(run)
    assert train(run, model, data()).steps == 24


@pytest.mark.parametrize("damage", ["cut", "flip", "no tensors", "no facts"])
def test_a_damaged_checkpoint_is_told_and_the_one_before_taken(damage, tmp_path):
    whole, model = begin(tmp_path / "run")
    train(whole, model, data())
    wanted, folder = weights(model), whole.folder / "checkpoints"
    tensors, facts = folder / "00000024.safetensors", folder / "00000024.json"
    content = bytearray(tensors.read_bytes())
    if damage == "cut":
        tensors.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        content[len(content) // 2] ^= 1
        tensors.write_bytes(content)
    elif damage == "no tensors":
        tensors.unlink()
    else:
        facts.write_text("{")
    said = []
    run, model = again(whole)
    run.say = said.append
    assert run.newest_checkpoint().facts["step"] == 16
    expected = {
        "cut": "cut short to",
        "flip": "changed after it",
        "no tensors": "No such file",
        "no facts": "can't be read",
    }
    assert expected[damage] in said[0] and "The one before it is taken" in said[0]
    train(run, model, data())
    assert torch.equal(weights(model), wanted)
    assert without_times(run) == without_times(whole)


def test_where_every_checkpoint_is_damaged_nothing_begins_anew(tmp_path):
    run, model = begin(tmp_path / "run")
    train(run, model, data())
    for file in (run.folder / "checkpoints").glob("*.safetensors"):
        file.write_bytes(b"")
    before, (run, model) = (run.folder / "metrics.jsonl").read_bytes(), again(run)
    run.say = lambda line: None
    with pytest.raises(TrainingError, match=r"no checkpoint in .* is whole: get one back .* to begin anew"):
        train(run, model, data())
    assert (run.folder / "metrics.jsonl").read_bytes() == before


def test_damaged_best_weights_are_told(tmp_path):
    from vit_course.trainer import load_model

    run, model = begin(tmp_path / "run")
    train(run, model, data())
    best = run.folder / "best.safetensors"
    best.write_bytes(best.read_bytes()[:-100])
    with pytest.raises(TrainingError, match=r"cut short to .* Go on with the training \(--resume\)"):
        load_model(run.folder, torch.device("cpu"))


def test_a_metric_that_was_cut_short_is_no_metric(tmp_path):
    run, model = begin(tmp_path / "run")
    train(run, model, data())
    lines = run.metrics()
    with (run.folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 25, "los')
    assert run.metrics() == lines
    run.forget_metrics_after(16)
    assert [json.loads(line) for line in (run.folder / "metrics.jsonl").open()] == [x for x in lines if x["step"] <= 16]


def test_a_folder_that_holds_another_run_is_left_alone(tmp_path):
    run, _ = begin(tmp_path / "run")
    before = (run.folder / "config.json").read_text()
    with pytest.raises(TrainingError, match="holds a run already: go on with it"):
        begin(tmp_path / "run", seed=1)
    assert (run.folder / "config.json").read_text() == before
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(TrainingError, match="thesis is not empty"):
        begin(tmp_path / "thesis")


def test_two_trainings_do_not_share_a_folder(tmp_path):
    run, _ = begin(tmp_path / "run")
    with run.writing(), pytest.raises(TrainingError, match="another training writes to"):
        train(*again(run), data())


def test_only_the_newest_two_are_kept_and_a_file_that_is_half_there_goes(tmp_path):
    run, model = begin(tmp_path / "run", save_every=4)
    for name in ("00000099.safetensors", ".00000099.safetensors.12345678.unfinished"):
        (run.folder / "checkpoints" / name).write_bytes(b"begun")
    train(run, model, data())
    names = sorted(file.name for file in (run.folder / "checkpoints").iterdir())
    assert names == [f"{step:08d}.{kind}" for step in (20, 24) for kind in ("json", "safetensors")]


def test_nothing_is_unpickled():
    source = "".join(file.read_text() for file in Path(checkpoints.__file__).parent.glob("*.py"))
    assert "pickle" not in source.replace("unpickling", "") and "torch.load(" not in source
