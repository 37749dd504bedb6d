"""Speed and size, as ratios inside one run. ``make bench`` writes docs/benchmarks.md."""
