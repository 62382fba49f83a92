"""Section `automl-service`: data in, network out."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="automl-service",
    title="AutoML as a service",
    summary=(
        "Hand over a data set and the metrics that matter, and get back a trained network to "
        "deploy."
    ),
    facts=(
        "AutoML as a service on Google's cloud: provide a dataset and metrics to optimize, and "
        "the system runs parent controllers until a candidate child trains well on your data and "
        "task. The end result, spawned from the RNN controller, is given back for you to deploy. "
        "A big deal: AI systems that generate new AI for a desired task. It reduces what machine "
        "learning engineers must do when another task needs an architecture optimized for it. In "
        "practice: upload, metrics, budget, leaderboard, export, deploy."
    ),
    claims=("C21",),
    slides=(
        Slide(
            slug="automl-service-pipeline",
            title="Data in, network out",
            message=(
                "A service takes a data set and the metrics to optimise, and returns a network to "
                "deploy."
            ),
            points=(
                "Users bring data and a goal; they need not know about filters or strides.",
                "Accuracy, size and speed conflict, so the metrics must state the trade-off.",
                (
                    "Data used to choose the winner can no longer evaluate it; keep an untouched "
                    "test set."
                ),
                "The result is an ordinary network that runs without the service.",
            ),
            equation=r"a^{*} = \arg\max_{a \in \mathcal{A}} \; R\big(m_1(a), \dots, m_K(a)\big)",
            figure="service-pipeline",
            references=(
                ref.ZOPH_2018,
                ref.FEURER_2015,
                ref.HUTTER_2019,
            ),
            notes=Notes(
                say=(
                    "Seen from outside it is simple: data and a goal go in, a network comes out. "
                    "The hard part is the goal. Accuracy, size and speed pull in different "
                    "directions, so the customer has to say what each is worth. And the data that "
                    "chose the winner have been used up; only a test set that no search has seen "
                    "gives an honest figure."
                ),
                ask=(
                    "You get a network with 99 % accuracy back from a service. Which three "
                    "questions do you ask before you deploy it?"
                ),
                show=(
                    "Order a network for one of the shipped data sets with a short time and watch "
                    "children and their Pareto front. Compare the result with logistic regression "
                    "before the class is impressed."
                ),
            ),
        ),
    ),
)
