"""`python3 -m schemahub.cli COMMAND` is `schemahub COMMAND`."""

from schemahub.cli import main

if __name__ == "__main__":
    main()
