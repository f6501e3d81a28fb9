"""Eyes and ears: what a recording shows and sounds like, decoded."""

import functools
import json
import subprocess

import av
import numpy as np


class Recording:
    """A media file, decoded on demand."""

    def __init__(self, path):
        self.path = str(path)

    @functools.cached_property
    def probe(self):
        command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", self.path]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    def stream(self, kind):
        found = [s for s in self.probe["streams"] if s["codec_type"] == kind]
        assert len(found) == 1, f"{len(found)} {kind} streams in {self.path}"
        return found[0]

    @property
    def duration(self):
        return float(self.probe["format"]["duration"])

    def lumas(self, every=1):
        """(seconds, luma array) of every n-th frame."""
        with av.open(self.path) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % every == 0:
                    plane = frame.planes[0]
                    data = np.frombuffer(plane, dtype=np.uint8).reshape(plane.height, plane.line_size)
                    yield frame.time, data[:, : plane.width].copy()

    def colour_shares(self, *colours, tolerance=28):
        """(seconds, [share of the picture that has a colour, for each of the (Y, U, V)]) of every frame."""
        with av.open(self.path) as container:
            for frame in container.decode(video=0):
                small = frame.reformat(width=160, height=90, format="yuv444p", interpolation="POINT").to_ndarray()
                away = [abs(small.astype(int) - np.array(c)[:, None, None]).max(axis=0) for c in colours]
                yield frame.time, [float((a < tolerance).mean()) for a in away]

    @functools.cached_property
    def samples(self):
        """(samples as float mono, sample rate, seconds of the first sample)."""
        channels, rate, start = self.sound
        return channels.mean(axis=0), rate, start

    @functools.cached_property
    def sound(self):
        """(channels × samples as float, sample rate, seconds of the first sample)."""
        blocks, rate, start = [], None, None
        with av.open(self.path) as container:
            for frame in container.decode(audio=0):
                data = frame.to_ndarray().astype(np.float64)
                if frame.format.name.startswith("s16"):
                    data /= 32768
                if not frame.format.is_planar:
                    data = data.reshape(-1, frame.layout.nb_channels).T
                blocks.append(data)
                rate = frame.sample_rate
                start = frame.time if start is None else start
        return np.concatenate(blocks, axis=1), rate, start

    def tone_times(self, hertz, level=0.05, channel=None, window=0.02, gap=0.1):
        """Spans of seconds in which a tone is heard; shorter gaps do not divide."""
        channels, rate, first = self.sound
        samples = channels.mean(axis=0) if channel is None else channels[channel]
        return spans(tone_levels(samples, rate, hertz, window, first), level, gap)

    def tone_level(self, hertz, start=2.0, length=4.0, window=0.05):
        """Amplitude of a tone: by projection in short windows, for a recorder may stretch sound a little to keep it in
        step, which over seconds would turn the phase."""
        samples, rate, first = self.samples
        begin = int((start - first) * rate)
        count = int(window * rate)
        part = samples[begin : begin + int(length * rate) // count * count].reshape(-1, count)
        carrier = np.hanning(count) * np.exp(-2j * np.pi * hertz * np.arange(count) / rate)
        return float(np.mean(2 * abs(part @ carrier)) / np.hanning(count).sum())


def tone_levels(samples, rate, hertz, window=0.02, first=0.0):
    """(seconds, amplitude of a tone) in windows that overlap by half: the middle of each."""
    count = int(window * rate)
    carrier = np.hanning(count) * np.exp(-2j * np.pi * hertz * np.arange(count) / rate)
    scale = np.hanning(count).sum()
    starts = range(0, len(samples) - count, count // 2)
    return [(first + (s + count / 2) / rate, float(2 * abs(samples[s : s + count] @ carrier) / scale)) for s in starts]


def spans(values, threshold, gap=0.1):
    """(begin, end) of the times in which a value is above a threshold; shorter gaps do not divide."""
    found = []
    for seconds, value in values:
        if value > threshold:
            if found and seconds - found[-1][1] <= gap:
                found[-1][1] = seconds
            else:
                found.append([seconds, seconds])
    return [tuple(span) for span in found]


def ssim(a, b):
    """Structural similarity of two luma pictures: 8 × 8 windows, every second pixel (Wang et al. 2004)."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    size = 8

    def means(x):
        total = np.pad(x, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
        box = total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]
        return box[::2, ::2] / (size * size)

    ma, mb = means(a), means(b)
    va, vb, cov = means(a * a) - ma * ma, means(b * b) - mb * mb, means(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(np.mean(((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma**2 + mb**2 + c1) * (va + vb + c2))))


def scale(picture, width, height):
    """A luma picture scaled by area or bicubic, as the compositor's peer would."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="gray")
    return frame.reformat(width=width, height=height, interpolation="BICUBIC").to_ndarray()


def best_match(picture, candidates):
    """(index, SSIM) of the candidate most like the picture: by small copies first, then the best three in full."""
    height, width = picture.shape
    small = scale(picture, 96, 54).astype(np.float64)
    errors = [np.mean((small - c) ** 2) for c in _small(candidates)]
    best = sorted(range(len(errors)), key=errors.__getitem__)[:3]
    scored = [(i, ssim(picture, scale(candidates.pictures[i], width, height))) for i in best]
    return max(scored, key=lambda pair: pair[1])


class Candidates:
    """Source pictures with small copies for the search."""

    def __init__(self, pictures):
        self.pictures = pictures
        self.small = [scale(p, 96, 54).astype(np.float64) for p in pictures]


def _small(candidates):
    return candidates.small


def longest_freeze(recording, rectangle, start=1.0):
    """Longest time in seconds in which a rectangle does not change, and the share of frames in which it is black."""
    x, y, width, height = rectangle
    previous, since, longest, black, total, last = None, None, 0.0, 0, 0, 0.0
    for seconds, picture in recording.lumas():
        if seconds < start:
            continue
        tile = picture[y : y + height : 2, x : x + width : 2].astype(np.int16)
        total += 1
        black += tile.mean() < 20
        if previous is None or np.mean(np.abs(tile - previous)) > 0.05:
            since, previous = seconds, tile
        longest = max(longest, seconds - since)
        last = seconds
    assert total > 0, f"no frame after {start} s (last {last})"
    return longest, black / total


PICTURE_AT_30 = 1 / 30


def beep_and_flash_offsets(recording, rectangle, hertz=1000, start=3.0):
    """Audio minus video in seconds for every flash: positive when the beep comes late.

    Where pictures were left out before a flash, because the machine was too busy, it was due some time after the last picture that
    is there: what the beep is off counts from that span.
    """
    x, y, width, height = rectangle
    flashes, bright, before = [], False, 0.0
    for seconds, picture in recording.lumas():
        now = picture[y : y + height, x : x + width].mean() > 140
        if now and not bright and seconds > start:
            flashes.append((min(seconds, before + PICTURE_AT_30), seconds))
        bright, before = now, seconds
    samples, rate, first = recording.samples
    block = rate // 500  # 2 ms
    usable = len(samples) // block * block
    time = np.arange(usable) / rate
    carrier = samples[:usable] * np.exp(-2j * np.pi * hertz * time)
    level = 2 * np.abs(carrier.reshape(-1, block).mean(axis=1))
    loud = level > 0.5 * np.quantile(level, 0.98)
    onsets = [first + i * block / rate for i in range(5, len(loud)) if loud[i] and not loud[i - 5 : i].any()]
    offsets = []
    for earliest, flash in flashes:
        near = min(onsets, key=lambda onset: abs(onset - flash), default=None)
        assert near is not None and abs(near - flash) < 0.8, f"no beep near the flash at {flash:.3f} s: {onsets}"
        offsets.append(near - min(max(near, earliest), flash) if flash - earliest > PICTURE_AT_30 / 2 else near - flash)
    return offsets
