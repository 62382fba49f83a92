"""The `pyfrontiers` command."""

import io
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line, or say how to install the extra `app` if a package is missing."""
    from pyfrontiers.cli.interrupts import INTERRUPTED, remember_interrupts
    from pyfrontiers.cli.terminal import accept_any_encoding

    remember_interrupts()
    accept_any_encoding()
    try:
        _run()
    except KeyboardInterrupt:  # while modules are imported; typer handles it later
        sys.exit(INTERRUPTED)


def _run() -> None:
    try:
        from pyfrontiers.cli.main import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "pyfrontiers":
            raise
        sys.stderr.write(
            f"The command line needs the package {error.name}: pip install 'pyfrontiers[app]'\n"
        )
        sys.exit(2)
    try:
        app(prog_name="pyfrontiers")
    except OSError as error:
        # The commands report their own; this one comes from printing, as on a full disk.
        sys.stderr.write(f"The output cannot be written: {error.strerror}.\n")
        # Python would try again at exit, and print a second error.
        sys.stdout = io.StringIO()
        sys.exit(2)
