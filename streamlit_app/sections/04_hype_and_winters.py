from streamlit_app.labs.history import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("hype-and-winters", experiment=experiment, code=CODE)


page()
