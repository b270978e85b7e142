"""The benchmarks, one a file. Each has `measure(programs, table)`."""
