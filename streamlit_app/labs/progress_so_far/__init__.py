"""The progress-so-far laboratory: from data to a decision, and back."""
