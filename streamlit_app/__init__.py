"""The lecture explorer: a Streamlit app in the lecture's own order."""
