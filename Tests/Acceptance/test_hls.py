"""HLS played live while it is made: by ffmpeg, by a page in Chromium, and by a poller that trusts nobody."""

import asyncio
import contextlib
import re
import time

import pytest
from livekit import api

from peerkit import egress, hls
from peerkit.browser import Browser
from peerkit.deployment import Deployment
from peerkit.publisher import Publisher
from peerkit.s3 import S3Server

SMALL = api.EncodingOptions(width=640, height=360, framerate=30, video_bitrate=800)
TARGET = 2
SECRET = "storage-secret-7Rz2Lw"


class PlayedByFFmpeg:
    """ffmpeg at the speed of life; how far it got, and when."""

    def __init__(self, url):
        self.url, self.positions, self.errors = url, [], ""

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            "ffmpeg", "-v", "warning", "-nostdin", "-live_start_index", "-3", "-re", "-i", self.url, "-progress", "pipe:1",
            "-stats_period", "0.2", "-f", "null", "-", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        self.task = asyncio.gather(self._watch(), self._complain())
        return self

    async def _watch(self):
        async for line in self.process.stdout:
            if found := re.match(rb"out_time_us=(\d+)", line):
                self.positions.append((time.monotonic(), int(found[1]) / 1e6))

    async def _complain(self):
        self.errors = (await self.process.stderr.read()).decode()

    async def __aexit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()
        await self.task

    async def aclose(self):
        await self.__aexit__()

    @property
    def longest_stall(self):
        longest, (since, position) = 0.0, self.positions[0]
        for now, reached in self.positions:
            if reached > position + 0.01:
                longest, since, position = max(longest, now - since), now, reached
        return longest


def request(prefix, protocol, **fields):
    output = api.SegmentedFileOutput(protocol=protocol, filename_prefix=f"{prefix}/part", playlist_name=f"{prefix}/all.m3u8",
                                     live_playlist_name=f"{prefix}/live.m3u8", segment_duration=TARGET, **fields)
    return api.RoomCompositeEgressRequest(room_name="show", layout="grid", advanced=SMALL, segment_outputs=[output])


@pytest.mark.parametrize("seconds", [16, pytest.param(120, marks=pytest.mark.full)])
async def test_played_live_while_it_is_made(tmp_path, closing, seconds):
    with S3Server(tmp_path, secret=SECRET) as storage, Deployment(tmp_path, secrets=[SECRET]) as deployed:
        person = closing(Publisher(deployed.room, "show", "alice", "bikes", 440, size=(640, 360), fps=25))
        await person.connect()
        await person.publish()
        lk = closing(deployed.room.api())
        protocols = api.SegmentedFileProtocol
        started = await asyncio.gather(
            lk.egress.start_room_composite_egress(request("ts", protocols.HLS_PROTOCOL)),
            lk.egress.start_room_composite_egress(request("fmp4", protocols.HLS_FMP4_PROTOCOL,
                                                          s3=storage.upload(api.S3Upload))))

        def on_disk(name):
            path = deployed.worker.recordings / name
            return path.read_bytes() if path.is_file() else None

        # MPEG-TS on the worker's disk, played by ffmpeg; fragmented MP4 in the bucket, played by Chromium.
        async with (hls.Poller(on_disk, ["ts/all.m3u8", "ts/live.m3u8"]) as disk,
                    hls.Poller(storage.read, ["fmp4/all.m3u8", "fmp4/live.m3u8"], every=0.4) as bucket,
                    Browser(tmp_path, storage.read) as browser, Browser(tmp_path, on_disk) as files):
            # RFC 8216, 6.3.3: a player begins three segments before the end.
            await until(lambda: all(p and len(p.segments) >= 3 for p in (disk.last["ts/live.m3u8"],
                                                                         bucket.last["fmp4/live.m3u8"])), 30)
            browser.play("fmp4/live.m3u8")
            async with PlayedByFFmpeg(f"http://127.0.0.1:{files.port}/store/ts/live.m3u8") as player:
                await asyncio.sleep(seconds)
                shown, heard = browser.playback, list(player.positions)
            infos = await egress.stop_all(lk, started)
        assert [i.status for i in infos] == [api.EgressStatus.EGRESS_COMPLETE] * 2, infos

        assert disk.violations == [] and bucket.violations == []
        assert player.longest_stall < 1.0 and heard[-1][1] > seconds - 3, (player.longest_stall, heard[-1], player.errors)
        assert shown.begun, f"Chromium never played: {browser.reports[-1:]}"
        assert not browser.reports[-1]["error"] and browser.missing == []
        assert shown.longest_stall < 1.0 and shown.played > seconds - 4, (shown.longest_stall, shown.played)
        for poller, folder, read in ((disk, "ts", on_disk), (bucket, "fmp4", storage.read)):
            check(poller, folder, read)


def check(poller, folder, read):
    whole, live = poller.last[f"{folder}/all.m3u8"], poller.last[f"{folder}/live.m3u8"]
    assert whole.ended and live.ended and whole.kind == "EVENT" and live.kind is None
    assert [s.uri for s in live.segments] == [s.uri for s in whole.segments[-len(live.segments) :]]
    assert len(live.segments) == min(5, len(whole.segments))
    previous = None
    for segment in whole.segments:
        head = read(f"{folder}/{segment.initialisation}") if segment.initialisation else b""
        facts = hls.look_into(read(f"{folder}/{segment.uri}"), head)
        assert facts.starts_with_key, f"{segment.uri} does not start with a key frame"
        if segment is not whole.segments[-1]:
            assert abs(segment.duration - TARGET) <= 1 / 30 + 0.001, f"{segment.uri} lasts {segment.duration} s"
        if previous:
            before, known = previous
            # To where the next begins: a picture may stand longer, where those after it were left out.
            assert facts.first_video == pytest.approx(known.first_video + before.duration, abs=0.002)
            assert (segment.date - before.date).total_seconds() == pytest.approx(before.duration, abs=0.05)
        previous = segment, facts
    assert segment.duration == pytest.approx(facts.video_duration, abs=0.002), "the last"


async def until(predicate, timeout):
    deadline = time.monotonic() + timeout
    while not predicate():
        assert time.monotonic() < deadline, f"not within {timeout} s"
        await asyncio.sleep(0.1)
