from streamlit_app.labs.directions import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("progress-so-far", experiment=experiment, code=CODE)


page()
