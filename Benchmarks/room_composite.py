"""CPU seconds per recorded second: the job, the ffmpeg program doing the same work, the encoder alone."""

import argparse
import asyncio
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

from livekit import api

from figures import cpu_seconds
from peerkit import egress
from peerkit.footage import clip_path
from peerkit.recording import Recording
from peerkit.server import SluiceServer, binary

COUNT = 9
LAYERS = {"q": (320, 180, 150), "h": (640, 360, 500), "f": (1280, 720, 2500)}
# What the job encodes with: H264_720P_30 of pipelines/, as x264 is told.
ENCODER = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-b:v", "3000k", "-maxrate", "3000k",
           "-bufsize", "6000k", "-pix_fmt", "yuv420p", "-r", "30"]


def run(command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def material(folder):
    """The clip at 30 frames a second in three VP8 layers, a key frame each second."""
    files = {}
    for rid, (width, height, kilobits) in LAYERS.items():
        files[rid] = folder / f"{rid}.ivf"
        if not files[rid].exists():
            run(["ffmpeg", "-v", "error", "-y", "-stream_loop", "3", "-i", str(clip_path("bigbuckbunny")), "-t", "20", "-an",
                 "-vf", f"fps=30,scale={width}:{height}", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8",
                 "-b:v", f"{kilobits}k", "-g", "30", "-keyint_min", "30", "-auto-alt-ref", "0", str(files[rid])])
    return files


async def job(folder, files, seconds):
    with SluiceServer(folder) as server:
        layers = [f"--layer={rid}:{path}" for rid, path in files.items()]
        publisher = subprocess.Popen([binary(), "bench", "publish", "--url", server.http, "--room", "bench", "--count",
                                      str(COUNT), "--seconds", str(seconds + 20), *layers], stdout=subprocess.PIPE)
        assert publisher.stdout.readline().startswith(b"9 participants")
        await asyncio.sleep(2)
        async with server.api() as lk:
            started = await lk.egress.start_room_composite_egress(
                egress.request("bench", "bench.mp4", preset=api.EncodingOptionsPreset.H264_720P_30))
            await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
            pid, = server.job_processes()
            before = cpu_seconds(server.process.pid)
            begun = time.monotonic()
            await asyncio.sleep(seconds)
            server_cost = (cpu_seconds(server.process.pid) - before) / (time.monotonic() - begun)
            # The whole job, its start included; finishing the file is left out, for the process is gone then.
            used = cpu_seconds(pid)
            elapsed = time.monotonic() - begun
            await lk.egress.stop_egress(api.StopEgressRequest(egress_id=started.egress_id))
            info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL)
        assert publisher.poll() is None, "the publishers left before the recording ended"
        publisher.terminate()
        publisher.wait()
        assert info.status == api.EgressStatus.EGRESS_COMPLETE, info
        return used / elapsed, server_cost, info.file_results[0].location


def ffmpeg_cost(arguments, seconds):
    """user + system seconds of an ffmpeg run per second of output."""
    done = subprocess.run(["ffmpeg", "-y", "-benchmark", *arguments], capture_output=True, text=True, check=True)
    times = re.search(r"bench: utime=([0-9.]+)s stime=([0-9.]+)s", done.stderr)
    return (float(times[1]) + float(times[2])) / seconds


def ffmpeg_same_work(folder, files, seconds):
    """The layer that the job takes for a tile of 421 × 235 is `h`."""
    inputs, scaled, cells = [], "", ""
    for n in range(COUNT):
        inputs += ["-ss", str(n % 9), "-t", str(seconds), "-i", str(files["h"])]
        scaled += f"[{n}:v]scale=426:240:flags=bilinear[s{n}];"
        cells += f"[s{n}]"
    places = "|".join(f"{x}_{y}" for y in (0, 240, 480) for x in (0, 426, 852))
    graph = f"{scaled}{cells}xstack=inputs={COUNT}:layout={places}:shortest=1,pad=1280:720[v]"
    return ffmpeg_cost([*inputs, "-filter_complex", graph, "-map", "[v]", *ENCODER, str(folder / "same.mp4")],
                       min(seconds, Recording(files["h"]).duration - 9))


def encoder_alone(folder, recording, seconds):
    raw = folder / "finished.yuv"
    run(["ffmpeg", "-v", "error", "-y", "-i", recording, "-t", str(seconds), "-f", "rawvideo", str(raw)])
    length = raw.stat().st_size / (1280 * 720 * 1.5) / 30
    cost = ffmpeg_cost(["-f", "rawvideo", "-s", "1280x720", "-r", "30", "-i", str(raw), *ENCODER,
                        str(folder / "alone.mp4")], length)
    raw.unlink()
    return cost


def row(name, values):
    print(f"{name:28} median {statistics.median(values):.3f}   range {min(values):.3f} … {max(values):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    jobs, servers, same, alone = [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        files = material(folder)
        for number in range(options.rounds):
            place = folder / f"round-{number}"
            place.mkdir()
            cost, server, recording = asyncio.run(job(place, files, options.seconds))
            jobs.append(cost)
            servers.append(server)
            same.append(ffmpeg_same_work(place, files, options.seconds))
            alone.append(encoder_alone(place, recording, options.seconds))
    print(f"CPU seconds per recorded second, {options.rounds} rounds of {options.seconds:g} s, {COUNT} participants")
    row("job", jobs)
    row("ffmpeg, the same work", same)
    row("encoder alone", alone)
    row("server", servers)
    row("ratio job / ffmpeg", [a / b for a, b in zip(jobs, same)])
    row("ratio job / encoder alone", [a / b for a, b in zip(jobs, alone)])


if __name__ == "__main__":
    main()
