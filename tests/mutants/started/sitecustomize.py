"""Python reads this first in every program that a test of a mutant starts: there, too, the module is changed."""

import tests.mutants.imports  # noqa: F401
