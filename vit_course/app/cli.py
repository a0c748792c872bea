"""The command `vit-course`: doctor, lab, progress, train, evaluate, predict, export.

What takes long to import is imported by the command that needs it, so that each starts as fast as it can.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(
    help="Learn the Vision Transformer by building it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
Browser = Annotated[bool, typer.Option(help="Open a browser.")]
Work = Annotated[Path | None, typer.Option(help="The folder for your copies of the notebooks, in place of work/.")]
Address = Annotated[str, typer.Option(help="Where to answer; 0.0.0.0 is everywhere, as a container needs.")]
Port = Annotated[int, typer.Option(help="The port, or the first one to try.")]


@app.command()
def doctor() -> None:
    """Say whether this machine can do the lessons, how long each will take, and how to mend what is wrong."""
    from vit_course.app.doctor import examine

    report = examine()
    _print_any_character()
    Console().print(report, crop=False)
    raise typer.Exit(0 if report.healthy else 1)


@app.command()
def lab(browser: Browser = True, work: Work = None, ip: Address = "127.0.0.1", port: Port = 8888) -> None:
    """Copy the notebooks to work/ and open JupyterLab on the first lesson."""
    from vit_course.app.lab import lab

    try:
        lab(browser, work, ip, port)
    except KeyboardInterrupt:  # before JupyterLab was up, which from then on sees to Ctrl-C itself
        typer.echo("JupyterLab was not started.")
    except OSError as error:
        typer.echo(f"JupyterLab could not be started: {error}", err=True)
        if isinstance(error, PermissionError):
            typer.echo("Keep your copies elsewhere: vit-course lab --work ~/vit-course-work", err=True)
        raise typer.Exit(1) from None


@app.command()
def progress() -> None:
    """Show which exercises are done."""
    from vit_course.exercises import progress

    _print_any_character()
    typer.echo(repr(progress()))


Out = Annotated[Path, typer.Option("--out", help="The folder of the run.")]
RunFolder = Annotated[Path, typer.Argument(help="The folder of a run, as train made it.")]


def _recipe(text: str) -> Any:
    return typer.Option(help=text, rich_help_panel="What the recipe says otherwise")


@app.command("train")
def train_(
    out: Out,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in that folder.")] = False,
    data: Annotated[
        str | None, typer.Option(help="fashion-mnist, cifar10, cifar100, or a folder with one folder a class.")
    ] = None,
    config: Annotated[str | None, typer.Option(help="tiny, small, tiny-stem, or a published one, as ViT-B_16.")] = None,
    recipe: Annotated[str | None, typer.Option(help="minute, minute-plain or paper.")] = None,
    image_size: Annotated[int | None, typer.Option(help="Pixels along one side.")] = None,
    limit: Annotated[int | None, typer.Option(help="So many training images at most.")] = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch cifar10 or cifar100.")] = False,
    unreadable: Annotated[str | None, typer.Option(help="An image that can't be read: stop or skip.")] = None,
    weights: Annotated[
        str | None, typer.Option(help="Start from a run, a file (.npz, .safetensors), timm:NAME or torchvision:NAME.")
    ] = None,
    freeze: Annotated[
        str | None, typer.Option(help="What stays as it is: none, backbone or all-but-last-block.")
    ] = None,
    lora: Annotated[int | None, typer.Option(help="Learn low-rank changes of this rank, and the head.")] = None,
    max_steps: Annotated[int | None, _recipe("End after so many steps.")] = None,
    max_epochs: Annotated[float | None, _recipe("End after so many times through the images.")] = None,
    max_seconds: Annotated[float | None, _recipe("End after so many seconds of training.")] = None,
    optimizer: Annotated[str | None, _recipe("adamw, sgd or muon.")] = None,
    learning_rate: Annotated[float | None, _recipe("The highest one.")] = None,
    warmup_steps: Annotated[int | None, _recipe("Steps until it is reached.")] = None,
    decay: Annotated[str | None, _recipe("cosine, linear or none.")] = None,
    weight_decay: Annotated[float | None, _recipe("Of matrices and kernels.")] = None,
    batch_size: Annotated[int | None, _recipe("Images a step.")] = None,
    accumulate: Annotated[int | None, _recipe("Pieces that a batch is computed in.")] = None,
    clip: Annotated[float | None, _recipe("The longest gradient; 0: any.")] = None,
    label_smoothing: Annotated[float | None, _recipe("Share of the target that goes to all classes.")] = None,
    flip: Annotated[bool | None, _recipe("Mirror half of the images.")] = None,
    shift: Annotated[int | None, _recipe("Move images by up to so many pixels.")] = None,
    randaugment: Annotated[int | None, _recipe("Random changes of colour and shape an image.")] = None,
    mixup: Annotated[float | None, _recipe("Strength of Mixup.")] = None,
    cutmix: Annotated[float | None, _recipe("Strength of CutMix.")] = None,
    ema: Annotated[float | None, _recipe("Decay of the average of the weights.")] = None,
    precision: Annotated[str | None, _recipe("float32, bfloat16 or float16.")] = None,
    compile: Annotated[bool | None, _recipe("Compile the model first.")] = None,
    shard: Annotated[bool | None, _recipe("With several processes: the weights in parts, one in each.")] = None,
    seed: Annotated[int | None, _recipe("Of the start, the order and all that is drawn.")] = None,
    validate_every: Annotated[int | None, _recipe("Steps between two looks at the validation images.")] = None,
    save_every: Annotated[int | None, _recipe("Steps between two checkpoints.")] = None,
) -> None:
    """Train a Vision Transformer; Ctrl-C saves and stops, --resume goes on."""
    given = dict(locals())
    from vit_course.app.train import begin_or_go_on
    from vit_course.trainer.recipe import Recipe

    fields = Recipe.__dataclass_fields__
    changes = {name: value for name, value in given.items() if name in fields and value is not None}
    _print_any_character()
    with _one_line_for_what_a_person_can_mend():
        begin_or_go_on(**{name: value for name, value in given.items() if name not in fields}, changes=changes)


@app.command()
def evaluate(
    run: RunFolder,
    part: Annotated[str, typer.Option(help="test, validation or train.")] = "test",
    data: Annotated[str | None, typer.Option(help="Other images than the run's own.")] = None,
) -> None:
    """Say which share of the test images the best weights of a run get right."""
    from vit_course.app.train import evaluate

    with _one_line_for_what_a_person_can_mend():
        accuracy, count = evaluate(run, part, data)
        typer.echo(f"{part}: {accuracy:.2%} of {count:,} images")


@app.command()
def predict(
    run: RunFolder,
    images: Annotated[list[Path], typer.Argument(help="Files with images.")],
    attention: Annotated[Path | None, typer.Option(help="Draw where the model looked, to this PNG file.")] = None,
) -> None:
    """Say what is in images, with probabilities."""
    from vit_course.app.train import predict

    with _one_line_for_what_a_person_can_mend():
        for file, classes in zip(images, predict(run, images, attention), strict=True):
            typer.echo(f"{file}: " + ", ".join(f"{name} {share:.1%}" for name, share in classes[:3]))


@app.command()
def export(run: RunFolder, to: Annotated[str, typer.Option(help="safetensors, npz or onnx.")]) -> None:
    """Write the best weights of a run as a file for other programs."""
    from vit_course.trainer.export import export

    with _one_line_for_what_a_person_can_mend():
        typer.echo(export(run, to))


@contextmanager
def _one_line_for_what_a_person_can_mend() -> Iterator[None]:
    from vit_course.trainer.errors import TrainingError

    try:
        yield
    except TrainingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _print_any_character() -> None:
    """What the output's encoding lacks becomes a question mark: on Windows a file's has neither ticks nor crosses."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


if __name__ == "__main__":
    app()
