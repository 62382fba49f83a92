"""The `pyfrontiers` command."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line, or say how to install the extra `app` if a package is missing."""
    from pyfrontiers.cli.terminal import accept_any_encoding

    accept_any_encoding()
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
