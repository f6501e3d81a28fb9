"""One picture to many receivers: one of them is gone for a while, and nobody else notices."""

import asyncio
import itertools
import time

import av
import pytest
from livekit import api

from peerkit import egress
from peerkit.deployment import Deployment
from peerkit.publisher import Publisher
from peerkit.recording import Recording
from peerkit.rtmp import RTMPReceiver

LOOK, HERTZ = (120, 90, 200), 440
KEYS = {name: f"{name}-stream-key-4Tq9" for name in ("steady", "shaky", "secure", "later")}
SMALL = api.EncodingOptions(width=640, height=360, framerate=30, video_bitrate=800, key_frame_interval=2)


def gaps(path):
    """The longest steps between pictures and between blocks of sound, in seconds."""
    times = {"video": [], "audio": []}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.pts is not None:
                times[packet.stream.type].append(float(packet.pts * packet.time_base))
    return {kind: max(b - a for a, b in itertools.pairwise(sorted(found))) for kind, found in times.items()}


async def until(predicate, timeout, what):
    deadline = time.monotonic() + timeout
    while not predicate():
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        await asyncio.sleep(0.1)


# The full length is what a restarting receiver takes at its worst; the short one shows the same.
@pytest.mark.parametrize("away", [8, pytest.param(20, marks=pytest.mark.full)])
async def test_a_receiver_dies_and_comes_back(tmp_path, closing, away):
    with RTMPReceiver(tmp_path, "steady") as steady, RTMPReceiver(tmp_path, "shaky") as shaky:
        # The worker trusts the authority that made the receiver's certificate.
        environment = {"SLUICE_STREAM_CA_FILE": str(steady.certificates.authority)}
        with Deployment(tmp_path, worker_environment=environment, secrets=KEYS.values()) as deployed:
            await restream(deployed, steady, shaky, closing, away)


async def restream(deployed, steady, shaky, closing, away):
    person = closing(Publisher(deployed.room, "show", "alice", hertz=HERTZ, colour=LOOK, size=(320, 180), fps=15,
                               simulcast=False, bitrate=300_000))
    await person.connect()
    await person.publish()
    lk = closing(deployed.room.api())
    urls = [steady.url(KEYS["steady"]), shaky.url(KEYS["shaky"]), steady.secure_url(KEYS["secure"])]
    started = await lk.egress.start_room_composite_egress(api.RoomCompositeEgressRequest(
        room_name="show", advanced=SMALL, stream_outputs=[api.StreamOutput(protocol=api.StreamProtocol.RTMP, urls=urls)]))
    await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
    await until(lambda: len(steady.streams()) == 2 and len(shaky.streams()) == 1, 10, "all receivers are sent to")
    deployed.look_at_jobs()
    await asyncio.sleep(3)

    shaky.kill()
    # Meanwhile one more receiver is added, and one that nobody serves is refused or fails by itself.
    later = steady.url(KEYS["later"])
    await lk.egress.update_stream(api.UpdateStreamRequest(egress_id=started.egress_id, add_output_urls=[later]))
    await asyncio.sleep(away)
    assert KEYS["later"] in steady.streams()
    await lk.egress.update_stream(api.UpdateStreamRequest(egress_id=started.egress_id, remove_output_urls=[later]))
    shaky.start()
    await until(lambda: KEYS["shaky"] in shaky.streams(), 20, "the killed receiver is sent to again")
    await asyncio.sleep(5)
    during = await egress.info(lk, started.egress_id)
    info, = await egress.stop_all(lk, [started])

    assert info.status == api.EgressStatus.EGRESS_COMPLETE, info
    story = dict(zip(KEYS, (find(info, url) for url in [*urls, later])))
    assert all(s.status == api.StreamInfo.FINISHED and s.error == "" for s in story.values()), info.stream_results
    assert story["shaky"].retries >= 1 and story["shaky"].last_retry_at > 0
    assert story["steady"].retries == story["secure"].retries == 0
    assert find(during, urls[1]).status == api.StreamInfo.ACTIVE

    for name in ("steady", "secure"):
        path, = steady.recorded(KEYS[name])
        recording = Recording(path)
        longest = gaps(path)
        assert longest["video"] < 0.1 and longest["audio"] < 0.06, f"{name}: {longest}"
        assert recording.duration == pytest.approx(story[name].duration / 1e9, abs=1)
        (begin, end), = recording.tone_times(HERTZ)
        assert end - begin > recording.duration - 0.5
    first, *rest = shaky.recorded(KEYS["shaky"])
    assert len(rest) == 1, "it was connected once and connected again once"
    with av.open(str(rest[0])) as container:
        assert next(container.demux(video=0)).is_keyframe, "it resumes with a key frame"
    resumed = Recording(rest[0])
    assert resumed.duration > 4 and resumed.tone_times(HERTZ)
    only, = steady.recorded(KEYS["later"])
    assert Recording(only).duration > away / 2


def find(info, url):
    """The result of a URL: its key is hidden, all but the first and last character or so."""
    base = url.rpartition("/")[0]
    key = url.rpartition("/")[2]
    found = [s for s in info.stream_results if s.url.startswith(base + "/{") and s.url.endswith(f"{key[-1]}}}")
             and s.url[len(base) + 2] == key[0] and key[:3] == s.url[len(base) + 2 : len(base) + 5]]
    assert len(found) == 1, f"{url.replace(key, '…')} in {info.stream_results}"
    return found[0]


async def test_a_receiver_that_is_not_there_fails_alone(tmp_path, closing):
    """From the first attempt on it is tried again; the others go on; the last one removed ends the egress."""
    with RTMPReceiver(tmp_path) as there, Deployment(tmp_path, secrets=KEYS.values()) as deployed:
        person = closing(Publisher(deployed.room, "show", "alice", hertz=HERTZ))
        await person.connect()
        await person.publish()
        lk = closing(deployed.room.api())
        gone = RTMPReceiver(tmp_path, "gone")
        urls = [there.url(KEYS["steady"]), gone.url(KEYS["shaky"])]
        output = api.StreamOutput(protocol=api.StreamProtocol.RTMP, urls=urls)
        started = await lk.egress.start_room_composite_egress(api.RoomCompositeEgressRequest(
            room_name="show", audio_only=True, stream_outputs=[output]))
        await until(lambda: KEYS["steady"] in there.streams(), 15, "the one that is there is sent to")
        with gone:
            await until(lambda: KEYS["shaky"] in gone.streams(), 20, "the one that came late is sent to")
            await asyncio.sleep(1)
            await lk.egress.update_stream(api.UpdateStreamRequest(egress_id=started.egress_id, remove_output_urls=urls))
            info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL)
        assert info.status == api.EgressStatus.EGRESS_COMPLETE, info
        assert info.details.startswith("End reason: All streams stopped")
