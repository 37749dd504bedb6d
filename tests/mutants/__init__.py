"""Mutants: the product with one protection broken. A test must notice each; one that lives is a hole in the tests.

    make mutants                          every mutant, after a run that shows its tests pass on the true product
    python -m tests.mutants NAME…         only these (a part of a name will do)

A mutant names what it changes by a few words that stand in the file once, or by a mark: a line of the product that
ends with ``-- [1]`` (``# [1]`` in Python) is the first that a mutant of this file takes.

``catalogue`` names the mutants, ``mutation`` makes them, ``plugin`` puts one into a pytest run, ``__main__`` runs.
The tests run against a clone of the migrated template into which the changed SQL was installed; changed Python is
compiled in place of its module. Nothing in the checkout is touched.
"""
