"""Record the attacks that the page shows before anything has run."""

import logging

from streamlit_app.labs.adversarial_examples.recording import write_recorded_attacks

logging.basicConfig(level=logging.INFO)
write_recorded_attacks()
