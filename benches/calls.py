"""Runs servers and callers in interleaved rounds and writes docs/benchmarks/calls.json. See calls.sh."""
