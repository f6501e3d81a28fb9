"""A recorded track is what was published, bit for bit."""

import asyncio
import subprocess

import pytest
from livekit import api

from peerkit import egress, samples
from peerkit.deployment import Deployment
from peerkit.server import binary
from peerkit.servers import KEY, SECRET


async def camera(lk, room):
    people = (await lk.room.list_participants(api.ListParticipantsRequest(room=room))).participants
    return next((t.sid for p in people for t in p.tracks), None)


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_bit_identical(tmp_path, closing, codec):
    file = samples.encode(tmp_path / f"camera.{codec}", codec, seconds=5)
    with Deployment(tmp_path) as deployed:
        publisher = subprocess.Popen([binary(), "bench", "publish", "--url", deployed.room.http, "--room", "bench", "--count",
                                      "1", "--seconds", "60", "--layer", f"f:{file}", "--keys", f"{KEY}:{SECRET}"],
                                     stdout=subprocess.PIPE)
        try:
            assert publisher.stdout.readline().startswith(b"1 participants")
            lk = closing(deployed.room.api())
            request = api.TrackEgressRequest(room_name="bench", track_id=await camera(lk, "bench"),
                                             file=api.DirectFileOutput(filepath="passed"))
            started = await lk.egress.start_track_egress(request)
            await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
            await asyncio.sleep(6)
            info, = await egress.stop_all(lk, [started])
        finally:
            publisher.kill()
            publisher.wait()
    assert info.status == api.EgressStatus.EGRESS_COMPLETE and "passthrough" in info.details.lower(), info
    compared = samples.compare(samples.pictures(info.file_results[0].location), samples.pictures(file))
    assert compared.identical > 150 and (compared.lost, compared.foreign) == (0, 0), compared
