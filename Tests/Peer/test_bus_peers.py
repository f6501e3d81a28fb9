"""The stand-ins of the wire tests against each other: what they claim of others, they do themselves."""

import pytest
from livekit.protocol import egress

from peerkit import bus
from peerkit.livekit_standin import LiveKitStandIn
from peerkit.redis_server import RedisServer
from peerkit.worker_standin import WorkerStandIn


@pytest.fixture
def redis(tmp_path):
    with RedisServer(tmp_path) as running:
        yield running


@pytest.mark.parametrize("text, escaped", [("EG_AbCd", "EG_AbCd"), ("a-b.c d", "au+002dbu+002ecu+0020d"), ("é", "u+00e9"),
                                           ("😀", "U+0001f600"), ("", "")])
def test_channel_parts(text, escaped):
    assert bus.part(text) == escaped


async def test_a_job_from_start_to_end(redis):
    async with (LiveKitStandIn(redis.url) as server, WorkerStandIn(redis.url) as first,
                WorkerStandIn(redis.url, 1.0) as second):
        info = await server.start(room_composite=egress.RoomCompositeEgressRequest(room_name="meeting"))
        assert (len(first.requests), len(second.requests)) == (0, 1), "the higher affinity wins"
        assert server.created == [info.egress_id] and info.room_name == "meeting"
        assert await server.active() == [info.egress_id]
        await second.report(info.egress_id, egress.EgressStatus.EGRESS_ACTIVE)
        assert (await server.stop(info.egress_id)).status == egress.EgressStatus.EGRESS_ENDING
        await second.report(info.egress_id, egress.EgressStatus.EGRESS_COMPLETE)
        assert server.statuses(info.egress_id) == [0, 1, 3]


async def test_a_queue_is_served_once(redis):
    served = []

    async def stop(request):
        served.append(request.egress_id)
        return egress.EgressInfo(egress_id=request.egress_id)

    async with bus.Bus(redis.url) as one, bus.Bus(redis.url) as two, LiveKitStandIn(redis.url) as server:
        for connection in (one, two):
            await bus.Server(connection, "EgressHandler").register(bus.STOP_EGRESS, stop, "EG_x")
        for _ in range(5):
            await server.stop("EG_x")
        assert len(served) == 5


async def test_what_goes_wrong_has_a_code(redis):
    async with LiveKitStandIn(redis.url) as server, WorkerStandIn(redis.url) as worker:
        for problem, code, text in ((-1.0, "unavailable", "no response from servers"),
                                    (0.0, "unavailable", "no servers available (received 1 responses)")):
            worker.affinity = problem
            with pytest.raises(bus.RPCError) as error:
                await server.start(web=egress.WebEgressRequest(url="https://example.com"))
            assert (error.value.code, error.value.message) == (code, text)
        worker.affinity, worker.refusal = 1.0, bus.RPCError("resource_exhausted", "full")
        with pytest.raises(bus.RPCError) as error:
            await server.start(web=egress.WebEgressRequest(url="https://example.com"))
        assert (error.value.code, bus.HTTP_STATUS[error.value.code]) == ("resource_exhausted", 429)
        with pytest.raises(bus.RPCError) as error:
            await server.internal.call(bus.START_EGRESS, None, raw=b"\xff\xff")
        assert error.value.code == "malformed_request"
