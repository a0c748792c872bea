"""The command `vit-course`: doctor, lab, progress.

What takes long to import is imported by the command that needs it, so that each starts as fast as it can.
"""

import io
import sys
from pathlib import Path
from typing import Annotated

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


def _print_any_character() -> None:
    """What the output's encoding lacks becomes a question mark: on Windows a file's has neither ticks nor crosses."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


if __name__ == "__main__":
    app()
