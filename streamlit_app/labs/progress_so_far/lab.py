"""The laboratory as it stands on the page: recognise on the left, sample on the right."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st
import torch

from pyfrontiers.digits import DigitNet, trained, training_record
from pyfrontiers.digits.flow import DigitFlow, flow_record, sample_digits, train_flow
from pyfrontiers.digits.strokes import image_of_strokes
from streamlit_app.kit import Lab, runs_on_badge, text_beside
from streamlit_app.kit.text import percent
from streamlit_app.labs.progress_so_far.pad import digit_pad, packed

if TYPE_CHECKING:
    from torch import Tensor

_COUNT = 12
_FIRST_CLASS = 3


_samples = st.components.v2.component(
    "pyfrontiers.drawn_digits",
    html=text_beside(__file__, "samples.html"),
    css=text_beside(__file__, "samples.css"),
    js=text_beside(__file__, "samples.js"),
)


def draw() -> None:
    """Draw both directions."""
    left, right = st.columns(2, gap="large")
    with left:
        _subheading("Data to decision", "Draw a digit; the network says what it is.")
        st.fragment(_recognise)()
    with right:
        _subheading("Decision to data", "Choose a digit; the flow draws new ones out of noise.")
        st.fragment(_sample)()
    _subheading("What the two are", "")
    st.html(f'<p class="pf-note">{_about()}</p>')
    runs_on_badge()


def prepare() -> None:
    """Load both networks and draw what a visitor sees first."""
    trained()
    drawn(_FIRST_CLASS, 0, 1.5)


def _recognise() -> None:
    image, what = digit_pad()
    with torch.no_grad():
        shares = trained()(image).softmax(1)[0].tolist()
    blank = not bool(image.any())
    best = max(range(10), key=shares.__getitem__)
    rows = "".join(
        f'<div class="pf-class{" pf-best" if digit == best and not blank else ""}">'
        f'<span>{digit}</span><i style="--share:{100 * share:.1f}%"></i><b>{share:.2f}</b></div>'
        for digit, share in enumerate(shares)
    )
    said = "Nothing is drawn." if blank else f"It says <b>{best}</b> with {shares[best]:.2f}"
    st.html(
        f'<div class="pf-decision"><div><p class="pf-note">What it sees ({escape(what)})</p>'
        f'{_as_table(image)}</div><div role="status"><p class="pf-said">{said}</p>'
        f"{rows}</div></div>"
    )


def _as_table(image: Tensor) -> str:
    cells = "".join(f'<i style="--ink:{value:.3f}"></i>' for value in image.flatten().tolist())
    return f'<div class="pf-pixels" role="img" aria-label="Eight by eight pixels">{cells}</div>'


def _sample() -> None:
    digit = st.segmented_control(
        "Digit", list(range(10)), default=_FIRST_CLASS, key="flow-class", required=True
    )
    pull = st.slider(
        "Pull towards the class",
        0.0,
        4.0,
        1.5,
        0.5,
        key="flow-guidance",
        help="0 draws any digit, 1 follows the class as learned, more exaggerates it.",
    )
    state = st.session_state
    state.setdefault("flow-seed", 0)

    def again() -> None:
        state["flow-seed"] += 1

    st.button("Draw new ones", key="flow-again", on_click=again)
    asked = _FIRST_CLASS if digit is None else int(digit)
    _samples(key="flow-samples", data=drawn(asked, int(state["flow-seed"]), pull))


@lru_cache(maxsize=256)
def drawn(digit: int, seed: int, guidance: float) -> dict[str, Any]:
    """Draw digits of a class and let the classifier read them.

    Args:
        digit: class asked for, 0 to 9.
        seed: of the noise.
        guidance: as in `sample_digits`.

    Returns:
        What the component shows: all frames of all digits as bytes, and what each is read as.
    """
    samples = sample_digits(torch.full((_COUNT,), digit), seed=seed, guidance=guidance)
    with torch.no_grad():
        shares = trained()(samples.images).softmax(1)
    best, said = shares.max(1)
    frames = samples.path.clone()
    frames[-1] = samples.images
    return {
        "run": f"{digit}-{seed}-{guidance}",
        "frames": len(frames),
        # From -1 to 2: noise is darker than ink and whiter than paper.
        "path": packed((frames + 1) / 3),
        "said": [
            f"{number}, {share:.2f}"
            for number, share in zip(said.tolist(), best.tolist(), strict=True)
        ],
        "right": (said == digit).tolist(),
    }


def _about() -> str:
    flow, net = flow_record(), training_record()
    check = flow.check
    return (
        f"The classifier, a convolutional network, reads {percent(net.test_accuracy, 1)} of the "
        f"test digits. The flow, {flow.width} units wide, was trained on the same 1,442 digits "
        f"({flow.steps:,} steps, {escape(str(flow.provenance))}). Of "
        f"{check['count']} digits that it drew the classifier takes "
        f"{percent(check['as_asked'], 1)} for what was asked. They are new: their distance to the "
        f"nearest training digit is {check['nearest']:.2f} in the median, that of real test digits "
        f"{check['nearest_real']:.2f}, and {percent(check['copies'], 1)} are nearer to one than "
        "any test digit is. Neither network can do what the other does."
    )


def _subheading(text: str, note: str) -> None:
    st.html(f'<h3 class="pf-subheading">{text}</h3><p class="pf-note">{note}</p>')


LAB = Lab(
    draw=draw,
    prepare=prepare,
    code=(image_of_strokes, DigitNet, sample_digits, DigitFlow, train_flow),
    css=text_beside(__file__, "lab.css"),
)
