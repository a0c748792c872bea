"""What holds the repository together: versions, licences, data, the map in the README."""

import hashlib
import importlib.metadata
import os
import re
import socket
import tomllib
from pathlib import Path

import jaxtyping
import pytest
import torch
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from vit_course.embeddings import patchify

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in (ROOT / ".github/workflows").glob("*.yml")}


def test_shapes_are_checked_in_this_run():
    with pytest.raises(jaxtyping.TypeCheckError):
        patchify(torch.zeros(3, 32, 32), 16)  # no batch


def test_compute_device_and_home_are_those_of_the_run():
    assert os.environ["VIT_COURSE_DEVICE"]
    assert Path(os.environ["VIT_COURSE_HOME"]).name == "home"  # of this test alone


@pytest.mark.skipif(not os.environ.get("VIT_COURSE_OFFLINE"), reason="this run says that it has the network")
def test_network_is_cut_off():
    with pytest.raises(OSError, match="unreachable"):
        socket.create_connection(("192.0.2.1", 80), timeout=2)  # an address for documentation, that nobody has
    assert [name for _, name in socket.if_nameindex() if name != "lo"] == []


@pytest.mark.parametrize("line", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])
def test_installed_version_is_one_that_pyproject_allows(line):
    requirement = Requirement(line)
    assert requirement.specifier.contains(importlib.metadata.version(requirement.name), prereleases=True)


def test_conda_environment_names_the_packages_and_installs_the_course():
    python, pip, course = ENVIRONMENT["dependencies"]
    assert pip == "pip"
    (nbval,) = [line for line in PROJECT["optional-dependencies"]["test"] if Requirement(line).name == "nbval"]
    assert course == {"pip": [*PROJECT["dependencies"], nbval, "--editable ."]}
    conda = SpecifierSet(python.removeprefix("python"))
    assert [v for v in ("3.10", "3.11", "3.12", "3.13", "3.14") if v in conda] == ["3.11", "3.12", "3.13"]
    assert {str(s) for s in SpecifierSet(PROJECT["requires-python"])} < {str(s) for s in conda}


def test_workflow_proves_the_oldest_versions_that_pyproject_allows():
    matrix = WORKFLOWS["test.yml"]["jobs"]["versions"]["strategy"]["matrix"]["include"]
    oldest = next(entry for entry in matrix if entry["name"] == "oldest")
    assert f">={oldest['python']}" == PROJECT["requires-python"]
    for name in ("torch", "torchvision"):
        line = next(line for line in PROJECT["dependencies"] if Requirement(line).name == name)
        pinned = next(pin for pin in oldest["pins"].split() if Requirement(pin).name == name)
        assert f"{name}>={pinned.partition('==')[2].removesuffix('.*')}" == line


def test_line_ends_are_the_same_on_every_system():
    attributes = (ROOT / ".gitattributes").read_text().splitlines()
    assert "* text=auto eol=lf" in attributes
    for suffix in ("gz", "safetensors"):
        assert f"*.{suffix} binary" in attributes


def test_workflow_compares_with_the_original():
    """Its layers are in JAX, which `make test` does not install: without it those tests are skipped."""
    steps = WORKFLOWS["test.yml"]["jobs"]["versions"]["steps"]
    assert any('".[test,original]"' in step.get("run", "") for step in steps)


def test_home_of_executed_notebooks_is_where_the_makefile_says():
    """A kernel starts in the notebook's folder, where a relative path would lead elsewhere."""
    homes = re.findall(r'VIT_COURSE_HOME=("?)(\S+)', (ROOT / "Makefile").read_text())
    # The shell's own variable: make would put the path into the command, where the shell reads a $ in it once more.
    assert homes and all(quote and path.startswith("$$PWD/") for quote, path in homes)


def test_make_calls_no_script_whose_first_line_holds_the_path():
    """pip writes such a script for the shell where the path has spaces, and a $ in it is then taken for a variable."""
    text = (ROOT / "Makefile").read_text()
    called = set(re.findall(r"\$\(BIN\)/(\S+)", text))
    assert called == {"python", "ruff", "lychee"}  # the last two are programs


def test_pre_commit_has_the_same_ruff():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    (revision,) = [repo["rev"] for repo in hooks if repo["repo"].endswith("ruff-pre-commit")]
    (ruff,) = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"] if line.startswith("ruff")]
    assert ruff.specifier.contains(revision.removeprefix("v"))


def test_each_data_file_is_listed_with_its_checksum():
    listed = dict(reversed(line.split("  ")) for line in (ROOT / "data/SHA256SUMS").read_text().splitlines())
    shipped = [path for suffix in ("*.gz", "*.safetensors") for path in (ROOT / "data").rglob(suffix)]
    assert {path.relative_to(ROOT / "data").as_posix() for path in shipped} == set(listed)
    table = (ROOT / "data/README.md").read_text()
    for name, digest in listed.items():
        assert hashlib.sha256((ROOT / "data" / name).read_bytes()).hexdigest() == digest, name
        assert re.search(rf"^\| {re.escape(name)} \|.*`{digest}`", table, re.MULTILINE), name


MODULES = [path for folder in (".", "app", "datasets") for path in (ROOT / "vit_course" / folder).glob("*.py")]


@pytest.mark.parametrize("module", sorted(MODULES), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_module_has_a_test_file_and_says_what_it_is(module):
    first = module.read_text().splitlines()[0]
    assert first.startswith('"""')
    if module.name not in ("__init__.py", "__main__.py"):
        folder = module.parent.relative_to(ROOT / "vit_course")
        assert (ROOT / "tests" / folder / f"test_{module.name}").exists()


def test_licences():
    assert PROJECT["license"] == "MIT AND CC-BY-4.0"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in (ROOT / "LICENSE-lessons").read_text()
