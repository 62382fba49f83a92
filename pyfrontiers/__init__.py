"""The limits and new frontiers of deep learning as running software."""
