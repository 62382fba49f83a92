"""Record the maps that the page shows before anything has run."""

from streamlit_app.labs.limitations_summary.recording import write_recorded_check

write_recorded_check()
