"""Doctests of modules that need the extra `training` are collected where it is installed."""

from importlib.util import find_spec

collect_ignore = (
    []
    if find_spec("torch") and find_spec("onnx")
    else ["__main__.py", "checkpoint.py", "encoder.py", "export.py", "learning.py", "shipped.py"]
)
