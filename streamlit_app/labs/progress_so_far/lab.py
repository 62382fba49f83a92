"""Both directions: recognise a drawn digit on the left, sample new digits on the right."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st
import torch

from pyfrontiers.digits import DigitNet, trained, training_record
from pyfrontiers.digits.flow import DigitFlow, flow_record, sample_digits, train_flow
from pyfrontiers.digits.strokes import image_of_strokes
from streamlit_app import kit
from streamlit_app.labs.progress_so_far.controls import controls
from streamlit_app.labs.progress_so_far.pad import digit_pad, packed

if TYPE_CHECKING:
    from torch import Tensor

_COUNT = 12
_FIRST_CLASS = 3
#: Number of seeds that the button cycles through.
_SEEDS = 100


_samples = st.components.v2.component(
    "pyfrontiers.drawn_digits",
    html=kit.text_beside(__file__, "samples.html"),
    css=kit.text_beside(__file__, "samples.css"),
    js=kit.text_beside(__file__, "samples.js"),
)


def draw() -> None:
    """Draw both directions."""
    left, right = st.columns(2, gap="large")
    with left:
        kit.subheading("Data to decision", "Draw a digit; the classifier reads it.")
        st.fragment(_recognise)()
    with right:
        kit.subheading("Decision to data", "Choose a digit; the flow samples new ones from noise.")
        st.fragment(_sample)()
    kit.subheading("The two networks", _about())
    kit.runs_on_badge()


def prepare() -> None:
    """Load both networks and sample the digits shown first."""
    trained()
    drawn(_FIRST_CLASS, 0, 1.5)


def _recognise() -> None:
    image, what = digit_pad()
    with torch.no_grad():
        shares = trained()(image).softmax(1)[0].tolist()
    blank = not bool(image.any())
    best = max(range(10), key=shares.__getitem__)
    rows = "".join(_row(digit, share, best) for digit, share in enumerate(shares))
    if blank:
        rows = "".join(_row(digit, None, None) for digit in range(10))
    said = "Nothing is drawn." if blank else f"It reads <b>{best}</b> with {shares[best]:.2f}"
    st.html(
        f'<div class="pf-decision"><div><p class="pf-note">Its input ({escape(what)})</p>'
        f'{_as_table(image)}</div><div role="status"><p class="pf-reading">{said}</p>'
        f"{rows}</div></div>"
    )


def _row(digit: int, share: float | None, best: int | None) -> str:
    value = "" if share is None else f"{share:.2f}"
    return (
        f'<div class="pf-class{" pf-best" if digit == best else ""}"><span>{digit}</span>'
        f'<i style="--share:{100 * (share or 0.0):.1f}%"></i><b>{value}</b></div>'
    )


def _as_table(image: Tensor) -> str:
    cells = "".join(f'<i style="--ink:{value:.3f}"></i>' for value in image.flatten().tolist())
    return f'<div class="pf-pixels" role="img" aria-label="Eight by eight pixels">{cells}</div>'


def _sample() -> None:
    digit = controls.choice("digit", "Digit", list(range(10)), _FIRST_CLASS)
    pull = controls.slider(
        "guidance",
        "Guidance",
        0.0,
        4.0,
        1.5,
        0.5,
        tip="0 samples any digit, 1 samples the class as learned, more exaggerates the class.",
    )
    seed = controls.hidden("seed", range(_SEEDS))

    def again() -> None:
        controls.set("seed", (seed + 1) % _SEEDS)

    st.button("Sample again", key="flow-again", on_click=again)
    _samples(key="flow-samples", data=drawn(digit, seed, pull))


@lru_cache(maxsize=256)
def drawn(digit: int, seed: int, guidance: float) -> dict[str, Any]:
    """Sample digits of a class and let the classifier read them.

    Args:
        digit: Requested class, 0 to 9.
        seed: Seed of the noise.
        guidance: As in `sample_digits`.

    Returns:
        The component's data: all frames of all digits as bytes, and the classifier's predictions.
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
        # Map [-1, 2] to [0, 1]: noise exceeds the range of ink and paper on both sides.
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
        f"The classifier, a convolutional network, reads {kit.percent(net.test_accuracy, 1)} of "
        f"the test digits correctly. The flow, {flow.width} units wide, was trained on the same "
        f"1,442 digits ({flow.steps:,} steps, {flow.provenance}). The classifier reads "
        f"{kit.percent(check['as_asked'], 1)} of {check['count']:,} sampled digits as the class "
        "that was requested. The samples are new: the median distance to the nearest training "
        f"digit is {check['nearest']:.2f}, compared with {check['nearest_real']:.2f} for real test "
        f"digits, and {kit.percent(check['copies'], 1)} of the samples are closer to a training "
        "digit than any test digit is. Neither network can do the other's task."
    )


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(image_of_strokes, DigitNet, sample_digits, DigitFlow, train_flow),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "Which of the two networks can say that your drawing is no digit?",
        (
            "the one that reads digits",
            "the one that draws digits",
            "neither of them",
        ),
        right=2,
    ),
    question="Deep networks work in two directions. What does each one learn?",
    found="A classifier turns data into a decision; a generative model turns a decision into "
    "data. Each is optimised for one task only.",
)
