"""A pack to begin with: two slides that show every part of the form."""

from __future__ import annotations

from pathlib import Path

from pyfrontiers.arguments import checked

__all__ = ["write_template"]

_LECTURE = """\
title = "My lecture"
course = "My course"
lecturers = "My name"
year = 2026
url = ""

[[part]]
name = "Opening"
sections = ["hello"]
"""

_HELLO = r"""# Hello

summary: What this lecture is about, in one or two sentences.
lab: dropout-sampling

## What a mask does

**Each pass keeps some filters and drops the others, which samples one network.**

- A point is there from the beginning; a formula such as $1/(1-p)$ may stand in it.
+ A point with a plus appears with a key.
+ And so does this one.

figure: filters-kept-and-dropped

source: Gal and Ghahramani: Dropout as a Bayesian Approximation. ICML 2016. https://arxiv.org/abs/1506.02142

say: What you say about this slide. The class does not see it.
ask: What do you ask the class?
show: What do you show in the experiment, which opens with E?

## A slide with an equation

**Over T passes, the mean is the prediction and the variance its uncertainty.**

- The experiment of a section is one of the labs of pyfrontiers.

$$
\mathbb{E}[y] \approx \frac{1}{T} \sum_{t=1}^{T} f(x; \theta_t)
$$

quiz: How many different masks does a layer of 64 filters have?
( ) 64
(x) 2 to the power of 64
"""


@checked
def write_template(folder: Path) -> list[Path]:
    """Write a pack with one section into a new or empty folder.

    Args:
        folder: The folder, which is made.

    Returns:
        The files.

    Raises:
        ValueError: The folder has something in it.
        OSError: It cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"folder must be new or empty, got {str(folder)!r}")
    folder.mkdir(parents=True, exist_ok=True)
    files = {"lecture.toml": _LECTURE, "hello.md": _HELLO}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]
