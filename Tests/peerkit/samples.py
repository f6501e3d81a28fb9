"""Encoded pictures as they were published and as they were recorded, compared byte for byte."""

import dataclasses
import hashlib
import subprocess

import av

from .footage import clip_path


def encode(path, codec, clip="bigbuckbunny", size=(1280, 720), fps=30, seconds=10, kilobits=2500):
    """A clip as an elementary stream that `sluice bench publish` takes: VP8 in IVF, H.264 as Annex B; a key frame a second."""
    options = {"vp8": ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-f", "ivf"],
               "h264": ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "baseline", "-sc_threshold", "0",
                        "-x264-params", "aud=0", "-f", "h264"]}[codec]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", "9", "-i", str(clip_path(clip)), "-t", str(seconds), "-an",
                    "-vf", f"fps={fps},scale={size[0]}:{size[1]}", "-pix_fmt", "yuv420p", "-b:v", f"{kilobits}k",
                    "-g", str(fps), "-keyint_min", str(fps), *options, str(path)], check=True)
    return path


def _prefixed(data):
    """The units of an access unit with a length of four bytes before each; None if it is not made so."""
    units, position = [], 0
    while position + 4 < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        units.append(data[position + 4 : position + 4 + length])
        position += 4 + length
    return units if position == len(data) else None


def _slices(data):
    """The slices of an H.264 access unit, without what a container writes elsewhere or another way."""
    units = _prefixed(data)
    if units is None:
        units = [u for u in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if u]
    return b"".join(u.rstrip(b"\0") for u in units if 1 <= u[0] & 31 <= 5)


def pictures(path):
    """A digest of each encoded picture of a file, in order."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        plain = stream.codec_context.name != "h264"
        for packet in container.demux(stream):
            data = bytes(packet)
            if data:
                found.append(hashlib.sha256(data if plain else _slices(data)).digest())
    return found


@dataclasses.dataclass
class Comparison:
    identical: int  # pictures that are bit for bit what was published, in their order
    lost: int  # pictures that were published in between and are missing
    foreign: int  # pictures that nobody published


def compare(recorded, published):
    """`published` was sent over and over; the recording may begin anywhere."""
    places = {}
    for index, digest in enumerate(published):
        places.setdefault(digest, []).append(index)
    result, expected = Comparison(0, 0, 0), None
    for digest in recorded:
        if digest not in places:
            result.foreign += 1
            continue
        steps = [0] if expected is None else [(place - expected) % len(published) for place in places[digest]]
        step = min(steps)
        result.identical += 1
        result.lost += step
        base = places[digest][steps.index(step)]
        expected = (base + 1) % len(published)
    return result
