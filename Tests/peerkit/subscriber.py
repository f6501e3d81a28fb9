"""An unmodified LiveKit client that watches and listens: what a participant's tracks show and sound like as they come."""

import asyncio
import collections
import contextlib
import dataclasses
import itertools
import time

import numpy as np
from livekit import rtc

from .recording import tone_levels

SAMPLE_RATE = 48_000
KEPT_SECONDS = 60


@dataclasses.dataclass
class Frame:
    arrived: float  # monotonic seconds
    size: tuple


@dataclasses.dataclass
class Sight:
    """Some seconds of a video track."""

    frames: list = dataclasses.field(repr=False)
    picture: np.ndarray = dataclasses.field(repr=False)  # the luma of the last

    @property
    def size(self):
        """The size that most frames had."""
        return collections.Counter(f.size for f in self.frames).most_common(1)[0][0]

    @property
    def seconds(self):
        return self.frames[-1].arrived - self.frames[0].arrived

    @property
    def rate(self):
        return (len(self.frames) - 1) / self.seconds

    @property
    def longest_gap(self):
        return max(b.arrived - a.arrived for a, b in itertools.pairwise(self.frames))


class Track:
    """One subscription: its frames or its sound of the last minute, and its changes of size."""

    def __init__(self, track, publication, identity):
        self.track, self.publication, self.identity = track, publication, identity
        self.sid = publication.sid
        self.frames, self.latest = collections.deque(maxlen=KEPT_SECONDS * 60), None
        self.blocks = collections.deque(maxlen=KEPT_SECONDS * 100)
        self.task = asyncio.create_task(self._watch() if track.kind == rtc.TrackKind.KIND_VIDEO else self._listen())

    async def _watch(self):
        stream = rtc.VideoStream(self.track, capacity=5)
        try:
            async for event in stream:
                frame = event.frame
                self.frames.append(Frame(time.monotonic(), (frame.width, frame.height)))
                self.latest = frame
        finally:
            await stream.aclose()

    async def _listen(self):
        stream = rtc.AudioStream(self.track, sample_rate=SAMPLE_RATE, num_channels=1)
        try:
            async for event in stream:
                samples = np.frombuffer(event.frame.data, dtype=np.int16) / 32768
                self.blocks.append((time.monotonic(), samples))
        finally:
            await stream.aclose()

    def sight(self, since):
        frames = [f for f in list(self.frames) if f.arrived >= since]
        latest = self.latest.convert(rtc.VideoBufferType.I420) if self.latest.type != rtc.VideoBufferType.I420 else self.latest
        count = latest.width * latest.height
        picture = np.frombuffer(latest.data, dtype=np.uint8, count=count).reshape(latest.height, latest.width)
        return Sight(frames, picture)

    def sound(self, since):
        blocks = [samples for arrived, samples in list(self.blocks) if arrived >= since]
        return np.concatenate(blocks) if blocks else np.zeros(0)

    def tone(self, hertz, since):
        """The median amplitude of a tone since then: a click or a gap does not count, silence half the time does."""
        levels = [level for _, level in tone_levels(self.sound(since), SAMPLE_RATE, hertz, window=0.05)]
        return float(np.median(levels)) if levels else 0.0

    async def bytes_received(self):
        """Bytes of payload that the track has received."""
        for stat in await self.track.get_stats():
            if stat.WhichOneof("stats") == "inbound_rtp":
                return stat.inbound_rtp.inbound.bytes_received
        return 0

    async def bitrate(self, seconds):
        """Bits of payload a second, over some seconds."""
        before, begun = await self.bytes_received(), time.monotonic()
        await asyncio.sleep(seconds)
        return 8 * (await self.bytes_received() - before) / (time.monotonic() - begun)

    async def close(self):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


class Subscriber:
    """Subscribes to everything; of layered pictures it asks for one quality if told."""

    def __init__(self, server, room_name, identity="watcher", quality=None):
        self.server, self.room_name, self.identity, self.quality = server, room_name, identity, quality
        self.room = rtc.Room()
        self.events = []  # (name, what it is about): participants by identity, tracks by sid
        self.tracks = []  # every subscription there was, in order
        self.room.on("participant_connected", lambda p: self.events.append(("came", p.identity)))
        self.room.on("participant_disconnected", lambda p: self.events.append(("left", p.identity)))
        self.room.on("track_unpublished", lambda publication, _: self.events.append(("unpublished", publication.sid)))
        self.room.on("track_subscribed", self._subscribed)

    def _subscribed(self, track, publication, participant):
        self.events.append(("subscribed", publication.sid))
        if self.quality is not None and track.kind == rtc.TrackKind.KIND_VIDEO:
            publication.set_video_quality(self.quality)
        self.tracks.append(Track(track, publication, participant.identity))

    async def connect(self):
        await self.room.connect(self.server.url, self.server.token(self.identity, self.room_name), rtc.RoomOptions())
        return self

    def participant(self, identity):
        return self.room.remote_participants.get(identity)

    async def track(self, identity, kind, timeout=30):
        """The newest subscription to a track of somebody, once something has come of it."""
        wanted = rtc.TrackKind.KIND_VIDEO if kind == "video" else rtc.TrackKind.KIND_AUDIO
        deadline = time.monotonic() + timeout
        while True:
            for track in reversed(self.tracks):
                if track.identity == identity and track.track.kind == wanted and (track.frames or track.blocks):
                    return track
            assert time.monotonic() < deadline, f"no {kind} of {identity} within {timeout} s; seen: {self.events}"
            await asyncio.sleep(0.05)

    async def look(self, identity, seconds=3, size=None, timeout=30):
        """What somebody's pictures are for some seconds, begun once they have the size that is waited for."""
        track = await self.track(identity, "video", timeout)
        await until(lambda: size is None or track.frames[-1].size == size, timeout,
                    lambda: f"pictures of {identity} in {size}, not {track.frames[-1].size}")
        since = time.monotonic()
        await asyncio.sleep(seconds)
        return track.sight(since)

    async def hears(self, identity, hertz, level=0.05, timeout=30, seconds=1):
        """Waits until a tone of somebody has been heard for a while."""
        track = await self.track(identity, "audio", timeout)
        await until(lambda: track.tone(hertz, time.monotonic() - seconds) > level, timeout,
                    lambda: f"{hertz} Hz of {identity}: {track.tone(hertz, time.monotonic() - seconds):.3f}")
        return track

    async def close(self):
        for track in self.tracks:
            await track.close()
        await self.room.disconnect()


async def until(predicate, timeout, what):
    """Waits until something holds; `what` says it, or is asked for it when it does not come."""
    deadline = time.monotonic() + timeout
    while not predicate():
        assert time.monotonic() < deadline, f"{what() if callable(what) else what}: not within {timeout} s"
        await asyncio.sleep(0.05)
