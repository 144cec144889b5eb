"""Measurements: what the application costs, as ratios against a baseline in the same run.

`python -m bench [case]`; the cases are in `bench.cases`, the words about them in
docs/benchmarks.md. Each measured program is a process of its own, the measuring one is another;
their rounds alternate, so that a busy machine is busy for all of them. Nothing here is imported by
the application.
"""
