"""How far a long command is: on a terminal a line that moves, elsewhere plain lines. It is no part of the answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Moving


class Progress:
    """The steps of one command, which writes to ``out``. Without ``lines`` only a terminal hears of them."""

    def __init__(self, out, *, lines: bool = False, stderr: bool = False):
        self.out, self.lines = out, lines
        columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
        console = Console(stderr=stderr)
        plain = not out.isatty() or console.is_dumb_terminal
        self.moving = Moving(*columns, console=console, transient=True, disable=plain)

    def __enter__(self) -> "Progress":
        self.moving.start()
        return self

    def __exit__(self, *error) -> None:
        self.moving.stop()

    @contextmanager
    def step(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """What is done now; the function it gives counts what is done of the total."""
        if self.lines and self.moving.disable:
            self.say(f"{what} …")
        task = self.moving.add_task(what, total=total)
        try:
            yield partial(self.moving.advance, task)
        finally:
            self.moving.remove_task(task)

    def say(self, line: str) -> None:
        """A line that stays, above what moves."""
        if self.moving.disable:
            self.out.write(line)
            self.out.flush()
        else:
            self.moving.console.print(line, markup=False, highlight=False, soft_wrap=True)
