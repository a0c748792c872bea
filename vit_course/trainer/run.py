"""The folder of a run: what it is, how it went, and the weights that came out.

config.json        model, recipe, data, and the versions that it began with
metrics.jsonl      a line for each look at the loss, and for each validation
tensorboard/       the same as curves: tensorboard --logdir FOLDER
checkpoints/       the newest two, to go on from
best.safetensors   the weights that did best on the validation images; best.json says when
"""

import json
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

from vit_course.app.files import whole_file
from vit_course.config import ViTConfig
from vit_course.trainer import checkpoints
from vit_course.trainer.checkpoints import Checkpoint, Damaged, write_json
from vit_course.trainer.errors import TrainingError
from vit_course.trainer.recipe import Recipe
from vit_course.trainer.source import Source, Start
from vit_course.trainer.state import State
from vit_course.vision_transformer import VisionTransformer


@dataclass
class Run:
    """A training and its folder: `create` makes that, and `Run.open` finds one again."""

    folder: Path
    config: ViTConfig
    recipe: Recipe
    source: Source
    start: Start = field(default_factory=Start)
    say: Callable[[str], None] = print
    _writer: SummaryWriter | None = field(default=None, repr=False)

    def create(self) -> "Run":
        """Make the folder. Raises TrainingError where it is taken."""
        refuse_taken(self.folder)
        (self.folder / "checkpoints").mkdir(parents=True)
        versions = {"python": platform.python_version(), "torch": torch.__version__}
        write_json(self.folder / "config.json", self.settings() | {"versions": versions})
        return self

    @classmethod
    def open(cls, folder: Path) -> "Run":
        """The run of a folder. Raises TrainingError where that holds none."""
        path = folder / "config.json"
        if not path.exists():
            raise TrainingError(f"{folder} holds no run: there is no {path}")
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
            source: Any = {name: tuple(v) if isinstance(v, list) else v for name, v in written["source"].items()}
            config, recipe = ViTConfig(**written["model"]), Recipe(**written["recipe"])
            return cls(folder, config, recipe, Source(**source), Start(**written["start"]))
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{path} is damaged: {error}") from error

    def settings(self) -> dict[str, Any]:
        return {
            "model": asdict(self.config),
            "recipe": asdict(self.recipe),
            "source": asdict(self.source),
            "start": asdict(self.start),
        }

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A block in which this training alone writes to the folder. Raises TrainingError where another one does."""
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise TrainingError(
                f"another training writes to {self.folder}: wait for its end, or choose another --out"
            ) from error
        with lock:
            try:
                yield
            finally:
                if self._writer is not None:
                    self._writer.close()

    def normalise(self, images: Tensor) -> Tensor:
        """Bytes to numbers that have mean 0 and deviation 1 over the training images, channel by channel."""
        mean, std = (torch.tensor(v, device=images.device)[:, None, None] for v in (self.source.mean, self.source.std))
        return (images.float() / 255 - mean) / std

    @property
    def begun(self) -> bool:
        """Whether there is a checkpoint to go on from."""
        return bool(checkpoints.steps(self.folder / "checkpoints"))

    def newest_checkpoint(self) -> Checkpoint | None:
        """The newest that is whole; what is damaged is said. Raises TrainingError where all of them are damaged."""
        folder = self.folder / "checkpoints"
        for step in checkpoints.steps(folder):
            try:
                return checkpoints.read(checkpoints.place(folder, step))
            except Damaged as error:
                self.say(f"{error}. The one before it is taken.")
        if self.begun:
            raise TrainingError(
                f"no checkpoint in {folder} is whole: get one back from a copy, or choose another --out; to begin anew "
                f"in {self.folder}, delete {folder}"
            )
        return None

    def save(self, checkpoint: Checkpoint) -> None:
        """Save a checkpoint. Where the disk is full, say so and go on: the one before stays."""
        folder = self.folder / "checkpoints"
        if self._written(checkpoints.place(folder, checkpoint.facts["step"]), *checkpoint):
            checkpoints.remove_old(folder)

    def save_best(self, state: State, weights: dict[str, Tensor]) -> None:
        facts = {"step": state.step, "validation_accuracy": state.best_accuracy}
        self._written(self.folder / "best", weights, facts)

    def _written(self, path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> bool:
        try:
            checkpoints.write(path, tensors, facts)
        except OSError as error:
            why = error.strerror or error
            self.say(f"{path.name} was not saved: {why}. The training goes on: make room in {path.parent}")
            return False
        return True

    def best_weights(self) -> Checkpoint:
        """The best weights. Raises TrainingError where there are none, or they are damaged."""
        try:
            return checkpoints.read(self.folder / "best")
        except Damaged as error:
            raise TrainingError(
                f"{error}. Go on with the training (--resume), and the next best ones are saved"
            ) from error

    def note(self, state: State, **values: float) -> None:
        """A line of metrics.jsonl, and a point of each curve."""
        line = {"step": state.step, "seconds": round(state.seconds, 3), **values}
        try:
            with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            if self._writer is None:
                self._writer = SummaryWriter(self.folder / "tensorboard", purge_step=state.step)
            for name, value in values.items():
                self._writer.add_scalar(name, value, state.step)
        except OSError as error:
            self.say(f"the metrics of step {state.step} were not written: {error.strerror or error}")

    def metrics(self) -> list[dict[str, Any]]:
        """The lines of metrics.jsonl; one that was cut short by the end of the process is no line."""
        path = self.folder / "metrics.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("}\n")]

    def forget_metrics_after(self, step: int) -> None:
        """Take away what was measured after the checkpoint from which the training goes on: it is measured again."""
        if (self.folder / "metrics.jsonl").exists():
            kept = [json.dumps(line) + "\n" for line in self.metrics() if line["step"] <= step]
            with whole_file(self.folder / "metrics.jsonl") as temporary:
                temporary.write_text("".join(kept), encoding="utf-8")


def refuse_taken(folder: Path) -> None:
    """Raise TrainingError where a folder holds a run, or anything else."""
    if (folder / "config.json").exists():
        raise TrainingError(f"{folder} holds a run already: go on with it (--resume), or choose another --out")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(f"{folder} is not empty: choose another --out")


def load_model(folder: Path, device: torch.device) -> tuple[VisionTransformer, Run]:
    """The model of a run with its best weights, in eval mode.

    Raises TrainingError where the folder holds no run or no whole weights.
    """
    run = Run.open(folder)
    model = VisionTransformer(run.config)
    model.load_state_dict(run.best_weights().tensors)
    return model.to(device).eval(), run
