"""Tests of the benchmarks, on tiny instances written for them."""
