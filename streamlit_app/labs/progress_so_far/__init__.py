"""The progress-so-far lab: from data to a decision, and back."""
