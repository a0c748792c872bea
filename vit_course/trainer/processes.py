"""One training in several processes, which torchrun starts: what they agree on, and what only the first one does."""

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

from vit_course.device import device as default_device
from vit_course.trainer.errors import TrainingError
from vit_course.vision_transformer import VisionTransformer

WAIT = timedelta(minutes=10)  # for one another; a process that has ended is noticed at once


class Processes:
    """This process among `count`, its number (`rank`, from 0) and its device. Alone where torchrun started none."""

    def __init__(self, rank: int, count: int, device: torch.device) -> None:
        self.rank, self.count, self.device = rank, count, device

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and speaks."""
        return self.rank == 0

    def of_the_first(self, number: float) -> float:
        """The number of the first process: clocks differ."""
        if self.count == 1:
            return number
        said = torch.tensor(number, dtype=torch.float64)
        dist.broadcast(said, 0)
        return said.item()

    def largest(self, number: float) -> float:
        """The largest of the processes' numbers."""
        if self.count == 1:
            return number
        largest = torch.tensor(number, dtype=torch.float64)
        dist.all_reduce(largest, dist.ReduceOp.MAX)
        return largest.item()

    def total(self, tensor: Tensor) -> Tensor:
        """The sum over all processes."""
        total = tensor.detach().clone()
        if self.count > 1:
            dist.all_reduce(total)
        return total

    @contextmanager
    def first_alone_speaks(self) -> Iterator[None]:
        """A block in which the others print nothing, and show no progress; what they raise goes its way."""
        with open(os.devnull, "w") as nowhere, ExitStack() as stack:
            if not self.first:
                stack.enter_context(redirect_stdout(nowhere))
                stack.enter_context(redirect_stderr(nowhere))
            yield

    def wait(self) -> None:
        """Until all are here."""
        self.largest(0.0)

    def shared(self, model: VisionTransformer, shard: bool) -> nn.Module:
        """The model to call in training: its gradients are the mean over the processes.

        With `shard` each keeps a part of the weights only, and gets the others when it computes with them.
        """
        if shard:
            for block in model.encoder.layer:
                fully_shard(block)
            return fully_shard(model)  # type: ignore[return-value]
        if self.count == 1:
            return model
        # It is about the kernel of a grey image's patches, one of whose strides may be any.
        warnings.filterwarnings("ignore", message="Grad strides do not match bucket view strides")
        return DistributedDataParallel(model, device_ids=[self.device] if self.device.type == "cuda" else None)


@contextmanager
def processes() -> Iterator[Processes]:
    """The processes that torchrun started, or this one alone.

    Raises TrainingError in those that are left when another one ends, and where there are more of them than GPUs.
    """
    device = default_device()
    if "RANK" not in os.environ:
        yield Processes(0, 1, device)
        return
    rank, count, local = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"))
    if device.type == "cuda":
        if local >= torch.cuda.device_count():
            raise TrainingError(
                f"this machine has {torch.cuda.device_count()} GPU(s), and process {local} on it would have none: "
                f"start torchrun with --nproc-per-node {torch.cuda.device_count()}"
            )
        device = torch.device("cuda", local)
        torch.cuda.set_device(device)
    # torchrun's store may outlive a process that ended: what it wrote there isn't for the one that takes its place.
    store, *_ = next(dist.rendezvous("env://", timeout=WAIT))
    store = dist.PrefixStore(f"attempt {_attempt()}", store)
    # Numbers on the CPU go by gloo, so that agreeing on them doesn't make a GPU wait.
    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    dist.init_process_group(backend, store=store, rank=rank, world_size=count, timeout=WAIT)
    try:
        yield Processes(rank, count, device)
    except RuntimeError as error:
        if isinstance(error, TrainingError) or not any(word in str(error) for word in ("gloo", "NCCL", "Connection")):
            raise
        raise TrainingError(
            f"process {rank} of {count} has lost the others: one of them has ended. Look above for the reason; "
            f"start the same command again to go on from the last checkpoint"
        ) from error
    finally:
        dist.destroy_process_group()


def restarted() -> bool:
    """Whether torchrun has started this process again, after one of them had ended."""
    return _attempt() > 0


def _attempt() -> int:
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0))
