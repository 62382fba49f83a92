"""Automated machine learning: searches that propose networks, and studies that train them.

A `Search` proposes architectures, a `Trainable` trains one, and a study (`automl.study`) brings
the two together: it runs children on an executor, records their outcomes, and survives what ends
its processes.
"""
