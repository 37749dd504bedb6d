"""One line of the report, and how a figure is written down."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Row:
    """What was measured, beside its floor and its target. ``pairs`` are (ours, theirs), in the order measured."""

    what: str
    value: float | int
    floor: float | int | None = None
    target: float | int | None = None
    pairs: list[tuple[float, float]] = field(default_factory=list)
    lower_is_better: bool = False

    @property
    def verdict(self) -> str:
        if self.floor is None:
            return ""
        if not self._reaches(self.floor):
            return "below the floor"
        return "target met" if self.target is not None and self._reaches(self.target) else "floor met"

    def _reaches(self, bound) -> bool:
        return self.value <= bound if self.lower_is_better else self.value >= bound

    def cells(self) -> list[str]:
        return [self.what, text(self.value), text(self.floor), text(self.target), self.verdict]

    def all_pairs(self) -> str:
        return ", ".join(f"{text(ours)} / {text(theirs)}" for ours, theirs in self.pairs)


def ratio(what: str, found: list[tuple[float, float]], floor=None, target=None) -> Row:
    """Our rate as a share of theirs: the median of the pairs' ratios."""
    return Row(what, statistics.median(ours / theirs for ours, theirs in found), floor, target, found)


def slowness(what: str, found: list[tuple[float, float]], floor=None, target=None) -> Row:
    """How many times longer ours takes than theirs, from the rates of both: lower is better."""
    value = statistics.median(theirs / ours for ours, theirs in found)
    return Row(what, value, floor, target, found, lower_is_better=True)


def text(number: float | int | None) -> str:
    if number is None:
        return ""
    if isinstance(number, int) or abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}"
