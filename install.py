"""Make .venv and install the course into it: `python install.py lab`, or `test` for the tests' tools as well.

Standard library only, and a syntax that old Pythons read, so that they can say what is wrong. A second run finds
the stamp that the first one left and does nothing; a run that was broken off is taken up again.
"""

import contextlib
import errno
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
KNOWN = ("python3.13", "python3.12", "python3.11")  # names to look for where the Python at hand is too old
ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "vit-course.json")
LOCK = os.path.join(ROOT, ".install.lock")
LOG = os.path.join(VENV, "install.log")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")

# GB that an installation takes at its peak. Measured on Linux, where PyTorch brings the libraries for NVIDIA's GPUs:
# 6.3 GB stay, and the 2.8 GB that are downloaded lie both in pip's working folder and in its store.
SPACE = {"lab": 12, "test": 13} if sys.platform.startswith("linux") else {"lab": 4, "test": 5}

REMEDIES = (  # what pip's log says, and what to do about it
    (("No space left on device", "Errno 28"), "the disk is full: free some space"),
    (
        ("Could not find a version", "No matching distribution"),
        "a package could not be found for this Python and system: check the network, or try Python 3.12",
    ),
    (
        ("NewConnectionError", "Temporary failure in name resolution", "Read timed out", "ConnectionResetError"),
        "the network did not answer: check it (behind a proxy, set HTTPS_PROXY)",
    ),
    (("Permission denied", "Errno 13"), "a file could not be written: check who owns the folder"),
)


class Problem(Exception):
    """Something that the reader of the message has to mend."""


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def clean_environment():
    """The environment without what would send Python or pip elsewhere than into .venv."""
    unwanted = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "__PYVENV_LAUNCHER__")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return environment


def ask(python, code):
    """What `python -c code` prints; None where it does not run."""
    try:
        output = subprocess.check_output([python, "-c", code], stderr=subprocess.DEVNULL, env=clean_environment())
    except (OSError, subprocess.CalledProcessError):
        return None
    return output.decode().strip()


def version_of(python):
    answer = ask(python, "import sys; print(*sys.version_info[:2])")
    return tuple(int(part) for part in answer.split()) if answer else None


def find_python():
    """A Python that is new enough: this one, else a newer one on the path."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in KNOWN:
        python = shutil.which(name)
        if python and (version_of(python) or (0, 0)) >= OLDEST:
            return python
    raise Problem(
        f"Python {sys.version_info[0]}.{sys.version_info[1]} is too old: the course needs Python 3.11 or newer, "
        f"and none of {', '.join(KNOWN)} is on the path.\n"
        "Install one (https://www.python.org/downloads/, `brew install python@3.13`, `sudo apt install python3.13 "
        "python3.13-venv`, or conda with environment.yml), and run this again."
    )


def check_venv_module():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Problem(
            f"{sys.executable} has no venv module, which makes the course's environment.\n"
            f"On Debian and Ubuntu: sudo apt install python3-venv python3.{sys.version_info[1]}-venv"
        ) from None


def check_space(extra):
    """Refuse an installation that the disk cannot hold; what an earlier one has already taken counts."""
    taken = 0
    for folder, _, files in os.walk(VENV):
        taken += sum(os.lstat(os.path.join(folder, name)).st_size for name in files)
    needed = max(SPACE[extra] - 2 * taken / 1e9, 1)  # twice: what is installed was downloaded, too
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < needed:
        raise Problem(
            f"The disk is too small: the installation in {VENV} takes about {needed:.1f} GB, "
            f"and {free:.1f} GB are free.\n"
            f"Free {needed - free:.1f} GB (`{os.path.basename(sys.executable)} -m pip cache purge` empties pip's store "
            "of downloads), or clone to another disk."
        )


def wanted_stamp(extra):
    """What an installation depends on: the packages asked for, and the place, which .venv's scripts hold."""
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)
    asked = json.dumps([project["build-system"], project["project"]], sort_keys=True)
    return {"packages": hashlib.sha256(asked.encode()).hexdigest(), "place": ROOT, "extra": extra}


def read_stamp():
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_installed(wanted):
    stamp = read_stamp()
    return {**stamp, "extra": wanted["extra"]} == wanted and stamp.get("extra") in (wanted["extra"], "test")


def make_venv():
    """A .venv with a Python that runs, is new enough and has pip; made anew where there is none such."""
    if os.path.lexists(VENV):
        version = version_of(PYTHON)
        if version is None:
            reason = "its Python does not run"
        elif version < OLDEST:
            reason = f"it holds Python {version[0]}.{version[1]}"
        elif ask(PYTHON, "import pip") is None:
            reason = "it has no pip"
        elif read_stamp().get("place", ROOT) != ROOT:
            reason = f"it was made for {read_stamp()['place']}"
        else:
            return
        say(f"Making .venv anew: {reason}.")
        if os.path.islink(VENV) or not os.path.isdir(VENV):
            os.remove(VENV)
        else:
            shutil.rmtree(VENV)
    else:
        say(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]}.")
    python = getattr(sys, "_base_executable", sys.executable)  # .venv's own Python may just have gone with it
    if subprocess.call([python, "-m", "venv", VENV], env=clean_environment()) != 0:
        raise Problem(f"{python} could not make {VENV}: its own words are above.")


def remove_half_installed():
    """Forget packages whose installation was broken off: pip writes RECORD last, and trusts a folder without it."""
    for packages in (os.path.join("lib", "python*", "site-packages"), os.path.join("Lib", "site-packages")):
        for info in glob.glob(os.path.join(glob.escape(VENV), packages, "*.dist-info")):
            if not os.path.exists(os.path.join(info, "RECORD")):
                shutil.rmtree(info)


def install(extra):
    if os.path.exists(STAMP):
        os.remove(STAMP)  # from here on the environment is unfinished, until pip is through
    else:
        remove_half_installed()
    if os.path.exists(LOG):
        os.remove(LOG)
    say("Installing the course and what it needs; the first time this takes some minutes.")
    target = ".[test]" if extra == "test" else "."
    command = [PYTHON, "-m", "pip", "--log", LOG, "install", "--editable", target]
    if subprocess.call(command, cwd=ROOT, env=clean_environment()) != 0:
        raise Problem(
            f"The installation did not finish: {remedy_of_log()}.\n"
            "Then run the same command again: it goes on where it stopped. "
            f"pip's own words are above, and all of them in {LOG}"
        )


def remedy_of_log():
    try:
        with open(LOG, encoding="utf-8", errors="replace") as file:
            log = file.read()
    except OSError:
        log = ""
    for signs, remedy in REMEDIES:
        if any(sign in log for sign in signs):
            return remedy
    return "pip stopped"


@contextlib.contextmanager
def one_at_a_time():
    """A block for one process: a second `install.py` waits until the first ends, in whatever way it does."""
    with open(LOCK, "a") as file:
        waiting = False
        while is_taken(file):
            if not waiting:
                say("Another installation of this course is at work: waiting for it.")
            waiting = True
            time.sleep(1)
        yield


def is_taken(file):
    """Whether another process holds the lock; else it is ours, or the file system has none."""
    try:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return False


def main(arguments):
    extra = arguments[0] if arguments else "lab"
    if extra not in SPACE or len(arguments) > 1:
        raise Problem(f"{arguments}: say `install.py lab`, or `install.py test` for the tests' tools as well")
    python = find_python()
    if python != sys.executable:
        return subprocess.call([python, os.path.join(ROOT, "install.py"), extra])
    wanted = wanted_stamp(extra)
    if is_installed(wanted) and version_of(PYTHON):
        return 0
    with one_at_a_time():
        return install_unless_done(extra, wanted)


def install_unless_done(extra, wanted):
    if is_installed(wanted) and version_of(PYTHON):  # by the one that was waited for
        return 0
    check_venv_module()
    check_space(extra)
    make_venv()
    install(extra)
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(wanted, file)
    os.replace(STAMP + ".new", STAMP)
    command = os.path.join(".venv", "Scripts" if os.name == "nt" else "bin", "vit-course")
    say(f"Installed. Start with: {command} lab")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.stderr.write(f"\n{problem}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("\nBroken off. Run the same command again: it goes on where it stopped.\n")
        sys.exit(130)
