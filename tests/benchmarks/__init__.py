"""Speed beside other engines: not tests, and never a reason to fail. `python -m tests.benchmarks --help` says how."""
