"""The parts that every lab is built from: ``from streamlit_app import kit``."""

from streamlit_app.kit.board import point_board
from streamlit_app.kit.cards import PictureCards
from streamlit_app.kit.chart import (
    chart_config,
    chart_spec,
    plain_spec,
    show_chart,
    show_spec,
    themed,
)
from streamlit_app.kit.child_graph import child_graph, child_svg, described_child
from streamlit_app.kit.code import code_listing
from streamlit_app.kit.controls import Controls
from streamlit_app.kit.domain import nice_domain
from streamlit_app.kit.download import download
from streamlit_app.kit.figure import figure, prepare_figure, reserve
from streamlit_app.kit.files import text_beside
from streamlit_app.kit.guess import Guess, ask_guess, judged_guess
from streamlit_app.kit.job import is_under_way, job_panel, start_job
from streamlit_app.kit.lab import Lab, finding_of, points_of
from streamlit_app.kit.link import copy_link, page_link
from streamlit_app.kit.live import Shown, live
from streamlit_app.kit.mode import Mode, mixed, tokens_of, visitor_mode, visitor_tokens
from streamlit_app.kit.origin import origin
from streamlit_app.kit.panel import (
    ColourScale,
    Label,
    PanelPicture,
    Swatches,
    panel_html,
    swatches_html,
)
from streamlit_app.kit.runs_on import runs_on_badge
from streamlit_app.kit.series import Series
from streamlit_app.kit.text import (
    heading,
    listed,
    measures,
    note,
    percent,
    raised,
    rich,
    scientific,
    subheading,
    table,
    unbroken,
    verdict,
)

__all__ = [
    "ColourScale",
    "Controls",
    "Guess",
    "Lab",
    "Label",
    "Mode",
    "PanelPicture",
    "PictureCards",
    "Series",
    "Shown",
    "Swatches",
    "ask_guess",
    "chart_config",
    "chart_spec",
    "child_graph",
    "child_svg",
    "code_listing",
    "copy_link",
    "described_child",
    "download",
    "figure",
    "finding_of",
    "heading",
    "is_under_way",
    "job_panel",
    "judged_guess",
    "listed",
    "live",
    "measures",
    "mixed",
    "nice_domain",
    "note",
    "origin",
    "page_link",
    "panel_html",
    "percent",
    "plain_spec",
    "point_board",
    "points_of",
    "prepare_figure",
    "raised",
    "reserve",
    "rich",
    "runs_on_badge",
    "scientific",
    "show_chart",
    "show_spec",
    "start_job",
    "subheading",
    "swatches_html",
    "table",
    "text_beside",
    "themed",
    "tokens_of",
    "unbroken",
    "verdict",
    "visitor_mode",
    "visitor_tokens",
]
