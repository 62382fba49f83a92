"""The `pyfrontiers` command."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; without the packages of the extra `app`, say how to get them."""
    try:
        from pyfrontiers.cli.main import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "pyfrontiers":
            raise
        sys.stderr.write(
            f"The command line needs the package {error.name}: pip install 'pyfrontiers[app]'\n"
        )
        sys.exit(2)
    app(prog_name="pyfrontiers")
