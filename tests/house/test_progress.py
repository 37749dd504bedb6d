"""Long commands show how far they are on a terminal; a log and a pipe get plain lines, and answers stay as they are."""

import os
import pty
import subprocess
import sys

from tests.installation import ROOT

STEPS = """
import sys, time
from django.core.management.base import OutputWrapper
from lib.progress import Progress
with Progress(OutputWrapper(sys.{stream}), lines=True, stderr={stderr}) as progress:
    with progress.step("loading [it]", 4) as loaded:
        loaded(4)
        time.sleep(0.3)
    progress.say("loaded [it]: done")
print("answer")
sys.exit(3)
"""


def on_a_terminal(*command: str) -> tuple[int, str]:
    """The exit code of a program and all that a terminal shows of it."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=theirs, stderr=theirs) as program:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
    os.close(ours)
    return program.returncode, shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the program has ended
        return b""


def test_a_pipe_gets_plain_lines_alone():
    program = STEPS.format(stream="stdout", stderr=False)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout == "loading [it] …\nloaded [it]: done\nanswer\n"


def test_a_terminal_sees_it_move_and_keeps_the_lines():
    code, shown = on_a_terminal(sys.executable, "-c", STEPS.format(stream="stdout", stderr=False))
    assert code == 3
    assert "\x1b[" in shown and "loading [it]" in shown and "━" in shown
    assert "loading [it] …" not in shown
    assert shown.endswith("\ranswer\r\n") and "loaded [it]: done\r\n" in shown


def test_what_moves_on_the_second_stream_is_no_part_of_the_answer():
    ours, theirs = pty.openpty()
    program = STEPS.format(stream="stderr", stderr=True)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    assert (done.returncode, done.stdout) == (3, b"answer\n")
    assert "loading [it]" in _read(ours).decode()
    os.close(ours)
