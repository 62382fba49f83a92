"""Record the training runs that the page shows before anything has run."""

import logging

from streamlit_app.labs.rethinking_generalization.recording import write_fits

logging.basicConfig(level=logging.INFO)
write_fits(logging.getLogger(__name__).info)
