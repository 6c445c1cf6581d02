"""Benchmarks beside their peers, measured in the same run; `make bench` prints them."""
