from streamlit_app.shell import section_page


def page() -> None:
    section_page("depth-uncertainty")


page()
