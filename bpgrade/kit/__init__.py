"""Modules that stand in for some of `bplib` inside the sandbox, while points are given."""
