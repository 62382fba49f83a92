"""`python -m pyfrontiers`: the command line."""

from pyfrontiers.cli import main

if __name__ == "__main__":
    main()
