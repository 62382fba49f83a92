"""The lecture: its sections, slides and transcript."""
