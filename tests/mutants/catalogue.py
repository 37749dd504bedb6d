"""All mutants, by what they break."""

from tests.mutants import of_units

MUTANTS = [*of_units.MUTANTS]
