from streamlit_app.labs.generalization import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("rethinking-generalization", experiment=experiment, code=CODE)


page()
