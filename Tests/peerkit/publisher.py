"""An unmodified LiveKit client that publishes footage and a tone, or beeps and flashes."""

import asyncio
import contextlib
import math
import os
import time

import numpy as np
from livekit import rtc

from . import footage

SAMPLE_RATE = 48_000
BLOCK = SAMPLE_RATE // 100  # 10 ms

FLASH_PERIOD = 2.0
FLASH_LENGTH = 0.2
BEEP_HERTZ = 1000

WHITE = (225, 128, 128)


class Publisher:
    def __init__(self, server, room_name, identity, clip=None, hertz=None, codec="vp8", size=(640, 360), fps=25,
                 beep_and_flash=False, simulcast=True, bitrate=1_700_000, colour=None):
        self.server, self.room_name, self.identity = server, room_name, identity
        self.clip, self.hertz, self.codec, self.size, self.fps = clip, hertz, codec, size, fps
        self.beep_and_flash, self.simulcast, self.bitrate = beep_and_flash, simulcast, bitrate
        self.colour = colour  # (Y, U, V) of a plain picture
        self.worst_delay = 0.0  # by how many seconds a block of sound was given away late at most: who is heard later has an excuse
        self.mark = None  # (begin, end) in seconds since the start: the tone a fifth higher, the picture white
        self.room = rtc.Room()
        self.events = []
        self.data = []
        self.subscribed = {}
        self.tasks = []
        self._listen()

    def _listen(self):
        for name in ("participant_connected", "participant_disconnected", "track_published", "track_unpublished",
                     "track_muted", "track_unmuted", "active_speakers_changed", "disconnected"):
            self.room.on(name, lambda *arguments, name=name: self.events.append((name, arguments)))
        self.room.on("data_received", self.data.append)
        self.room.on("track_subscribed", self._on_subscribed)

    def _on_subscribed(self, track, publication, participant):
        self.subscribed[(participant.identity, publication.source)] = (track, publication)
        self.events.append(("track_subscribed", (track, publication, participant)))

    async def connect(self, url=None, **options):
        token = self.server.token(self.identity, self.room_name)
        await self.room.connect(url or self.server.url, token, rtc.RoomOptions(**options))
        return self

    async def publish(self):
        # A publisher that is late is heard late: on a busy machine it goes before what it is recorded by.
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, -5)
        self.started = time.monotonic()
        if self.hertz or self.beep_and_flash:
            source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=0)
            track = rtc.LocalAudioTrack.create_audio_track("tone", source)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False)
            self.audio = await self.room.local_participant.publish_track(track, options)
            self.audio_track = track
            self.tasks.append(asyncio.create_task(self._play(source)))
        if self.clip or self.colour or self.beep_and_flash:
            source = rtc.VideoSource(*self.size)
            track = rtc.LocalVideoTrack.create_video_track("camera", source)
            options = rtc.TrackPublishOptions(
                source=rtc.TrackSource.SOURCE_CAMERA, simulcast=self.simulcast,
                video_codec=getattr(rtc.VideoCodec, self.codec.upper()),
                video_encoding=rtc.VideoEncoding(max_framerate=self.fps, max_bitrate=self.bitrate))
            self.video = await self.room.local_participant.publish_track(track, options)
            self.video_track = track
            self.tasks.append(asyncio.create_task(self._show(source)))
        return self

    def mark_soon(self, length, after=0.5):
        """Marks a time from now on, sharply: sound to the sample, picture to the frame."""
        begin = math.ceil((time.monotonic() - self.started + after) * self.fps) / self.fps
        self.mark = (begin, begin + length)

    def _marked(self, seconds):
        return self.mark is not None and self.mark[0] - 1e-6 <= seconds < self.mark[1] - 1e-6

    async def unpublish_video(self):
        self.tasks.pop().cancel()
        await self.room.local_participant.unpublish_track(self.video.sid)

    async def _play(self, source):
        # As from a microphone: what was before the track is not played after it. A burst of overdue frames would also
        # bend libwebrtc's estimate of the capture clock (TimestampAligner) for good.
        position = math.ceil((time.monotonic() - self.started) * SAMPLE_RATE / BLOCK) * BLOCK
        await _sleep_until(self.started + position / SAMPLE_RATE)
        amplitude = 0.25 * 32767
        while True:
            index = np.arange(position, position + BLOCK)
            seconds = index / SAMPLE_RATE
            if self.beep_and_flash:
                samples = amplitude * np.sin(2 * np.pi * BEEP_HERTZ * seconds)
                samples *= (seconds % FLASH_PERIOD) < FLASH_LENGTH
            else:
                hertz = self.hertz * 1.5 if self._marked(seconds[0]) else self.hertz
                samples = amplitude * np.sin(2 * np.pi * hertz * seconds)
            frame = rtc.AudioFrame(samples.astype(np.int16).tobytes(), SAMPLE_RATE, 1, BLOCK)
            self.worst_delay = max(self.worst_delay, time.monotonic() - self.started - position / SAMPLE_RATE)
            await source.capture_frame(frame)
            position += BLOCK
            await _sleep_until(self.started + position / SAMPLE_RATE)

    async def _show(self, source):
        width, height = self.size
        pictures = footage.frames(self.clip, width, height) if self.clip else None
        dark, bright, white = (_plain(width, height, *colour) for colour in ((40, 128, 128), (235, 128, 128), WHITE))
        plain = _plain(width, height, *self.colour) if self.colour else None
        number = math.ceil((time.monotonic() - self.started) * self.fps)
        await _sleep_until(self.started + number / self.fps)
        while True:
            seconds = number / self.fps
            if pictures:
                data = pictures[number % len(pictures)]
            elif plain:
                data = white if self._marked(seconds) else plain
            else:
                data = bright if seconds % FLASH_PERIOD < FLASH_LENGTH else dark
            frame = rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, data)
            source.capture_frame(frame, timestamp_us=int((self.started + seconds) * 1_000_000))
            number += 1
            await _sleep_until(self.started + number / self.fps)

    async def wait_for(self, predicate, timeout=10, what="condition"):
        deadline = time.monotonic() + timeout
        while not predicate():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.identity}: {what} not seen in {timeout} s; events: "
                                   f"{[name for name, _ in self.events]}")
            await asyncio.sleep(0.02)

    def count(self, event):
        return sum(1 for name, _ in self.events if name == event)

    async def close(self):
        for task in self.tasks:
            task.cancel()
        for task in self.tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.room.disconnect()


def _plain(width, height, y, u, v):
    quarter = width * height // 4
    return bytes([y]) * (width * height) + bytes([u]) * quarter + bytes([v]) * quarter


async def _sleep_until(moment):
    # Python's loop wakes a little late; a clock that is behind catches up without drifting.
    await asyncio.sleep(max(0, moment - time.monotonic()))
