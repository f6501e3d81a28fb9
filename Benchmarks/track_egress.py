"""Many track egresses at once, as they come: CPU seconds per recorded second, pictures lost."""

import argparse
import asyncio
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from livekit import api

from figures import cpu_seconds
from peerkit import egress, samples
from peerkit.deployment import Deployment
from peerkit.server import binary
from peerkit.servers import KEY, SECRET


def remux_cost(file, folder):
    """user + system seconds of ffmpeg writing the same pictures into the same container, per second of them."""
    before = os.times()
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-r", "30", "-i", str(file), "-c", "copy", str(folder / "remuxed.webm")],
                   check=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used / (len(samples.pictures(file)) / 30)


async def measure(folder, file, options):
    with Deployment(folder) as deployed:
        publisher = subprocess.Popen(
            [binary(), "bench", "publish", "--url", deployed.room.http, "--room", "bench", "--count", str(options.publishers),
             "--seconds", str(options.seconds + 180), "--layer", f"f:{file}", "--keys", f"{KEY}:{SECRET}"],
            stdout=subprocess.PIPE)
        try:
            publisher.stdout.readline()
            async with deployed.room.api() as lk:
                return await record(deployed, lk, file, options)
        finally:
            publisher.kill()
            publisher.wait()


async def record(deployed, lk, file, options):
    people = (await lk.room.list_participants(api.ListParticipantsRequest(room="bench"))).participants
    tracks = [track.sid for person in people for track in person.tracks]
    started = []
    for number in range(options.count):
        request = api.TrackEgressRequest(room_name="bench", track_id=tracks[number % len(tracks)],
                                         file=api.DirectFileOutput(filepath=f"track-{number}"))
        started.append(await lk.egress.start_track_egress(request))
    for one in started:
        await egress.wait_for_status(lk, one.egress_id, (api.EgressStatus.EGRESS_ACTIVE, *egress.FINAL), 60)
    jobs, server = deployed.worker.jobs(), deployed.room.process.pid
    before, begun = {pid: cpu_seconds(pid) for pid in [*jobs, server]}, time.monotonic()
    await asyncio.sleep(options.seconds)
    elapsed = time.monotonic() - begun
    costs = [(cpu_seconds(pid) - before[pid]) / elapsed for pid in jobs]
    server_cost = (cpu_seconds(server) - before[server]) / elapsed
    infos = await egress.stop_all(lk, started, timeout=120)
    failed = [i for i in infos if i.status != api.EgressStatus.EGRESS_COMPLETE]
    published = samples.pictures(file)
    compared = [samples.compare(samples.pictures(i.file_results[0].location), published) for i in infos if i not in failed]
    return costs, server_cost, compared, failed


def row(name, values):
    print(f"{name:34} median {statistics.median(values):.4f}   range {min(values):.4f} … {max(values):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="egresses at once")
    parser.add_argument("--publishers", type=int, default=5, help="720p cameras that they record in turn")
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        file = samples.encode(folder / "camera.ivf", "vp8", seconds=10, kilobits=1500)
        remux = remux_cost(file, folder)
        costs, server, compared, failed = asyncio.run(measure(folder, file, options))
    print(f"{options.count} track egresses of {options.publishers} cameras, 720p30 VP8, {options.seconds:g} s")
    row("CPU s per recorded s, a job", costs)
    print(f"{'all jobs':34} {sum(costs):.3f}")
    print(f"{'the room server':34} {server:.3f}")
    print(f"{'ffmpeg, the same remux':34} {remux:.4f}")
    print(f"{'pictures, bit for bit as sent':34} {sum(c.identical for c in compared)}")
    print(f"{'pictures lost':34} {sum(c.lost for c in compared)}")
    print(f"{'pictures that nobody sent':34} {sum(c.foreign for c in compared)}")
    print(f"{'egresses that failed':34} {len(failed)}")


if __name__ == "__main__":
    main()
