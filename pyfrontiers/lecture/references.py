"""The sources that the slides cite, each defined once."""

from __future__ import annotations

from pyfrontiers.lecture.model import Reference


def _arxiv(text: str, number: str) -> Reference:
    return Reference(text, f"https://arxiv.org/abs/{number}")


def _doi(text: str, name: str) -> Reference:
    return Reference(text, f"https://doi.org/{name}")


# Deep learning and its history
ALPAC_1966 = _doi(
    "ALPAC: Language and Machines: Computers in Translation and Linguistics. National Academy of "
    "Sciences, 1966.",
    "10.17226/9547",
)
MINSKY_PAPERT_1969 = Reference("Minsky and Papert: Perceptrons. MIT Press, 1969.")
LIGHTHILL_1973 = Reference(
    "Lighthill: Artificial Intelligence: A General Survey. Science Research Council, 1973.",
)
RUMELHART_1986 = _doi(
    "Rumelhart, Hinton and Williams: Learning representations by back-propagating errors. Nature "
    "323, 1986.",
    "10.1038/323533a0",
)
CREVIER_1993 = Reference(
    "Crevier: AI: The Tumultuous History of the Search for Artificial Intelligence. Basic Books, "
    "1993.",
)
KRIZHEVSKY_2012 = _doi(
    "Krizhevsky, Sutskever and Hinton: ImageNet classification with deep convolutional neural "
    "networks. NIPS 2012; Communications of the ACM 60, 2017.",
    "10.1145/3065386",
)
LECUN_2015 = _doi(
    "LeCun, Bengio and Hinton: Deep learning. Nature 521, 2015.",
    "10.1038/nature14539",
)
SILVER_2016 = _doi(
    "Silver et al.: Mastering the game of Go with deep neural networks and tree search. Nature "
    "529, 2016.",
    "10.1038/nature16961",
)
ESTEVA_2017 = _doi(
    "Esteva et al.: Dermatologist-level classification of skin cancer with deep neural networks. "
    "Nature 542, 2017.",
    "10.1038/nature21056",
)
KINGMA_2014 = _arxiv("Kingma and Welling: Auto-Encoding Variational Bayes. ICLR 2014.", "1312.6114")
GOODFELLOW_2014 = _arxiv(
    "Goodfellow et al.: Generative Adversarial Networks. NIPS 2014.",
    "1406.2661",
)
SMILKOV_2017 = _arxiv(
    "Smilkov, Carter, Sculley, Viégas and Wattenberg: Direct-Manipulation Visualization of Deep "
    "Networks. 2017.",
    "1708.03788",
)
KROTOV_2019 = _doi(
    "Krotov and Hopfield: Unsupervised learning by competing hidden units. PNAS 116, 2019.",
    "10.1073/pnas.1820458116",
)

# Approximation and generalisation
CYBENKO_1989 = _doi(
    "Cybenko: Approximation by superpositions of a sigmoidal function. Mathematics of Control, "
    "Signals and Systems 2, 1989.",
    "10.1007/BF02551274",
)
HORNIK_1989 = _doi(
    "Hornik, Stinchcombe and White: Multilayer feedforward networks are universal approximators. "
    "Neural Networks 2, 1989.",
    "10.1016/0893-6080(89)90020-8",
)
BARRON_1993 = _doi(
    "Barron: Universal approximation bounds for superpositions of a sigmoidal function. IEEE "
    "Transactions on Information Theory 39, 1993.",
    "10.1109/18.256500",
)
ZHANG_2017 = _arxiv(
    "Zhang, Bengio, Hardt, Recht and Vinyals: Understanding deep learning requires rethinking "
    "generalization. ICLR 2017.",
    "1611.03530",
)
NIX_1994 = _doi(
    "Nix and Weigend: Estimating the mean and variance of the target probability distribution. "
    "IEEE International Conference on Neural Networks, 1994.",
    "10.1109/ICNN.1994.374138",
)
HESTNESS_2017 = _arxiv(
    "Hestness et al.: Deep Learning Scaling is Predictable, Empirically. 2017.",
    "1712.00409",
)

# Adversarial examples
SZEGEDY_2014 = _arxiv(
    "Szegedy et al.: Intriguing properties of neural networks. ICLR 2014.",
    "1312.6199",
)
GOODFELLOW_2015 = _arxiv(
    "Goodfellow, Shlens and Szegedy: Explaining and Harnessing Adversarial Examples. ICLR 2015.",
    "1412.6572",
)
MADRY_2018 = _arxiv(
    "Madry, Makelov, Schmidt, Tsipras and Vladu: Towards Deep Learning Models Resistant to "
    "Adversarial Attacks. ICLR 2018.",
    "1706.06083",
)
ATHALYE_2018 = _arxiv(
    "Athalye, Engstrom, Ilyas and Kwok: Synthesizing Robust Adversarial Examples. ICML 2018.",
    "1707.07397",
)
CROCE_2020 = _arxiv(
    "Croce and Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse "
    "parameter-free attacks. ICML 2020.",
    "2003.01690",
)

# Cost, bias, interpretability
STRUBELL_2019 = _arxiv(
    "Strubell, Ganesh and McCallum: Energy and Policy Considerations for Deep Learning in NLP. "
    "ACL 2019.",
    "1906.02243",
)
BUOLAMWINI_2018 = Reference(
    "Buolamwini and Gebru: Gender Shades: Intersectional Accuracy Disparities in Commercial "
    "Gender Classification. FAT* 2018.",
    "https://proceedings.mlr.press/v81/buolamwini18a.html",
)
ADEBAYO_2018 = _arxiv(
    "Adebayo et al.: Sanity Checks for Saliency Maps. NeurIPS 2018.",
    "1810.03292",
)
LIPTON_2016 = _arxiv(
    "Lipton: The Mythos of Model Interpretability. ICML Workshop on Human Interpretability, 2016.",
    "1606.03490",
)
RUDIN_2019 = _doi(
    "Rudin: Stop explaining black box machine learning models for high stakes decisions and use "
    "interpretable models instead. Nature Machine Intelligence 1, 2019.",
    "10.1038/s42256-019-0048-x",
)

# Uncertainty
MACKAY_1992 = _doi(
    "MacKay: A Practical Bayesian Framework for Backpropagation Networks. Neural Computation 4, "
    "1992.",
    "10.1162/neco.1992.4.3.448",
)
NEAL_1996 = _doi(
    "Neal: Bayesian Learning for Neural Networks. Springer, 1996.",
    "10.1007/978-1-4612-0745-0",
)
HOULSBY_2011 = _arxiv(
    "Houlsby, Huszár, Ghahramani and Lengyel: Bayesian Active Learning for Classification and "
    "Preference Learning. 2011.",
    "1112.5745",
)
SRIVASTAVA_2014 = Reference(
    "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov: Dropout: A Simple Way to "
    "Prevent Neural Networks from Overfitting. JMLR 15, 2014.",
    "https://jmlr.org/papers/v15/srivastava14a.html",
)
BLUNDELL_2015 = _arxiv(
    "Blundell, Cornebise, Kavukcuoglu and Wierstra: Weight Uncertainty in Neural Networks. ICML "
    "2015.",
    "1505.05424",
)
GAL_2016 = _arxiv(
    "Gal and Ghahramani: Dropout as a Bayesian Approximation: Representing Model Uncertainty in "
    "Deep Learning. ICML 2016.",
    "1506.02142",
)
HENDRYCKS_2017 = _arxiv(
    "Hendrycks and Gimpel: A Baseline for Detecting Misclassified and Out-of-Distribution "
    "Examples in Neural Networks. ICLR 2017.",
    "1610.02136",
)
GUO_2017 = _arxiv(
    "Guo, Pleiss, Sun and Weinberger: On Calibration of Modern Neural Networks. ICML 2017.",
    "1706.04599",
)
LAKSHMINARAYANAN_2017 = _arxiv(
    "Lakshminarayanan, Pritzel and Blundell: Simple and Scalable Predictive Uncertainty "
    "Estimation using Deep Ensembles. NIPS 2017.",
    "1612.01474",
)
KENDALL_GAL_2017 = _arxiv(
    "Kendall and Gal: What Uncertainties Do We Need in Bayesian Deep Learning for Computer "
    "Vision? NIPS 2017.",
    "1703.04977",
)
EIGEN_2014 = _arxiv(
    "Eigen, Puhrsch and Fergus: Depth Map Prediction from a Single Image using a Multi-Scale Deep "
    "Network. NIPS 2014.",
    "1406.2283",
)
CARUANA_1997 = _doi(
    "Caruana: Multitask Learning. Machine Learning 28, 1997.",
    "10.1023/A:1007379606734",
)
KENDALL_2018 = _arxiv(
    "Kendall, Gal and Cipolla: Multi-Task Learning Using Uncertainty to Weigh Losses for Scene "
    "Geometry and Semantics. CVPR 2018.",
    "1705.07115",
)

# Learning to learn
WILLIAMS_1992 = _doi(
    "Williams: Simple statistical gradient-following algorithms for connectionist reinforcement "
    "learning. Machine Learning 8, 1992.",
    "10.1007/BF00992696",
)
THRUN_1998 = _doi(
    "Thrun and Pratt (editors): Learning to Learn. Springer, 1998.",
    "10.1007/978-1-4615-5529-2",
)
FEURER_2015 = Reference(
    "Feurer et al.: Efficient and Robust Automated Machine Learning. NIPS 2015.",
    "https://papers.nips.cc/paper/5872-efficient-and-robust-automated-machine-learning",
)
ZOPH_2017 = _arxiv(
    "Zoph and Le: Neural Architecture Search with Reinforcement Learning. ICLR 2017.",
    "1611.01578",
)
ZOPH_2018 = _arxiv(
    "Zoph, Vasudevan, Shlens and Le: Learning Transferable Architectures for Scalable Image "
    "Recognition. CVPR 2018.",
    "1707.07012",
)
LI_2019 = _arxiv(
    "Li and Talwalkar: Random Search and Reproducibility for Neural Architecture Search. UAI 2019.",
    "1902.07638",
)
HUTTER_2019 = _doi(
    "Hutter, Kotthoff and Vanschoren (editors): Automated Machine Learning: Methods, Systems, "
    "Challenges. Springer, 2019.",
    "10.1007/978-3-030-05318-5",
)
FINN_2017 = _arxiv(
    "Finn, Abbeel and Levine: Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks. "
    "ICML 2017.",
    "1703.03400",
)
LAKE_2017 = _arxiv(
    "Lake, Ullman, Tenenbaum and Gershman: Building Machines That Learn and Think Like People. "
    "Behavioral and Brain Sciences 40, 2017.",
    "1604.00289",
)
