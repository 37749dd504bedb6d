"""The pytest plugin that puts the mutant VERSO_MUTANT into a run: ``pytest -p tests.mutants.plugin``."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutation import install

MUTANT = next(mutant for mutant in MUTANTS if mutant.name == os.environ["VERSO_MUTANT"])
NOT_INSTALLED = 70  # the exit code of a mutant that is no valid program: nothing was proved


class MutatedLoader(importlib.machinery.SourceFileLoader):
    """Compiles the changed text, and leaves no .pyc of it behind."""

    def get_code(self, fullname):
        return compile(MUTANT.source(), self.path, "exec")


class MutatedFinder(importlib.abc.MetaPathFinder):
    """Finds the one changed module."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname == MUTANT.of.removesuffix(".py").replace("/", "."):
            file = str(MUTANT.path)
            return importlib.util.spec_from_file_location(fullname, file, loader=MutatedLoader(fullname, file))
        return None


if MUTANT.is_python:
    sys.meta_path.insert(0, MutatedFinder())


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    """The run's database is a clone of the true template; the changed object goes into it before the first test."""
    database = yield
    if fixturedef.argname == "house_database" and not MUTANT.is_python:
        try:
            with database.connect("owner") as owner:
                install(owner, MUTANT.source())
        except Exception as error:
            pytest.exit(f"{MUTANT.name} cannot be installed: {error}", returncode=NOT_INSTALLED)
    return database
