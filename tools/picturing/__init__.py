"""Pictures of the terminal in docs/, made from real runs: `nox -s pictures`."""
