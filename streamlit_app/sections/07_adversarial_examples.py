from streamlit_app.labs.adversarial import CODE, experiment
from streamlit_app.shell import section_page


def page() -> None:
    section_page("adversarial-examples", experiment=experiment, code=CODE)


page()
