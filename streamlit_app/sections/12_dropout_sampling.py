from streamlit_app.labs.dropout import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("dropout-sampling", experiment=experiment, code=CODE)


page()
