"""Run the mutants and print which test noticed each. Exit code 1 when one lives, is stale or proves nothing."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutation import ROOT, Mutant, Stale

LONGEST = 300  # seconds for one mutant
TESTS_FAILED = 1  # pytest's exit code


def main(asked: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not asked or any(part in mutant.name for part in asked)]
    if not chosen:
        print(f"No mutant is called {' or '.join(asked)}.")
        return 1
    begun = time.monotonic()
    if not tests_pass_on_the_true_product(chosen):
        print("The tests fail without a mutant: nothing would be proved.")
        return 1
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        killed = [report(mutant, *answer) for mutant, answer in zip(chosen, pool.map(hunt, chosen), strict=True)]
    print(f"{sum(killed)} of {len(chosen)} mutants were noticed, in {time.monotonic() - begun:.0f} seconds.")
    return 0 if all(killed) else 1


def tests_pass_on_the_true_product(chosen: list[Mutant]) -> bool:
    """A test that fails anyway kills nothing. Makes the template that the mutants' runs clone, too."""
    killers = dict.fromkeys(killer for mutant in chosen for killer in mutant.killers)
    answer = pytest(["-n", str(os.cpu_count() or 2), *killers], LONGEST * 6)
    if answer.returncode:
        print(answer.stdout[-6000:], answer.stderr[-2000:])
    return answer.returncode == 0


def hunt(mutant: Mutant) -> tuple[bool, str]:
    """Whether a test noticed, and which, or what went wrong."""
    try:
        mutant.source()
    except Stale as stale:
        return False, f"stale: {stale}"
    try:
        answer = pytest(["-p", "tests.mutants.plugin", "-x", *mutant.killers], LONGEST, VERSO_MUTANT=mutant.name)
    except subprocess.TimeoutExpired:
        return False, f"no answer within {LONGEST} seconds"
    if answer.returncode == 0:
        return False, "LIVES"
    noticed = re.search(r"^(?:FAILED|ERROR) (\S+?)(?: - .*)?$", answer.stdout, re.MULTILINE)
    if answer.returncode != TESTS_FAILED or not noticed:
        return False, f"proves nothing (exit {answer.returncode}): {(answer.stdout + answer.stderr)[-1500:]}"
    return True, noticed[1]


def pytest(arguments: list[str], seconds: int, **environment) -> subprocess.CompletedProcess:
    """One run that keeps the migrated template for the next."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"VERSO_REUSE_DB": "1"} | environment, timeout=seconds,
        capture_output=True, text=True,
    )  # fmt: skip


def report(mutant: Mutant, killed: bool, told: str) -> bool:
    print(f"{'killed' if killed else 'ALIVE '}  {mutant.name:44} {told}", flush=True)
    return killed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
