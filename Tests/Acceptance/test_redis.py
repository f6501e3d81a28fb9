"""Redis that restarts in mid-recording, and many starts at once."""

import asyncio
import collections
import itertools
import time

import av
import pytest
from livekit import api

from peerkit import bus, egress
from peerkit import rpc_messages as wire
from peerkit.deployment import Deployment
from peerkit.publisher import Publisher
from peerkit.recording import Recording
from peerkit.servers import KEY, SECRET
from peerkit.webhooks import WebhookReceiver

STARTING, ACTIVE, ENDING, COMPLETE = range(4)
SMALL = api.EncodingOptions(width=640, height=360, framerate=30, video_bitrate=800)


async def speaker(deployed, closing, **look):
    person = closing(Publisher(deployed.room, "meeting", "alice", hertz=440, **look))
    await person.connect()
    return await person.publish()


async def test_redis_restarts_in_mid_recording(tmp_path, closing):
    async with WebhookReceiver(KEY, SECRET) as hooks:
        with Deployment(tmp_path, room_config={"webhook": {"api_key": KEY, "urls": [hooks.url]}}) as deployed:
            person = await speaker(deployed, closing, colour=(120, 90, 200), size=(320, 180), fps=15, simulcast=False)
            lk = closing(deployed.room.api())
            long = await lk.egress.start_room_composite_egress(egress.request("meeting", "long.mp4", advanced=SMALL))
            short = await lk.egress.start_track_egress(api.TrackEgressRequest(
                room_name="meeting", track_id=person.video.sid, file=api.DirectFileOutput(filepath="short")))
            for one in (long, short):
                await egress.wait_for_status(lk, one.egress_id, (ACTIVE,))
            await asyncio.sleep(2)
            deployed.redis.kill()
            await asyncio.sleep(1)
            await person.unpublish_video()  # one of the egresses ends while nobody can be told
            await asyncio.sleep(4)
            deployed.redis.start()
            info = await egress.wait_for_status(lk, short.egress_id, egress.FINAL, 40)
            assert info.status == COMPLETE and "Source closed" in info.details, info
            await asyncio.sleep(1)
            info, = await egress.stop_all(lk, [long])
            assert info.status == COMPLETE, info
            await asyncio.sleep(1)
            recording = Recording(info.file_results[0].location)
        whole = recording.duration
        assert whole == pytest.approx((info.ended_at - info.started_at) / 1e9, abs=1) and whole > 8
        (begin, end), = recording.tone_times(440)
        assert end - begin > whole - 0.5, "no sound is missing"
        with av.open(recording.path) as container:
            times = sorted(p.pts * p.time_base for p in container.demux(video=0) if p.pts is not None)
        assert max(b - a for a, b in itertools.pairwise(times)) < 0.1, "no picture is missing"
        for one in (long, short):
            told = hooks.of(one.egress_id)
            assert told[0] == ("egress_started", STARTING) and told[-1] == ("egress_ended", COMPLETE), told
            states = [status for _, status in told]
            assert states == sorted(states) and ACTIVE in states, f"in order: {told}"


async def test_thirty_starts_at_once(tmp_path, closing):
    count = 30
    with Deployment(tmp_path, workers=2) as deployed:
        person = await speaker(deployed, closing)
        await asyncio.sleep(1)
        lk = closing(deployed.room.api())

        async def start(number):
            request = api.TrackEgressRequest(room_name="meeting", track_id=person.audio.sid,
                                             file=api.DirectFileOutput(filepath=f"many/{number}"))
            called = time.monotonic()
            try:
                return await lk.egress.start_track_egress(request), time.monotonic() - called
            except api.TwirpError as error:
                return error, time.monotonic() - called

        answers = await asyncio.gather(*(start(n) for n in range(count)))
        assert max(seconds for _, seconds in answers) < 40, "each is answered"
        started = [a for a, _ in answers if not isinstance(a, Exception)]
        refused = [a for a, _ in answers if isinstance(a, Exception)]
        assert not refused, f"there was room for all: {refused[0]}"
        assert len({i.egress_id for i in started}) == count

        async with bus.Bus(deployed.redis.url) as connection:
            client = await bus.Client(connection, "EgressInternal").start()
            active = await client.call_all(bus.LIST_ACTIVE_EGRESS, wire.ListActiveEgressRequest(), timeout=2)
        owners = collections.Counter(i for answer in active for i in answer.egress_ids)
        assert len(active) == 2 and owners == {i.egress_id: 1 for i in started}, "each has one worker"
        assert sum(len(w.jobs()) for w in deployed.workers) == count
        await asyncio.gather(*(egress.wait_for_status(lk, i.egress_id, (ACTIVE, *egress.FINAL), 60) for i in started))
        await asyncio.sleep(2)
        infos = await egress.stop_all(lk, started, timeout=60)
        assert collections.Counter(i.status for i in infos) == {COMPLETE: count}
        paths = {i.file_results[0].location for i in infos}
        assert len(paths) == count
        for path in sorted(paths)[::10]:
            assert Recording(path).tone_times(440)
