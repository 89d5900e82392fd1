"""What a release is made of, and what it must be: `nox -s release` does it, tests hold the quick parts."""
