"""Run the mutants and print which test noticed each. Exit code 1 when one lives, is stale or proves nothing."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutation import ROOT, Mutant

AT_ONCE = min(os.cpu_count() or 2, 2)  # a race takes forty connections of the 120 that the application may have


def main(asked: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not asked or any(part in mutant.name for part in asked)]
    if not chosen:
        print(f"No mutant is called {' or '.join(asked)}.")
        return 1
    begun = time.monotonic()
    killed = sum(hunt_all(chosen))
    print(f"{killed} of {len(chosen)} mutants were noticed, in {time.monotonic() - begun:.0f} seconds.")
    return 0 if killed == len(chosen) else 1


def hunt_all(chosen: list[Mutant]) -> list[int]:
    """How many of each run were noticed: SQL in a few long runs, every Python mutant in one of its own."""
    sql = [mutant for mutant in chosen if not mutant.is_python]
    python = [mutant for mutant in chosen if mutant.is_python]
    if python and not tests_pass_on_the_true_product(python):
        print("The tests of Python mutants fail without a mutant: nothing would be proved.")
        return []
    runs = [run for run in (sql[part::AT_ONCE] for part in range(AT_ONCE)) if run] + [[mutant] for mutant in python]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(hunt, runs))


def tests_pass_on_the_true_product(chosen: list[Mutant]) -> bool:
    answer = subprocess.run(command(chosen), cwd=ROOT, env=environment(), capture_output=True, text=True)
    if answer.returncode:
        print(answer.stdout[-4000:], answer.stderr[-2000:])
    return answer.returncode == 0


def hunt(mutants: list[Mutant]) -> int:
    """Run these mutants; print what became of each as it is known, and give how many a test noticed."""
    arguments = [*command(mutants), "-p", "tests.mutants.plugin"]
    names = " ".join(mutant.name for mutant in mutants)
    killed, rest = 0, []
    with subprocess.Popen(
        arguments, cwd=ROOT, env=environment(VERSO_MUTANTS=names), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as run:  # fmt: skip
        for line in run.stdout:
            if line.startswith(("killed ", "ALIVE ")):
                print(line.rstrip(), flush=True)
                killed += line.startswith("killed ") and not line.startswith("killed (")
            else:
                rest.append(line)
    if run.returncode:
        print("ALIVE  the run itself failed:", "".join(rest)[-4000:], flush=True)
        return 0
    return killed


def command(mutants: list[Mutant]) -> list[str]:
    killers = dict.fromkeys(killer for mutant in mutants for killer in mutant.killers)
    return [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *killers]


def environment(**more: str) -> dict[str, str]:
    """The migrated template is kept, for the next run to clone; of mutants, also programs that tests start know."""
    known = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'mutants' / 'started'}"} if more else {}
    return os.environ | {"VERSO_REUSE_DB": "1"} | known | more


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
