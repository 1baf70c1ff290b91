"""What is timed, against which peer. ``python -m benchmarks`` lists and runs them."""
