"""Changes the module of a Python mutant while it is imported, here and in every program that a test starts."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

from tests.mutants.catalogue import MUTANTS

NAMES = os.environ["VERSO_MUTANTS"].split()
CHOSEN = [mutant for mutant in MUTANTS if mutant.name in NAMES]
PYTHON = next((mutant for mutant in CHOSEN if mutant.is_python), None)


class MutatedLoader(importlib.machinery.SourceFileLoader):
    """Compiles the changed text, and leaves no .pyc of it behind."""

    def get_code(self, fullname):
        return compile(PYTHON.source(), self.path, "exec")


class MutatedFinder(importlib.abc.MetaPathFinder):
    """Finds the one changed module."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname == PYTHON.of.removesuffix(".py").replace("/", "."):
            file = str(PYTHON.path)
            return importlib.util.spec_from_file_location(fullname, file, loader=MutatedLoader(fullname, file))
        return None


if PYTHON:
    sys.meta_path.insert(0, MutatedFinder())
