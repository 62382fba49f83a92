from streamlit_app.labs.approximation import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("universal-approximation", experiment=experiment, code=CODE)


page()
