"""One network for three tasks, whose losses are balanced by hand, by uncertainty or otherwise.

network = trained_tasks("learned")
maps = predict_tasks(network, scenes.scene(1, 0).image[None])
maps.classes, maps.instances, maps.inverse_depth

data = load_tasks(scenes.StreetScenes(0, 500))
training = fit_tasks(data, way="pcgrad", steps=400)
"""

from pyfrontiers.multitask.course import TaskCurves
from pyfrontiers.multitask.data import TaskData, load_tasks
from pyfrontiers.multitask.evaluation import TaskScores, evaluate_tasks
from pyfrontiers.multitask.fitting import TaskTraining, fit_tasks, train_tasks
from pyfrontiers.multitask.instances import centroid_offsets, decode_instances
from pyfrontiers.multitask.likelihood import best_exact, best_published, published_loss
from pyfrontiers.multitask.losses import (
    TaskTargets,
    class_loss,
    depth_loss,
    offset_loss,
)
from pyfrontiers.multitask.methods import METHODS, NETWORKS, PAPER, PAPER_SOURCE, Method, Network
from pyfrontiers.multitask.metrics import (
    best_ious,
    boundary_counts,
    class_boundaries,
    confusion,
    f_score,
    mean_iou,
)
from pyfrontiers.multitask.network import TaskNet, TaskOutputs
from pyfrontiers.multitask.prediction import TaskMaps, predict_tasks
from pyfrontiers.multitask.record import (
    TaskRecord,
    load_network,
    save_network,
    task_record,
    trained_tasks,
)
from pyfrontiers.multitask.runs import STUDY, Study, TaskRun
from pyfrontiers.multitask.study import train_table
from pyfrontiers.multitask.table import Interval
from pyfrontiers.multitask.tasks import SCORES, TASKS, Score

__all__ = [
    "METHODS",
    "NETWORKS",
    "PAPER",
    "PAPER_SOURCE",
    "SCORES",
    "STUDY",
    "TASKS",
    "Interval",
    "Method",
    "Network",
    "Score",
    "Study",
    "TaskCurves",
    "TaskData",
    "TaskMaps",
    "TaskNet",
    "TaskOutputs",
    "TaskRecord",
    "TaskRun",
    "TaskScores",
    "TaskTargets",
    "TaskTraining",
    "best_exact",
    "best_ious",
    "best_published",
    "boundary_counts",
    "centroid_offsets",
    "class_boundaries",
    "class_loss",
    "confusion",
    "decode_instances",
    "depth_loss",
    "evaluate_tasks",
    "f_score",
    "fit_tasks",
    "load_network",
    "load_tasks",
    "mean_iou",
    "offset_loss",
    "predict_tasks",
    "published_loss",
    "save_network",
    "task_record",
    "train_table",
    "train_tasks",
    "trained_tasks",
]
