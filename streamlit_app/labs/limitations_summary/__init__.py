"""The limitations-summary lab: six limitations, each with an experiment."""
