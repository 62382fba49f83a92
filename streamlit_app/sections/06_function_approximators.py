from streamlit_app.labs.extrapolation import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("function-approximators", experiment=experiment, code=CODE)


page()
