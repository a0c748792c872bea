"""One training in two processes: the same losses as in one, and what happens when one of them ends."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from stripes import CONFIG, begin, data

from vit_course.trainer import TrainingError, train
from vit_course.trainer.processes import Processes, processes

# Loads PyTorch once, and forks the processes that torchrun would start.
TWO = """
import os, sys
from dataclasses import replace
from pathlib import Path
import torch
from stripes import CONFIG, begin, again, data
from vit_course.trainer import train
from vit_course.trainer.processes import processes

folder, shard, port = Path(sys.argv[1]), sys.argv[2] == "shard", sys.argv[3]
torch.set_num_threads(1)
run, _ = begin(folder, replace(CONFIG, dropout=0.0), shard=shard, accumulate=2, mixup=0.5)
os.environ |= {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
first = os.fork()
os.environ |= {"RANK": "1", "LOCAL_RANK": "1"} if first else {"RANK": "0", "LOCAL_RANK": "0"}
with processes() as those:
    train(*again(run), data(), those)
if first:
    sys.exit(os.waitpid(first, 0)[1] != 0)
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def environment():
    return os.environ | {
        "OMP_NUM_THREADS": "1",
        "VIT_COURSE_DEVICE": "cpu",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


@pytest.mark.cpu
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["whole", "shard"])
def test_two_processes_have_the_losses_of_one(kind, tmp_path):
    command = [sys.executable, "-c", TWO, str(tmp_path / "two"), kind, free_port()]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    run, model = begin(tmp_path / "one", replace(CONFIG, dropout=0.0), accumulate=2, mixup=0.5)
    train(run, model, data())
    two = [json.loads(line) for line in (tmp_path / "two" / "metrics.jsonl").open()]
    assert len(two) == len(run.metrics()), "one process writes"
    for ours, theirs in zip(two, run.metrics(), strict=True):
        assert ours.keys() == theirs.keys()
        for name in ours.keys() - {"seconds", "images_per_second"}:
            assert ours[name] == pytest.approx(theirs[name], rel=1e-4), (name, ours["step"])
    ours, theirs = (load_file(tmp_path / name / "best.safetensors") for name in ("two", "one"))
    assert ours.keys() == theirs.keys() and all(ours[name].shape == theirs[name].shape for name in ours)


# The second process is killed in the middle of step 11, the first time that it is started.
KILLED_ONCE = """
import os, signal, sys
from vit_course.app.cli import app
from vit_course.trainer import loop

before, steps = loop.make_batch, []

def make_batch(run, data, step, those):
    if step == 10 and those.rank == 1 and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        os.kill(os.getpid(), signal.SIGKILL)
    return before(run, data, step, those)

loop.make_batch = make_batch
app()
"""


@pytest.mark.slow
@pytest.mark.cpu
def test_after_a_process_was_killed_torchruns_restart_goes_on_from_the_last_checkpoint(tmp_path):
    (tmp_path / "killed.py").write_text(KILLED_ONCE)
    options = ["--limit", "200", "--batch-size", "16", "--max-steps", "16", "--warmup-steps", "2"]
    options += ["--save-every", "4", "--validate-every", "8"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--max-restarts", "1"]
    torchrun += ["--master-port", free_port(), "--monitor-interval", "0.1"]
    command = [*torchrun, str(tmp_path / "killed.py"), "train", "--out", str(tmp_path / "two"), *options]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    single = [sys.executable, "-m", "vit_course", "train", "--out", str(tmp_path / "one"), *options]
    subprocess.run(single, env=environment(), check=True, capture_output=True, timeout=100)
    two, one = ([json.loads(x) for x in (tmp_path / name / "metrics.jsonl").open()] for name in ("two", "one"))
    assert [line["step"] for line in two] == [line["step"] for line in one]
    for ours, theirs in zip(two, one, strict=True):
        assert all(ours[k] == pytest.approx(theirs[k], rel=1e-3) for k in ours.keys() & {"loss", "validation_loss"})


@pytest.mark.cpu
def test_who_is_left_behind_says_so(monkeypatch):
    for name, value in {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0", "MASTER_ADDR": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MASTER_PORT", free_port())
    with (
        pytest.raises(TrainingError, match=r"process 0 of 1 has lost the others: .* the same command again"),
        processes(),
    ):
        raise RuntimeError("[gloo/transport/tcp/pair.cc] Connection closed by peer")
    monkeypatch.setenv("MASTER_PORT", free_port())
    with pytest.raises(RuntimeError, match="something else"), processes():
        raise RuntimeError("something else")


@pytest.mark.cpu
def test_a_batch_that_cannot_be_shared_out_is_refused(tmp_path):
    run, model = begin(tmp_path / "run", batch_size=15)
    with pytest.raises(TrainingError, match=r"batch_size=15 cannot be shared out among 2 processes"):
        train(run, model, data(), Processes(0, 2, torch.device("cpu")))
