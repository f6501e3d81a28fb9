"""CPU seconds per ingested second of an RTMP source made into three layers: the session, the ffmpeg program doing the same."""

import argparse
import asyncio
import contextlib
import dataclasses
import math
import os
import pathlib
import re
import subprocess
import tempfile
import time

import yaml
from livekit import api, rtc

from figures import cpu_seconds, go_first, let_go_first, median_interval, row
from peerkit import footage, ingress, samples
from peerkit.deployment import Deployment
from peerkit.server import ROOT, binary
from peerkit.servers import KEY, SECRET

SIZE, FPS, KILOBITS = (1280, 720), 30, 4000
ROOM, WATCHED = "bench", "source"
PRESET = api.IngressVideoEncodingPreset.H264_720P_30FPS_3_LAYERS
QUALITIES = {"HIGH": rtc.VideoQuality.VIDEO_QUALITY_HIGH, "MEDIUM": rtc.VideoQuality.VIDEO_QUALITY_MEDIUM,
             "LOW": rtc.VideoQuality.VIDEO_QUALITY_LOW}
# Pictures that a layer may lack at the edges of the measured time, since nobody looks at all of them at the same moment.
SLACK = 3


def layers():
    """The preset's layers from the largest to the smallest, as its file has them."""
    plan = yaml.safe_load((ROOT / "pipelines/ingress-h264-720p-30fps-3-layers.yaml").read_text())
    return sorted(plan["video"]["layers"], key=lambda layer: -layer["width"])


def threads(layer):
    """What LayerEncoder.swift begins with: one for each 1.2 times 720p30, no more than there are processors, nor than four."""
    return max(1, min(math.ceil(layer["width"] * layer["height"] * FPS / (1280 * 720 * 30 * 1.2)), os.cpu_count(), 4))


def encoder(layer):
    """What LayerEncoder.swift and VideoEncoder.swift tell x264: no look-ahead, a buffer of one second, key frames each 10 s."""
    rate = str(layer["bitrate"])
    return ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "baseline", "-b:v", rate,
            "-maxrate", rate, "-bufsize", rate, "-bf", "0", "-sc_threshold", "0", "-g", str(60 * FPS), "-forced-idr", "1",
            "-force_key_frames", "expr:gte(t,n_forced*10)", "-threads:v", str(threads(layer)), "-r", str(FPS)]


# MARK: Sluice


class Source:
    """`ffmpeg` publishing what was encoded before, over and over."""

    def __init__(self, film, url):
        self.command = ["ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(film), "-c", "copy",
                        "-f", "flv", url]

    def __enter__(self):
        self.process = subprocess.Popen(self.command)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


@dataclasses.dataclass
class Layer:
    """What a subscriber had of a layer in the measured time."""

    name: str
    size: tuple
    pictures: int
    key_frames: int
    seconds: float

    @property
    def rate(self):
        return self.pictures / self.seconds

    @property
    def is_whole(self):
        return self.pictures >= FPS * self.seconds - SLACK


class Watcher:
    """An unmodified LiveKit client that is sent one layer. Its WebRTC receives and decodes, nobody looks at the pictures: clients
    that are dear leave a small machine no time for what is measured."""

    def __init__(self, server, quality):
        self.server, self.quality, self.room, self.track = server, quality, rtc.Room(), None
        self.room.on("track_published", lambda publication, _: self._wish(publication))
        self.room.on("track_subscribed", self._subscribed)

    def _wish(self, publication):
        publication.set_subscribed(publication.kind == rtc.TrackKind.KIND_VIDEO)

    def _subscribed(self, track, publication, _):
        publication.set_video_quality(self.quality)
        self.track = track

    async def connect(self):
        token = self.server.token(f"watcher-{self.quality}", ROOM)
        await self.room.connect(self.server.url, token, rtc.RoomOptions(auto_subscribe=False))
        for person in self.room.remote_participants.values():
            for publication in person.track_publications.values():
                self._wish(publication)
        return self

    async def count(self):
        """What its WebRTC counts of the track, and when it was asked; None before there is anything to count."""
        stats = await self.track.get_stats() if self.track else []
        return next(((time.monotonic(), s.inbound_rtp.inbound) for s in stats if s.WhichOneof("stats") == "inbound_rtp"), None)

    async def shown(self, size, timeout=40):
        """Waits until the pictures have a size."""
        deadline, seen = time.monotonic() + timeout, None
        while seen != size:
            assert time.monotonic() < deadline, f"pictures in {seen}, not in {size}, after {timeout} s"
            await asyncio.sleep(0.2)
            counted = await self.count()
            seen = counted and (counted[1].frame_width, counted[1].frame_height)


@contextlib.asynccontextmanager
async def watching(deployed):
    """A client for each layer."""
    watchers = {name: await Watcher(deployed.room, quality).connect() for name, quality in QUALITIES.items()}
    try:
        yield watchers
    finally:
        for watcher in watchers.values():
            await watcher.room.disconnect()


async def shown(watchers):
    """Waits until each is shown the layer that it asked for."""
    for layer in layers():
        await watchers[layer["quality"]].shown((layer["width"], layer["height"]))


async def watch(deployed, folder, film, options):
    """(CPU seconds per second of session, worker and room; the layers as they were received; what the session spared itself)"""
    async with deployed.room.api() as lk, watching(deployed) as watchers:
        info = await ingress.create(lk, ingress.RTMP, ROOM, WATCHED, video=ingress.video(PRESET))
        with Source(film, ingress.address(info)):
            await shown(watchers)
            session, = deployed.ingress.sessions()
            processes = [session, deployed.ingress.process.pid, deployed.room.process.pid]
            for pid in processes:
                let_go_first(pid)
            await asyncio.sleep(options.settle)
            before, begun = [cpu_seconds(pid) for pid in processes], time.monotonic()
            first = {name: await watcher.count() for name, watcher in watchers.items()}
            await asyncio.sleep(options.seconds)
            last = {name: await watcher.count() for name, watcher in watchers.items()}
            elapsed = time.monotonic() - begun
            costs = [(cpu_seconds(pid) - b) / elapsed for pid, b in zip(processes, before)]
    received = [Layer(name, (end.frame_width, end.frame_height), end.frames_received - first[name][1].frames_received,
                      end.key_frames_decoded - first[name][1].key_frames_decoded, at - first[name][0])
                for name, (at, end) in last.items()]
    logs = "".join(path.read_text(errors="replace") for path in folder.rglob("*-sessions/*") if path.is_file())
    return costs, received, re.findall(r".*(?:were left out|less effort|more threads).*", logs)


async def sluice(folder, film, options):
    with Deployment(folder, workers=0, ingress=True) as deployed:
        return await watch(deployed, folder, film, options)


# MARK: ffmpeg


def ffmpeg(film, options):
    """CPU seconds per second of the ffmpeg program making the same layers and the same sound of the same file, at the pace of time and to
    nowhere. How it decodes is left to it."""
    top, *lower = layers()
    # Each size is scaled from the next larger one, as the session does it, which is the cheaper way.
    graph = "[0:v]split=2[v0][s0]"
    for number, layer in enumerate(lower, 1):
        outputs = f"[v{number}]" if number == len(lower) else f",split=2[v{number}][s{number}]"
        graph += f";[s{number - 1}]scale={layer['width']}:{layer['height']}:flags=fast_bilinear{outputs}"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-re", "-i", str(film), "-t",
               str(options.seconds), "-filter_complex", graph]
    for number, layer in enumerate([top, *lower]):
        command += ["-map", f"[v{number}]", *encoder(layer), "-t", str(options.seconds), "-f", "null", "-"]
    command += ["-map", "0:a", "-c:a", "libopus", "-b:a", "96k", "-ar", "48000", "-ac", "2", "-t", str(options.seconds),
                "-f", "null", "-"]
    before = os.times()
    subprocess.run(command, check=True)
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system) / options.seconds


async def ffmpeg_beside_watchers(folder, film, encoded, options):
    """The program while the same layers, encoded before, are published and watched as they are of a session: what else a
    machine does makes every CPU second dearer, by caches and by cores that are halves of one."""
    with Deployment(folder, workers=0) as deployed:
        publisher = subprocess.Popen(
            [binary(), "bench", "publish", "--url", deployed.room.http, "--room", ROOM, "--count", "1",
             "--seconds", str(options.seconds + 120), "--keys", f"{KEY}:{SECRET}",
             *(f"--layer={rid}:{file}" for rid, file in encoded.items())],
            stdout=subprocess.PIPE)
        try:
            publisher.stdout.readline()
            async with watching(deployed) as watchers:
                await shown(watchers)
                cost = await asyncio.to_thread(ffmpeg, film, options)
            assert publisher.poll() is None, "the layers beside ffmpeg ended before it did"
            return cost
        finally:
            publisher.kill()
            publisher.wait()


@dataclasses.dataclass
class Round:
    """What was measured one after the other, so that both had the same machine."""

    session: float
    worker: float
    room: float
    layers: list
    notes: list
    beside: float
    alone: float

    @property
    def is_valid(self):
        """Whether all of the work was done."""
        return all(layer.is_whole for layer in self.layers) and not any(re.search("left out|less effort", n) for n in self.notes)

    def show(self, number):
        print(f"round {number}: session {self.session:.3f}, ffmpeg {self.beside:.3f} beside watchers ({self.session / self.beside:.3f}), "
              f"{self.alone:.3f} alone; {'valid' if self.is_valid else 'INVALID, not all of the work was done'}", flush=True)
        if not self.is_valid:
            for layer in self.layers:
                print(f"    {layer.name:6} {layer.size[0]}x{layer.size[1]}: {layer.pictures} pictures in {layer.seconds:.1f} s, "
                      f"{layer.rate:.2f} a second, {layer.key_frames} key frames")
        for note in self.notes:
            print(f"    the session says: {note}")


def measure(folder, film, encoded, options, sluice_first):
    """One round. The two take turns at going first: a machine that gets slower would favour the one that always does."""
    def ours():
        return asyncio.run(sluice(folder, film, options))

    def theirs():
        (folder / "ffmpeg").mkdir(parents=True)
        return asyncio.run(ffmpeg_beside_watchers(folder / "ffmpeg", film, encoded, options))

    folder.mkdir()
    if sluice_first:
        costs, received, notes = ours()
        beside = theirs()
    else:
        beside = theirs()
        costs, received, notes = ours()
    return Round(*costs, received, notes, beside, ffmpeg(film, options))


def summary(rounds, invalid, options):
    print(f"CPU seconds per ingested second, {len(rounds)} rounds of {options.seconds:g} s, {invalid} more invalid; "
          f"load {os.getloadavg()[0]:.1f}")
    row("session", [r.session for r in rounds])
    row("ffmpeg, the same work beside watchers", [r.beside for r in rounds])
    row("ffmpeg, the same work alone", [r.alone for r in rounds])
    row("ingress worker", [r.worker for r in rounds])
    row("room server, three subscribers", [r.room for r in rounds])
    for name, ratios in (("beside watchers", [r.session / r.beside for r in rounds]), ("alone", [r.session / r.alone for r in rounds])):
        row(f"ratio session / ffmpeg {name}", ratios)
        if interval := median_interval(ratios):
            print(f"{'':40} the median with 95 %: {interval[0]:.3f} … {interval[1]:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--settle", type=float, default=4, help="seconds left out after all layers have come")
    parser.add_argument("--rounds", type=int, default=12, help="valid ones that are wanted; as many may be invalid")
    options = parser.parse_args()
    go_first()
    rounds, invalid = [], 0
    film = footage.film(SIZE, FPS, hertz=440, seconds=options.seconds + 1, kilobits=KILOBITS)
    with tempfile.TemporaryDirectory() as name:
        encoded = {rid: samples.encode(pathlib.Path(name) / f"{rid}.h264", "h264", size=(layer["width"], layer["height"]),
                                       fps=FPS, seconds=10, kilobits=layer["bitrate"] // 1000)
                   for rid, layer in zip("qhf", reversed(layers()))}
        while len(rounds) < options.rounds and invalid < options.rounds:
            number = len(rounds) + invalid
            measured = measure(pathlib.Path(name) / f"round-{number}", film, encoded, options, sluice_first=number % 2 == 0)
            measured.show(number + 1)
            if measured.is_valid:
                rounds.append(measured)
            else:
                invalid += 1
    if not rounds:
        raise SystemExit("no round is valid: the machine had no time for all layers at the full rate")
    summary(rounds, invalid, options)


if __name__ == "__main__":
    main()
