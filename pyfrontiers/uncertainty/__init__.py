"""What a model does not know: Monte-Carlo dropout and its summaries."""
