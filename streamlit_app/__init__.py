"""The lecture explorer: a Streamlit app with one page per section of the lecture."""
