"""The page about the kernels: their speed here and in the recorded run, and how to use them."""

from streamlit_app.views.kernels.page import kernels_page

__all__ = ["kernels_page"]
