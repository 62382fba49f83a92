"""The laboratories of the lecture pages."""
