"""What every test run needs: shape checks, a device, a home of its own, and notebooks whose kernels are watched.

`pytest --device cuda` runs tests and notebooks on the GPU. At the end of each notebook the run records a receipt; under
--device cuda a notebook that never used the GPU fails.
"""

import ast
import importlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from queue import Empty

import nbval.kernel
import nbval.plugin
import pytest
from jaxtyping import install_import_hook

# Before any test imports vit_course: the shapes in the signatures of the answer key are then checked at every call. The
# machinery around it has none, and the checks of the exercises would take three times as long.
ANSWER_KEY = [
    f"vit_course.{path.stem}"
    for path in Path(__file__).with_name("vit_course").glob("[!_]*")
    if path.stem not in ("exercises", "app")
]
install_import_hook(ANSWER_KEY, "beartype.beartype")

PRETENCE = Path(__file__).parent / "tests" / "pretend"  # on PYTHONPATH, its sitecustomize.py starts the pretended GPUs
HOME = pytest.StashKey[str]()
POLL = 1.0  # seconds between two looks at whether a kernel is alive

# What a notebook's kernel answers at its end: the name and the peak memory of each GPU that it used, and PyTorch's
# version. PyTorch is not imported for it: a notebook need not.
RECEIPT = """(lambda torch: torch and (
    {
        i: (torch.cuda.get_device_name(i), torch.cuda.max_memory_allocated(i))
        for i in range(torch.cuda.device_count()) if torch.cuda.max_memory_allocated(i)
    } if torch.cuda.is_initialized() else {},
    str(torch.__version__),
))(__import__("sys").modules.get("torch"))"""


class WatchedKernel(nbval.kernel.RunningKernel):
    """nbval's kernel, started in a home of its own; where it dies, the cell fails at once, not at its time limit."""

    def __init__(self, *args, **kwargs):
        self.started = time.monotonic()
        before = os.environ["VIT_COURSE_HOME"]  # the run's own, which goes with the run
        os.environ["VIT_COURSE_HOME"] = tempfile.mkdtemp(prefix="kernel-", dir=before)  # the kernel inherits it
        try:
            super().__init__(*args, **kwargs)
        finally:
            os.environ["VIT_COURSE_HOME"] = before

    def get_message(self, stream, timeout=None):
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            try:
                return super().get_message(stream, timeout=max(0, min(POLL, end - time.monotonic())))
            except Empty:
                if not self.is_alive():
                    raise RuntimeError(
                        "The kernel died while this cell ran. Memory is the likeliest cause: `vit-course doctor` "
                        "says how much is free"
                    ) from None
                if time.monotonic() >= end:
                    raise

    def execute_cell_input(self, cell_input, allow_stdin=None):
        # With history, as JupyterLab does it: without, a semicolon at the end of a cell would not silence it.
        return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)

    def receipt(self):
        """Name and peak bytes of each GPU used, by number, and torch's version; None where it was never imported."""
        request = self.kc.execute("", silent=True, user_expressions={"receipt": RECEIPT})
        while True:
            reply = self.get_message("shell", timeout=30)
            if reply["parent_header"].get("msg_id") == request:
                return ast.literal_eval(reply["content"]["user_expressions"]["receipt"]["data"]["text/plain"])


nbval.plugin.RunningKernel = WatchedKernel


def pytest_collection_modifyitems(items):
    """The solved copies first: they take longest, and a worker of its own has them all."""
    items.sort(key=lambda item: item.path.name != "test_solved_notebooks.py")


def pytest_addoption(parser):
    parser.addoption(
        "--device", help="where tests and notebooks compute: cpu (the default), cuda, cuda:1, mps, pretend, pretend:1"
    )


def pytest_configure(config):
    # A learner's own progress is neither read nor written.
    config.stash[HOME] = os.environ["VIT_COURSE_HOME"] = tempfile.mkdtemp(prefix="vit-course-")
    device = config.getoption("--device") or os.environ.get("VIT_COURSE_DEVICE") or "cpu"
    if device.startswith("pretend"):
        device = device.replace("pretend", "cuda")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PRETENCE), os.environ.get("PYTHONPATH"))))
        importlib.import_module("torch")  # in a worker of pytest-xdist this starts them already
        importlib.import_module("pretend_cuda").start()
    os.environ["VIT_COURSE_DEVICE"] = device  # for tests, kernels and pytest-xdist's workers
    if device != "cpu":
        import vit_course

        try:
            vit_course.device()
        except (RuntimeError, ValueError) as error:
            raise pytest.UsageError(str(error)) from None
    # The kernel named python3 is then this Python's, even where the user has registered another under that name.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    if workers := config.getoption("numprocesses", None):  # or they would quarrel over the cores
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))


def pytest_unconfigure(config):
    # Only ever the folder made above: what the environment names by now may be somebody's own.
    if HOME in config.stash:
        shutil.rmtree(config.stash[HOME], ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With --dist loadscope a notebook's cells stay together; solved copies need not, though they share a test file."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return nodeid if "test_solved_notebooks.py" in nodeid else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Each test begins with no progress."""
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path / "home"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    if not isinstance(item, nbval.plugin.IPyNbCell) or (nextitem is not None and nextitem.parent is item.parent):
        return
    kernel = item.parent.kernel
    if not kernel.is_alive():  # then the notebook has failed already
        return
    used, version = kernel.receipt() or ({}, "PyTorch not imported")
    device, peak = max(used.values(), key=lambda gpu: gpu[1], default=("CPU", 0))
    seconds = time.monotonic() - kernel.started
    receipt = (item.path.name, device, f"{peak / 2**20:.0f}", f"{seconds:.0f}", version)
    item.user_properties.append(("receipt", receipt))
    kind, _, number = os.environ["VIT_COURSE_DEVICE"].partition(":")
    if kind == "cuda" and (not used or (number and used.keys() != {int(number)})):
        found = f"used GPU {', '.join(map(str, used))}" if used else "never used a GPU"
        pytest.fail(f"{item.path.name} {found}: it must compute on vit_course.device()", pytrace=False)


def pytest_terminal_summary(terminalreporter):
    receipts = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == "receipt"
    ]
    if receipts:
        terminalreporter.section("receipts")
        head = ("notebook", "device", "peak GPU memory, MiB", "seconds", "torch")
        for row in (head, ("---",) * len(head), *sorted(receipts)):
            terminalreporter.write_line("| " + " | ".join(row) + " |")
