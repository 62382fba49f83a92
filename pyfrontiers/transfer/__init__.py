"""Learning to learn from few examples: MAML and its relatives, transfer, and training from scratch.

    trained = meta_train("maml", Sinusoids(), seeds=range(5))
    curve = evaluate(trained, Sinusoids(frequency=(1.5, 2.0)))
    curve.at(10)  # mean squared error after ten gradient steps on five points, with its interval

Every method has one file with its equation. All share one inner loop (`adaptation`) and one outer
loop (`meta_training`).
"""

from pyfrontiers.transfer.adaptation import Inner
from pyfrontiers.transfer.drawings import drawing_image, read_drawings
from pyfrontiers.transfer.evaluation import STEPS, FewShotCurve, best_rate, evaluate
from pyfrontiers.transfer.glyphs import GLYPHS, glyph_images, glyph_strokes
from pyfrontiers.transfer.images import FewShotImages, digit_images
from pyfrontiers.transfer.learners import Learner
from pyfrontiers.transfer.meta_training import Trained, meta_train
from pyfrontiers.transfer.methods import METHODS, PLANS, Method, Plan, plan_for
from pyfrontiers.transfer.pen import ink
from pyfrontiers.transfer.points import GRID, HEIGHT, curves_through, prior_curves
from pyfrontiers.transfer.similarity import Similarity, help_of, similarity_record
from pyfrontiers.transfer.sinusoids import FAMILIES, REACH, Sinusoids
from pyfrontiers.transfer.tasks import WAYS, Family, Kind, Tasks
from pyfrontiers.transfer.weights import train_method, trained_networks

__all__ = [
    "FAMILIES",
    "GLYPHS",
    "GRID",
    "HEIGHT",
    "METHODS",
    "PLANS",
    "REACH",
    "STEPS",
    "WAYS",
    "Family",
    "FewShotCurve",
    "FewShotImages",
    "Inner",
    "Kind",
    "Learner",
    "Method",
    "Plan",
    "Similarity",
    "Sinusoids",
    "Tasks",
    "Trained",
    "best_rate",
    "curves_through",
    "digit_images",
    "drawing_image",
    "evaluate",
    "glyph_images",
    "glyph_strokes",
    "help_of",
    "ink",
    "meta_train",
    "plan_for",
    "prior_curves",
    "read_drawings",
    "similarity_record",
    "train_method",
    "trained_networks",
]
