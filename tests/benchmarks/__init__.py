"""Benchmarks: ratios against a named peer in the same run (see docs/performance.md); `python -m tests.benchmarks`."""
