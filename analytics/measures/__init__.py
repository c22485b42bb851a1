"""Measures: the cube's frames in, rows of figures out."""

from analytics.measures.compute import compute
from analytics.measures.cube import CubeFrames
from analytics.measures.request import MeasureRequest, RequestError
from analytics.measures.row import MeasureRow

__all__ = ["CubeFrames", "MeasureRequest", "MeasureRow", "RequestError", "compute"]
