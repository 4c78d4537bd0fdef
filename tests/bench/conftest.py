"""Benchmarks are no tests: ``just bench`` runs them, pytest passes them by."""

collect_ignore_glob = ["*.py"]
