"""On PYTHONPATH, this starts the pretended GPUs in a process, as a notebook's kernel, once it has imported torch."""

import importlib.abc
import importlib.machinery
import sys
from pathlib import Path


class Starts(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds torch as everybody does, and calls `start` when it is there."""

    def find_spec(self, name, path, target=None):
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        self.found = importlib.machinery.PathFinder.find_spec(name, path)
        return importlib.machinery.ModuleSpec(name, self, origin=self.found.origin, is_package=True)

    def create_module(self, spec):
        spec.submodule_search_locations = self.found.submodule_search_locations
        spec.cached, spec.has_location = self.found.cached, True
        return None

    def exec_module(self, module):
        self.found.loader.exec_module(module)
        sys.path.insert(0, str(Path(__file__).parents[1]))
        import pretend_cuda

        sys.path.pop(0)
        pretend_cuda.start()


sys.meta_path.insert(0, Starts())
