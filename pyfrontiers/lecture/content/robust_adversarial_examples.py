"""Section `robust-adversarial-examples`: adversarial for a distribution of views."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="robust-adversarial-examples",
    title="Robust adversarial examples",
    summary=(
        "Optimised over a distribution of views, an adversarial example survives them, on screen "
        "and printed in 3D."
    ),
    facts=(
        "Students at MIT extended the attack: an algorithm synthesizes examples that remain "
        "adversarial under diverse transformations: rotations, color changes, noise, distortion. "
        "They demonstrated robust 2D images first, then went to 3D objects: with 3D printing "
        "they made actual physical adversarial objects, a first demonstration that adversarial "
        "examples exist in the physical world. Photographs of 3D printed turtles, taken from "
        "many sides, mostly come out of the network as rifles. The objects are designed to trick "
        "networks: scary, a Pandora's box with severe implications for security. Expectation "
        "over transformation, EOT, pose, viewpoint, camera, rendering, texture, baseball, "
        "espresso."
    ),
    claims=("C9", "C10"),
    slides=(
        Slide(
            slug="robust-adversarial-examples-eot",
            title="Expectation over transformation",
            message=(
                "To survive rotation, noise and changes of light, optimise the expected loss over "
                "all of them."
            ),
            points=(
                (
                    "An ordinary adversarial example fails when the image is slightly rotated or "
                    "scaled."
                ),
                "Sample transformations t from a distribution T and follow the average gradient.",
                (
                    "The distance d is measured as a viewer sees it: between the two images after "
                    "the transformation."
                ),
                (
                    "2D images: 96.4 % of held-out transformed views were classified as the target "
                    "class."
                ),
            ),
            equation=(
                r"\begin{aligned} \max_{x'}\;\; & \mathbb{E}_{t \sim T}\, \log "
                r"p\big(y_{\text{target}} \mid t(x')\big) \\ -\; & \lambda\, \mathbb{E}_{t \sim "
                r"T}\, d\big(t(x'), t(x)\big) \end{aligned}"
            ),
            figure="expectation-over-transformation",
            references=(ref.ATHALYE_2018,),
            notes=Notes(
                say=(
                    "An ordinary example is fragile: turn the picture by a few degrees and the "
                    "network is right again. So do not optimise for one picture, optimise for the "
                    "average over all the views you expect. Each step draws new rotations, zooms "
                    "and lights and follows their mean gradient. The distance is measured after "
                    "the transformation, because that is what a viewer sees."
                ),
                ask="Which transformations would you include for a sticker on a traffic sign?",
                show=(
                    "Open the part “In a photograph” and rotate both examples with the slider. "
                    "The ordinary one falls within a few degrees, the robust one stays."
                ),
            ),
        ),
        Slide(
            slug="robust-adversarial-examples-physical",
            title="A turtle that is a rifle",
            message=(
                "A 3D-printed turtle with an optimised texture is classified as a rifle from most "
                "directions."
            ),
            points=(
                (
                    "The transformation now models the camera: pose, distance, lighting and "
                    "printing errors."
                ),
                "The paper, in simulation: 83.4 % of the rendered views were the target class.",
                "Printed turtle: 82 % rifle, 16 % another wrong class, 2 % turtle.",
                "Printed baseball: 59 % espresso, 31 % another wrong class, 10 % baseball.",
                "The attack is part of the object itself, which makes it a security problem.",
            ),
            equation=r"t(x) = M\, x + b",
            figure="turtle-from-all-sides",
            references=(ref.ATHALYE_2018,),
            builds=True,
            notes=Notes(
                say=(
                    "From pictures to things. The transformation is now a camera that walks "
                    "around an object, so the texture has to work from every side. The rates on "
                    "the slide are those of the printed objects in the paper; our own are for "
                    "rendered ones and are on the claim card. Say plainly what that means: the "
                    "attack needs no access to the input file, it is glued to the world."
                ),
                ask=(
                    "Who would notice such an object, and would they have a reason to tell anyone?"
                ),
                show=(
                    "Turn the turtle with the mouse until the class finds a side from which it is "
                    "still a turtle. Then show the grid of poses that no attack has seen and "
                    "count the frames."
                ),
            ),
        ),
    ),
)
