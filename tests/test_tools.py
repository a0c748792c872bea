"""The scripts for several machines, with stand-ins for what isn't here: SLURM's commands and the other machines."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def shell(tmp_path):
    """Runs a script where each command named is a stand-in that says what it was called with."""

    def run(script, *arguments, stand_ins, **variables):
        for name, says in stand_ins.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{says}\n")
            (tmp_path / name).chmod(0o755)
        environment = os.environ | variables | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        command = ["sh", str(TOOLS / script), *map(str, arguments)]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=TOOLS.parent)

    return run


pytestmark = [pytest.mark.cpu, pytest.mark.skipif(os.name == "nt", reason="for clusters, which have a shell")]
SLURM = {"scontrol": "echo node-a; echo node-b", "srun": "echo $MACHINES $FIRST $GPUS $JOB: $*"}


def test_a_job_of_slurm_begins_and_goes_on(shell, tmp_path):
    variables = {
        "SLURM_JOB_NODELIST": "node-[a-b]",
        "SLURM_NNODES": "2",
        "SLURM_GPUS_ON_NODE": "8",
        "SLURM_JOB_ID": "77",
    }
    out = tmp_path / "run"
    arguments = ["--config", "tiny", "--out", out]
    begun = shell("train_on_slurm.sh", *arguments, stand_ins=SLURM, **variables).stdout
    assert begun == f"2 node-a 8 77: sh tools/train_on_machines.sh --config tiny --out {out}\n"
    out.mkdir()
    (out / "config.json").write_text("{}")
    gone_on = shell("train_on_slurm.sh", *arguments, stand_ins=SLURM, **variables).stdout
    assert gone_on == f"2 node-a 8 77: sh tools/train_on_machines.sh --resume --out {out}\n"


def test_two_gpus_of_each_machine_meet_at_the_first(shell):
    stand_ins = {"nvidia-smi": "echo GPU 0; echo GPU 1", "torchrun": "echo $*"}
    said = shell("train_on_machines.sh", "--out", "x", stand_ins=stand_ins, MACHINES="3", FIRST="machine-a").stdout
    assert "--nnodes 3 --nproc-per-node 2 --max-restarts 3" in said and "--rdzv-endpoint machine-a:29500" in said
    assert said.endswith("-m vit_course train --out x\n")


@pytest.mark.slow
def test_the_command_really_trains_by_rendezvous(shell, tmp_path):
    """Two processes on this machine, which meet as those of two machines would."""
    options = ["--limit", "200", "--batch-size", "16", "--max-steps", "4", "--warmup-steps", "1"]
    torchrun = f'exec {sys.executable} -m torch.distributed.run "$@"'
    variables = {"MACHINES": "1", "FIRST": "localhost", "GPUS": "2", "PORT": free_port(), "VIT_COURSE_DEVICE": "cpu"}
    shell(
        "train_on_machines.sh",
        *("--out", tmp_path / "run", *options),
        stand_ins={"torchrun": torchrun},
        OMP_NUM_THREADS="1",
        **variables,
    )
    assert (tmp_path / "run" / "best.safetensors").exists()
