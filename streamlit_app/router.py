"""The script that Streamlit runs for each visitor: navigation, then the chosen page."""

from __future__ import annotations

import streamlit as st

from streamlit_app.theme.style import icon
from streamlit_app.views import navigation, sidebar
from streamlit_app.views.keys import keys_and_links

# A custom entry keeps the menu visible, and with it the choice between light and dark.
ABOUT = (
    "pyfrontiers: the limits and new frontiers of deep learning as running software. Results not "
    "computed on this machine cite their source."
)

st.set_page_config(
    page_icon=icon(),
    layout="wide",
    initial_sidebar_state=288,
    menu_items={"About": ABOUT},
)
chosen = st.navigation(navigation(), expanded=True)
sidebar()
keys_and_links(chosen.url_path)
chosen.run()
