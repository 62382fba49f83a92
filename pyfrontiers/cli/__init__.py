"""The `pyfrontiers` command."""

from pyfrontiers.cli.main import app, main

__all__ = ["app", "main"]
