from streamlit_app.labs.limitations import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("limitations-summary", experiment=experiment, code=CODE)


page()
