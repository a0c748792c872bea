"""The weights of a run as a file for other programs: safetensors, Google's .npz, ONNX."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from vit_course.app.files import whole_file
from vit_course.app.suggest import unknown
from vit_course.trainer.errors import TrainingError
from vit_course.trainer.run import Run, load_model
from vit_course.weights import WeightsError, export_google

KINDS = ("safetensors", "npz", "onnx")


class FromBytes(nn.Module):
    """Pixels as they come from a file to logits: the run's own mean and deviation are part of it."""

    def __init__(self, model: nn.Module, run: Run) -> None:
        super().__init__()
        self.model, self.normalise = model, run.normalise

    def forward(self, pixels: Tensor) -> Tensor:
        return self.model(self.normalise(pixels))


def export(folder: Path, kind: str) -> Path:
    """Write `kind` ("safetensors", "npz" or "onnx") beside the run's best weights, and return the file.

    The ONNX file takes bytes, [batch, channels, height, width], whatever the batch, and names its classes in its
    metadata; the other two hold what `load_layout` and `load_google` read again.

    Raises TrainingError for another kind, for a model that the layout can't hold, and where a package is missing.
    """
    if kind not in KINDS:
        raise TrainingError(unknown("kind of file", kind, KINDS))
    model, run = load_model(folder, torch.device("cpu"))
    path = folder / f"model.{kind}"
    facts = {"config": json.dumps(asdict(run.config)), "source": json.dumps(asdict(run.source))}
    try:
        with whole_file(path) as temporary:
            if kind == "safetensors":
                save_file(model.state_dict(), temporary, metadata=facts)
            elif kind == "npz":
                export_google(model, temporary)
            else:
                _export_onnx(FromBytes(model, run).eval(), run, temporary, facts)
    except WeightsError as error:
        raise TrainingError(f"{folder}: {error}") from error
    return path


def _export_onnx(model: FromBytes, run: Run, path: Path, facts: dict[str, str]) -> None:
    try:
        import onnx
        import onnxscript  # noqa: F401  # what PyTorch writes ONNX with
    except ModuleNotFoundError as error:
        raise TrainingError(f"{error.name} is not installed: pip install onnx onnxscript onnxruntime") from error
    config = run.config
    pixels = torch.zeros(2, config.in_channels, *config.image_height_width, dtype=torch.uint8)
    batch = {0: torch.export.Dim("batch")}
    program = torch.onnx.export(
        model,
        (pixels,),
        input_names=["pixels"],
        output_names=["logits"],
        dynamic_shapes=(batch,),
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    written = program.model_proto
    onnx.helper.set_model_props(written, facts)
    onnx.save(written, path)
