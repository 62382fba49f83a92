"""The kernels page: speed on this machine and in the recorded run, and how to use them."""

from streamlit_app.views.kernels.page import kernels_page

__all__ = ["kernels_page"]
