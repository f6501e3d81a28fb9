"""Milliseconds from the making of a picture to its arrival at a subscriber: each picture carries the moment it was made at."""

import argparse
import asyncio
import collections
import contextlib
import dataclasses
import fractions
import multiprocessing
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
import zlib

import av
import numpy as np
from livekit import api, rtc

from figures import go_first
from peerkit import footage, ingress
from peerkit.ports import free_port
from peerkit.server import SluiceServer
from peerkit.subscriber import Subscriber, until

SIZE, FPS, KILOBITS = (1280, 720), 30, 2500
HERTZ, SAMPLE_RATE = 440, 48_000
ROOM, WATCHED = "bench", "source"

# The clock: one row of 32 squares across the top, black or white: 24 bits of milliseconds, 8 bits of a check.
SQUARES, CHECK_BITS = 32, 8
SIDE = SIZE[0] // SQUARES
BLACK, WHITE = 16, 235


# MARK: The clock in the picture


def milliseconds():
    """The clock that all processes of this machine share, as far as a picture has room for it."""
    return time.monotonic_ns() // 1_000_000 & 0xFFFFFF


def _check(value):
    return zlib.crc32(value.to_bytes(3, "big")) & 0xFF


def draw(luma, value):
    word = value << CHECK_BITS | _check(value)
    bits = np.array([word >> (SQUARES - 1 - n) & 1 for n in range(SQUARES)], dtype=bool)
    luma[:SIDE] = np.repeat(np.where(bits, WHITE, BLACK).astype(np.uint8), SIDE)


def read(luma):
    """The moment in a picture of any size, from the middle of each square; None if the check is wrong."""
    side = luma.shape[1] // SQUARES
    inner = luma[side // 4 : side - side // 4].reshape(-1, SQUARES, side)[:, :, side // 4 : side - side // 4]
    word = 0
    for level in inner.mean(axis=(0, 2)):
        word = word << 1 | int(level > (BLACK + WHITE) / 2)
    value = word >> CHECK_BITS
    return value if word & 0xFF == _check(value) else None


@dataclasses.dataclass
class Readings:
    """What was read of arriving pictures: (moment of arrival in monotonic seconds, milliseconds on the way)."""

    seen: list = dataclasses.field(default_factory=list)
    unreadable: int = 0
    sizes: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def take(self, luma):
        arrived, now = time.monotonic(), milliseconds()
        self.sizes[luma.shape[1], luma.shape[0]] += 1
        made = read(luma)
        if made is None:
            self.unreadable += 1
        else:
            self.seen.append((arrived, now - made & 0xFFFFFF))


# MARK: Publishers, each a process of its own


class Pictures:
    """Footage at the pace of time, with the clock in it; a moment that was missed is made up for, as ffmpeg counts pictures."""

    def __init__(self):
        width, height = SIZE
        self.frames = [np.frombuffer(bytearray(f), dtype=np.uint8) for f in footage.frames("bigbuckbunny", width, height)]
        self.lumas = [f[: width * height].reshape(height, width) for f in self.frames]
        self.number = 0
        self.begin()

    def begin(self):
        """The time of what was made so far counts from now."""
        self.begun = time.monotonic()

    def wait(self):
        """How long until the next is due."""
        return max(0, self.begun + self.number / FPS - time.monotonic())

    def next(self):
        index = self.number % len(self.frames)
        self.number += 1
        draw(self.lumas[index], milliseconds())
        return self.frames[index]


def _tone(first, count):
    return (0.25 * 32767 * np.sin(2 * np.pi * HERTZ * np.arange(first, first + count) / SAMPLE_RATE)).astype(np.int16)


def feed_ffmpeg(url, sound, stop):
    """The `ffmpeg` program, given raw pictures through a pipe as they are made."""
    rate = f"{KILOBITS}k"
    # Not held back by `-re`, behind which pictures would wait a third of a second: it keeps their pace anyway.
    heard = ["-f", "lavfi", "-i", f"sine=frequency={HERTZ}:sample_rate={SAMPLE_RATE}", "-c:a", "aac", "-b:a", "128k"]
    command = ["ffmpeg", "-v", "error", "-fpsprobesize", "0", "-analyzeduration", "0", "-f", "rawvideo", "-pix_fmt", "yuv420p",
               "-video_size", f"{SIZE[0]}x{SIZE[1]}", "-framerate", str(FPS), "-i", "pipe:0", *(heard if sound else []),
               "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-b:v", rate, "-maxrate", rate,
               "-bufsize", rate, "-g", str(2 * FPS), "-flvflags", "no_duration_filesize", "-f", "flv", url]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        pictures = Pictures()
        # It is taken once ffmpeg stands.
        encoder.stdin.write(pictures.next())
        pictures.begin()
        while not stop.wait(pictures.wait()):
            encoder.stdin.write(pictures.next())
    finally:
        encoder.kill()
        encoder.wait()


def publish_whip(url, key, sound, stop):
    """The WHIP muxer of the FFmpeg inside PyAV, which sends each picture as soon as it is encoded."""
    options = {"authorization": key, "handshake_timeout": "10000", "max_interleave_delta": "1"}
    with av.open(url, "w", format="whip", options=options) as output:
        video = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "tune": "zerolatency"})
        video.width, video.height, video.pix_fmt, video.bit_rate = *SIZE, "yuv420p", KILOBITS * 1000
        video.gop_size, video.max_b_frames, video.profile = 2 * FPS, 0, "Baseline"
        if sound:
            audio = output.add_stream("libopus", rate=SAMPLE_RATE, layout="stereo")
            audio.codec_context.format = "s16"
        pictures, samples, block = Pictures(), 0, SAMPLE_RATE // 50
        while not stop.wait(pictures.wait()):
            shown = pictures.number
            # Sound goes ahead: the muxer holds a picture back until there is sound that comes after it.
            while sound and samples <= SAMPLE_RATE * shown // FPS + block:
                tone = av.AudioFrame.from_ndarray(np.repeat(_tone(samples, block), 2).reshape(1, -1), "s16", "stereo")
                tone.sample_rate, tone.pts, tone.time_base = SAMPLE_RATE, samples, fractions.Fraction(1, SAMPLE_RATE)
                output.mux(audio.encode(tone))
                samples += block
            frame = av.VideoFrame.from_ndarray(pictures.next().reshape(SIZE[1] * 3 // 2, SIZE[0]), format="yuv420p")
            frame.pts, frame.time_base = shown, fractions.Fraction(1, FPS)
            output.mux(video.encode(frame))


def publish_sdk(url, token, sound, stop):
    """The LiveKit client itself as the publisher."""
    asyncio.run(_publish_sdk(url, token, sound, stop))


async def _publish_sdk(url, token, sound, stop):
    room = rtc.Room()
    await room.connect(url, token, rtc.RoomOptions())
    person = room.local_participant
    if sound:
        source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=0)
        await person.publish_track(rtc.LocalAudioTrack.create_audio_track("sound", source), rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False))
        playing = asyncio.create_task(_play(source))
    camera = rtc.VideoSource(*SIZE)
    await person.publish_track(rtc.LocalVideoTrack.create_video_track("camera", camera), rtc.TrackPublishOptions(
        source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False, video_codec=rtc.VideoCodec.H264,
        video_encoding=rtc.VideoEncoding(max_framerate=FPS, max_bitrate=KILOBITS * 1000)))
    pictures = Pictures()
    while not stop.is_set():
        await asyncio.sleep(pictures.wait())
        camera.capture_frame(rtc.VideoFrame(*SIZE, rtc.VideoBufferType.I420, pictures.next().data))
    if sound:
        playing.cancel()
    await room.disconnect()


async def _play(source):
    begun, samples, block = time.monotonic(), 0, SAMPLE_RATE // 100
    while True:
        await source.capture_frame(rtc.AudioFrame(_tone(samples, block).tobytes(), SAMPLE_RATE, 1, block))
        samples += block
        await asyncio.sleep(max(0, begun + samples / SAMPLE_RATE - time.monotonic()))


@contextlib.contextmanager
def running(publisher, *arguments):
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    process = context.Process(target=publisher, args=(*arguments, stop))
    process.start()
    try:
        yield
        assert process.is_alive(), f"{publisher.__name__} ended with {process.exitcode} before it was told to"
    finally:
        stop.set()
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()


# MARK: Receivers


class Watcher(Subscriber):
    """A LiveKit client that reads the clock of the pictures it is shown."""

    def __init__(self, server):
        super().__init__(server, ROOM, quality=rtc.VideoQuality.VIDEO_QUALITY_HIGH)
        self.readings, self.task, self.watched = Readings(), None, None

    def _subscribed(self, track, publication, participant):
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            if publication.simulcasted:
                publication.set_video_quality(self.quality)
            self.task, self.watched = asyncio.create_task(self._read(track)), track

    async def _read(self, track):
        stream = rtc.VideoStream(track)
        async for event in stream:
            frame = event.frame
            if frame.type != rtc.VideoBufferType.I420:
                frame = frame.convert(rtc.VideoBufferType.I420)
            luma = np.frombuffer(frame.data, dtype=np.uint8, count=frame.width * frame.height)
            self.readings.take(luma.reshape(frame.height, frame.width))

    async def waited(self):
        """(pictures, seconds that they waited in the client's jitter buffer, seconds of decoding) so far."""
        for stat in await self.watched.get_stats():
            if stat.WhichOneof("stats") == "inbound_rtp":
                inbound = stat.inbound_rtp.inbound
                return np.array([inbound.frames_decoded, inbound.jitter_buffer_delay, inbound.total_decode_time])
        return np.zeros(3)

    async def close(self):
        if self.task:
            self.task.cancel()
        await super().close()


async def measured(readings, options, waited=None):
    """The readings of some seconds, begun a while after pictures of the full size come; `waited` tells of the client's parts."""
    await until(lambda: readings.sizes[SIZE] > 0, 40, lambda: f"pictures in {SIZE}, not {dict(readings.sizes)}")
    await asyncio.sleep(options.settle)
    parts = await waited() if waited else np.zeros(3)
    begun, before = time.monotonic(), (readings.unreadable, collections.Counter(readings.sizes))
    await asyncio.sleep(options.seconds)
    parts = (await waited() if waited else np.zeros(3)) - parts
    unreadable, sizes = readings.unreadable - before[0], readings.sizes - before[1]
    return Result([way for arrived, way in readings.seen if arrived >= begun], unreadable, sizes, int(parts[0]),
                  *(1000 * parts[1:] / max(1, parts[0])))


@dataclasses.dataclass
class Result:
    ways: list  # milliseconds, picture by picture
    unreadable: int
    sizes: collections.Counter
    decoded: int  # pictures that the client decoded, whether or not it was in time to read them; 0 without a client
    buffered: float  # milliseconds in the client's jitter buffer, in the mean; 0 without a client
    decoding: float  # the same of its decoder


class Listener(threading.Thread):
    """The FFmpeg inside PyAV, waiting for an RTMP publisher and decoding what comes at once."""

    def __init__(self, url, readings):
        super().__init__(daemon=True)
        self.url, self.readings = url, readings

    def run(self):
        with contextlib.suppress(av.FFmpegError), av.open(self.url, options={"listen": "1"}, timeout=30) as source:
            stream = source.streams.video[0]
            stream.thread_count, stream.codec_context.flags = 1, stream.codec_context.flags | av.codec.context.Flags.low_delay
            for frame in source.decode(stream):
                plane = frame.planes[0]
                luma = np.frombuffer(plane, dtype=np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
                self.readings.take(luma)


# MARK: The ways


async def rtmp_transcoded(server, lk, options):
    preset = api.IngressVideoEncodingPreset.H264_720P_30FPS_3_LAYERS
    info = await ingress.create(lk, ingress.RTMP, ROOM, WATCHED, video=ingress.video(preset))
    with running(feed_ffmpeg, ingress.address(info), options.sound):
        return await watched(server, options)


async def rtmp_direct(_, __, options):
    readings, url = Readings(), f"rtmp://127.0.0.1:{free_port()}/live/direct"
    listener = Listener(url, readings)
    listener.start()
    await asyncio.sleep(1)
    with running(feed_ffmpeg, url, options.sound):
        result = await measured(readings, options)
    await asyncio.to_thread(listener.join, 5)
    return result


async def whip_forwarded(server, lk, options):
    info = await ingress.create(lk, ingress.WHIP, ROOM, WATCHED)
    with running(publish_whip, info.url, info.stream_key, options.sound):
        return await watched(server, options)


async def sdk(server, _, options):
    with running(publish_sdk, server.url, server.token(WATCHED, ROOM), options.sound):
        return await watched(server, options)


async def watched(server, options):
    watcher = await Watcher(server).connect()
    try:
        return await measured(watcher.readings, options, watcher.waited)
    finally:
        await watcher.close()


WAYS = {
    "rtmp": ("RTMP, three layers, to the SDK", rtmp_transcoded),
    "rtmp-direct": ("RTMP without Sluice, to FFmpeg", rtmp_direct),
    "whip": ("WHIP, forwarded, to the SDK", whip_forwarded),
    "sdk": ("SDK to SDK through the room", sdk),
}


async def measure(way, folder, options):
    """One way on a server of its own."""
    with SluiceServer(folder) as server:
        async with server.api() as lk:
            return await way(server, lk, options)


def show(name, rounds, due):
    ways = sorted(way for result in rounds for way in result.ways)
    medians = [statistics.median(result.ways) for result in rounds]
    high = ways[min(len(ways) - 1, int(0.95 * len(ways)))]
    sizes = sum((result.sizes for result in rounds), collections.Counter())
    print(f"{name:32} median {statistics.median(ways):5.0f}   of a round {min(medians):.0f} … {max(medians):.0f}   "
          f"95 % {high:5.0f}   max {ways[-1]:5.0f}   pictures {len(ways)} of {due:.0f}   "
          f"in {', '.join(f'{w}x{h}: {n}' for (w, h), n in sizes.items())}   unreadable {sum(r.unreadable for r in rounds)}")
    if any(result.buffered for result in rounds):
        print(f"{'':32} of it in the SDK's jitter buffer {statistics.mean(r.buffered for r in rounds):.0f}, "
              f"in its decoder {statistics.mean(r.decoding for r in rounds):.1f} (means); it decoded {sum(r.decoded for r in rounds)}")
    return statistics.median(ways)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--settle", type=float, default=5, help="seconds left out after the first picture of the full size")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--silent", dest="sound", action="store_false", help="pictures alone, no sound beside them")
    parser.add_argument("--way", choices=WAYS, action="append", help="only these; all if left out")
    options = parser.parse_args()
    go_first()
    results = {key: [] for key in options.way or WAYS}
    with tempfile.TemporaryDirectory() as name:
        for number in range(options.rounds):
            for key, rounds in results.items():
                place = pathlib.Path(name) / f"{key}-{number}"
                place.mkdir()
                rounds.append(asyncio.run(measure(WAYS[key][1], place, options)))
    print(f"milliseconds from making a picture to having it decoded, {options.rounds} rounds of {options.seconds:g} s, "
          f"{SIZE[0]}x{SIZE[1]} at {FPS}, {'with' if options.sound else 'no'} sound; load {os.getloadavg()[0]:.1f}")
    medians = {key: show(WAYS[key][0], rounds, len(rounds) * options.seconds * FPS) for key, rounds in results.items()}
    for over, base in (("rtmp", "rtmp-direct"), ("whip", "sdk")):
        if over in medians and base in medians:
            print(f"{over} over {base}: {medians[over] - medians[base]:+.0f} ms")
    print("contained everywhere: the publisher's pipe or copy and its encoder, loopback, the receiver's decoder and the reading;\n"
          "with the SDK as the receiver also its jitter buffer, its way of keeping sound and picture together, and Python")


if __name__ == "__main__":
    main()
