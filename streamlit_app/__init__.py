"""The lecture explorer: a Streamlit app that is a router, a shell and one page per section."""
