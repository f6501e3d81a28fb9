"""The wire between room servers and egress workers: stand-ins made from the reference alone on either side of ours."""

import asyncio
import base64
import contextlib
import hashlib
import re
import signal
import time

import pytest
from livekit import api
from livekit.protocol import egress

from peerkit import bus
from peerkit import rpc_messages as wire
from peerkit.egress import FINAL
from peerkit.livekit_standin import LiveKitStandIn
from peerkit.publisher import Publisher
from peerkit.redis_server import RedisServer
from peerkit.server import SluiceServer
from peerkit.servers import KEY, SECRET, EgressWorker, RoomServer
from peerkit.webhooks import WebhookReceiver
from peerkit.wiretap import Wiretap
from peerkit.worker_standin import WorkerStandIn

STARTING, ACTIVE, ENDING, COMPLETE = range(4)
INTERNAL = "type.googleapis.com/internal."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("wire")


@pytest.fixture(scope="module")
def redis(folder):
    with RedisServer(folder) as running:
        yield running


@contextlib.asynccontextmanager
async def wiretap(redis):
    async with Wiretap(redis.url) as tap:
        yield tap
        await asyncio.sleep(0.1)


def forms(passed):
    """(channel with ids of clients replaced, message) of what passed."""
    return [(re.sub(r"CLI_[A-Za-z0-9]{12}", "CLI", p.channel), p.type_url.removeprefix(INTERNAL)) for p in passed]


def exchange_on(service, method, topic=""):
    """What a call with claims looks like on the bus."""
    called = f"{service}|{method}|{topic}|" if topic else f"{service}|{method}|"
    return [(f"{called}REQ", "Request"), (f"{service}|CLI|CLAIM", "ClaimRequest"), (f"{called}RCLAIM", "ClaimResponse"),
            (f"{service}|CLI|RES", "Response")]


def check_envelope(passed, request_type, seconds):
    """Ids, times and payload of an exchange; returns the request."""
    request, claim, verdict, response = (p.message for p in passed)
    assert re.fullmatch(r"REQ_[A-Za-z0-9]{12}", request.request_id)
    assert re.fullmatch(r"CLI_[A-Za-z0-9]{12}", request.client_id)
    assert re.fullmatch(r"SRV_[A-Za-z0-9]{12}", claim.server_id)
    assert claim.server_id == verdict.server_id == response.server_id
    assert abs(request.sent_at / 1e9 - time.time()) < 60, "nanoseconds since 1970"
    assert (request.expiry - request.sent_at) / 1e9 == pytest.approx(seconds, abs=0.5)
    assert not request.multi and not request.HasField("request") and not response.HasField("response")
    outer = wire.Msg.FromString(passed[0].payload)
    assert outer.channel == ""
    return request_type.FromString(request.raw_request)


# ---------------------------------------------------------------------------------------------------------------------
# Our room server, served by a stand-in worker.


@pytest.fixture(scope="module")
def room(folder, redis):
    with RoomServer(folder, redis) as running:
        yield running
        assert running.alive, running.log[-4000:]


def composite(name="meeting"):
    output = api.EncodedFileOutput(file_type=api.EncodedFileType.MP4, filepath="x.mp4")
    return api.RoomCompositeEgressRequest(room_name=name, file_outputs=[output])


async def prepared(room, closing, name="meeting"):
    lk = closing(room.api())
    await lk.room.create_room(api.CreateRoomRequest(name=name))
    return lk


async def refused(call):
    with pytest.raises(api.TwirpError) as error:
        await call
    return error.value


async def test_a_start_reaches_the_worker(room, redis, closing):
    lk = await prepared(room, closing)
    sid = (await lk.room.list_rooms(api.ListRoomsRequest(names=["meeting"]))).rooms[0].sid
    async with WorkerStandIn(redis.url) as worker, wiretap(redis) as tap:
        called = time.monotonic()
        info = await lk.egress.start_room_composite_egress(composite())
        took = time.monotonic() - called
    passed = tap.exchange("EgressInternal|StartEgress|REQ")
    assert forms(passed) == exchange_on("EgressInternal", "StartEgress")
    request = check_envelope(passed, wire.StartEgressRequest, 10)
    assert request == worker.requests[0]
    assert re.fullmatch(r"EG_[2-9A-HJ-NP-Za-km-z]{12}", request.egress_id) and request.egress_id == info.egress_id
    assert request.room_id == sid and request.room_composite == composite()
    assert [f.name for f, _ in request.ListFields()] == ["egress_id", "room_id", "room_composite"]
    assert 0.4 < took < 1.5, f"an offer of 0.5 is taken half a second after it came, not after {took:.2f} s"
    # The worker's CreateEgress went through our IOInfo, and so was in the store before the answer.
    created = tap.exchange("IOInfo|CreateEgress|REQ")
    assert forms(created) == exchange_on("IOInfo", "CreateEgress")
    assert created[-1].message.raw_response == b"" and created[-1].message.error == ""


async def test_the_best_offer_is_taken_at_once(room, redis, closing):
    lk = await prepared(room, closing)
    async with WorkerStandIn(redis.url, 0.3) as poor, WorkerStandIn(redis.url, 1.0) as good:
        called = time.monotonic()
        await lk.egress.start_room_composite_egress(composite())
        assert time.monotonic() - called < 0.4
        assert (len(poor.requests), len(good.requests)) == (0, 1)


async def test_the_life_of_an_egress(room, redis, closing):
    lk = await prepared(room, closing)
    async with WorkerStandIn(redis.url, 1.0) as worker, wiretap(redis) as tap:
        started = await lk.egress.start_room_composite_egress(composite())
        await worker.report(started.egress_id, ACTIVE, started_at=time.time_ns())
        topic = started.egress_id
        added = api.UpdateStreamRequest(egress_id=topic, add_output_urls=["rtmp://example.com/live/key"])
        await lk.egress.update_stream(added)
        stopped = await lk.egress.stop_egress(api.StopEgressRequest(egress_id=topic))
        assert stopped.status == ENDING
        assert [name for name, _ in worker.calls] == ["UpdateStream", "StopEgress"]
        for method, kind in (("UpdateStream", egress.UpdateStreamRequest), ("StopEgress", egress.StopEgressRequest)):
            passed = tap.exchange(f"EgressHandler|{method}|{topic}|REQ")
            assert forms(passed) == exchange_on("EgressHandler", method, topic)
            assert check_envelope(passed, kind, 3).egress_id == topic
        ended = time.time_ns()
        await worker.report(topic, COMPLETE, ended_at=ended)
        await worker.forget(topic)
    listed = (await lk.egress.list_egress(api.ListEgressRequest(egress_id=topic))).items[0]
    assert (listed.status, listed.ended_at) == (COMPLETE, ended)
    for call, verb in ((lk.egress.stop_egress(api.StopEgressRequest(egress_id=topic)), "stopped"),
                       (lk.egress.update_stream(api.UpdateStreamRequest(egress_id=topic)), "updated")):
        error = await refused(call)
        assert (error.code, error.status) == ("failed_precondition", 412)
        assert error.message == f"egress with status EGRESS_COMPLETE cannot be {verb}"
    error = await refused(lk.egress.stop_egress(api.StopEgressRequest(egress_id="EG_never")))
    assert error.code == "not_found"


async def test_what_is_stored_in_redis(room, redis, closing):
    lk = await prepared(room, closing, "kept")
    async with WorkerStandIn(redis.url, 1.0) as worker:
        started = await lk.egress.start_room_composite_egress(composite("kept"))
        ended = time.time_ns()
        await worker.report(started.egress_id, COMPLETE, ended_at=ended)
        keys = worker.bus.commands
        stored = egress.EgressInfo.FromString(await keys.hget("egress", started.egress_id))
        assert stored == worker.infos[started.egress_id]
        assert started.egress_id.encode() in await keys.smembers("egress:room:kept")
        assert (await keys.hget("ended_egress", started.egress_id)).decode() == f"kept|{ended}"


async def test_io_info_answers_workers(room, redis, closing):
    lk = await prepared(room, closing, "asked")
    async with WorkerStandIn(redis.url, 1.0) as worker:
        started = await lk.egress.start_room_composite_egress(composite("asked"))
        found = await worker.io.call(bus.GET_EGRESS, wire.GetEgressRequest(egress_id=started.egress_id))
        assert found == worker.infos[started.egress_id]
        found = await worker.io.call(bus.LIST_EGRESS, egress.ListEgressRequest(room_name="asked", active=True))
        assert [item.egress_id for item in found.items] == [started.egress_id]
        await worker.io.call(bus.UPDATE_METRICS, wire.UpdateMetricsRequest(info=started, avg_cpu_usage=0.5))
        with pytest.raises(bus.RPCError) as error:
            await worker.io.call(bus.GET_EGRESS, wire.GetEgressRequest(egress_id="EG_never"))
        assert error.value.code == "not_found"
        with pytest.raises(bus.RPCError) as error:
            await worker.io.call(bus.UPDATE_EGRESS, None, raw=b"\xff\xff")
        assert error.value.code == "malformed_request"


async def test_nobody_takes_it(room, closing):
    lk = await prepared(room, closing)
    called = time.monotonic()
    error = await refused(lk.egress.start_room_composite_egress(composite()))
    assert (error.code, error.status) == ("unavailable", 503)
    assert "no response from servers" in error.message
    assert time.monotonic() - called < 10, "the caller learns it within seconds"


CODES = {"invalid_argument": 400, "not_found": 404, "already_exists": 409, "permission_denied": 403,
         "failed_precondition": 412, "unimplemented": 501, "internal": 500, "unavailable": 503, "resource_exhausted": 429}


async def test_the_workers_word_reaches_the_caller(room, redis, closing):
    lk = await prepared(room, closing)
    async with WorkerStandIn(redis.url, 1.0) as worker:

        async def provoke(code, status):
            worker.refusal = bus.RPCError(code, f"because of {code}")
            error = await refused(lk.egress.start_room_composite_egress(composite()))
            assert (error.code, error.status, error.message) == (code, status, f"because of {code}")

        for code, status in CODES.items():
            await provoke(code, status)


async def test_two_servers_handle_a_queue_once(folder, room, redis, closing):
    async with WebhookReceiver(KEY, SECRET) as hooks, WorkerStandIn(redis.url, 1.0) as worker:
        config = {"webhook": {"api_key": KEY, "urls": [hooks.url]}}
        with RoomServer(folder, redis, config, "second") as second, RoomServer(folder, redis, config, "third"):
            lk = await prepared(second, closing, "shared")
            started = await lk.egress.start_room_composite_egress(composite("shared"))
            for status in (ACTIVE, ENDING, COMPLETE):
                await worker.report(started.egress_id, status)
            deadline = time.monotonic() + 5
            while len(hooks.of(started.egress_id)) < 4 and time.monotonic() < deadline:
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
    # Whichever server took a report tells of it; `room`, without webhooks, may have taken some.
    events = hooks.of(started.egress_id)
    assert len(events) == len(set(events)), f"told twice: {events}"
    assert set(events) <= {("egress_started", STARTING), ("egress_updated", ACTIVE), ("egress_updated", ENDING),
                           ("egress_ended", COMPLETE)}


async def test_noise_on_the_bus_is_survived(room, redis, closing):
    lk = await prepared(room, closing)
    async with WorkerStandIn(redis.url, 1.0) as worker:
        for noise in (b"", b"\xff" * 40, bus.wrap(wire.ClaimResponse(request_id="REQ_x")), bus.wrap(wire.Request())):
            for name in ("IOInfo|CreateEgress|REQ", "IOInfo|UpdateEgress|REQ", "IOInfo|UpdateEgress|RCLAIM"):
                await worker.bus.commands.publish(name, noise)
        assert (await lk.egress.start_room_composite_egress(composite())).egress_id in worker.infos


# ---------------------------------------------------------------------------------------------------------------------
# Our worker, driven by a stand-in server. It joins a room server that knows nothing of that Redis.


@pytest.fixture(scope="module")
def sfu(folder):
    place = folder / "sfu"
    place.mkdir()
    with SluiceServer(place) as running:
        yield running


@pytest.fixture(scope="module")
def jobs_redis(folder):
    with RedisServer(folder / "jobs") as running:
        yield running


def new_worker(folder, redis, sfu, name="worker", **config):
    return EgressWorker(folder, redis, sfu, {"io_create_timeout": "2s", **config}, name)


@pytest.fixture(scope="module")
def worker(folder, jobs_redis, sfu):
    with new_worker(folder, jobs_redis, sfu) as running:
        yield running
        assert running.alive, running.log[-4000:]


@pytest.fixture
async def speaker(sfu, closing):
    person = closing(Publisher(sfu, "meeting", "alice", hertz=440))
    await person.connect()
    return await person.publish()


def sound(name):
    output = api.EncodedFileOutput(file_type=api.EncodedFileType.OGG, filepath=name)
    return api.RoomCompositeEgressRequest(room_name="meeting", audio_only=True, file_outputs=[output])


async def subscribers(server, *names):
    return [count for _, count in await server.bus.commands.pubsub_numsub(*names)]


async def test_our_worker_carries_out_a_job(worker, jobs_redis, speaker):
    async with LiveKitStandIn(jobs_redis.url) as server, wiretap(jobs_redis) as tap:
        info = await server.start(room_id="RM_x", room_composite=sound("carried.ogg"))
        topic = info.egress_id
        assert (info.status, info.room_id, info.room_name) == (STARTING, "RM_x", "meeting")
        assert info.room_composite.audio_only and server.created == [topic]
        passed = tap.exchange("EgressInternal|StartEgress|REQ")
        assert forms(passed) == exchange_on("EgressInternal", "StartEgress")
        assert passed[1].message.affinity == pytest.approx(0.5), "an idle worker's offer"
        created = tap.exchange("IOInfo|CreateEgress|REQ")
        assert forms(created) == exchange_on("IOInfo", "CreateEgress")
        check_envelope(created, egress.EgressInfo, 2)

        await server.wait_for(topic, (ACTIVE,))
        assert await server.active() == [topic]
        topics = [f"EgressHandler|{m}|{topic}|{s}" for m in ("StopEgress", "UpdateStream") for s in ("REQ", "RCLAIM")]
        assert await subscribers(server, *topics) == [1, 1, 1, 1]
        with pytest.raises(bus.RPCError) as error:
            await server.update_stream(topic, add=["rtmp://example.com/live/key"])
        assert (error.value.code, error.value.message) == ("invalid_argument", "UpdateStream called on non-streaming egress")

        await asyncio.sleep(1.5)
        assert (await server.stop(topic)).status == ENDING
        stop = tap.exchange(f"EgressHandler|StopEgress|{topic}|REQ")
        assert forms(stop) == exchange_on("EgressHandler", "StopEgress", topic)
        key = base64.b64encode(hashlib.sha256(stop[0].payload).digest())
        assert 0 < await server.bus.commands.ttl(key) <= 5, "who handles a message of a queue has its lock"
        last = await server.wait_for(topic)
        await asyncio.sleep(0.5)
        assert server.statuses(topic) == [STARTING, ACTIVE, ENDING, COMPLETE]
        times = [i.updated_at for i in server.reported[topic]]
        assert times == sorted(times) and all(i.room_composite.audio_only for i in server.reported[topic]), "each is whole"
        assert last.file_results[0].duration > 1e9 and last.details.startswith("End reason: StopEgress API")
        assert await server.active() == []
        assert await subscribers(server, *topics) == [0, 0, 0, 0]


async def test_a_busy_worker_offers_more(worker, jobs_redis, speaker):
    async with LiveKitStandIn(jobs_redis.url) as server:
        first = await server.start(room_composite=sound("first.ogg"))
        async with wiretap(jobs_redis) as tap:
            second = await server.start(room_composite=sound("second.ogg"))
            assert tap.exchange("EgressInternal|StartEgress|REQ")[1].message.affinity == 1.0
        # The same job once more, as the room server's retries may bring it.
        with pytest.raises(bus.RPCError) as error:
            await server.start(egress_id=first.egress_id, room_composite=sound("third.ogg"))
        assert (error.value.code, error.value.message) == ("already_exists", "egress already exists")
        for info in (first, second):
            await server.wait_for(info.egress_id, (ACTIVE, *FINAL))
            await server.stop(info.egress_id)
        for info in (first, second):
            assert (await server.wait_for(info.egress_id)).status == COMPLETE


BAD = {
    "no output": (dict(room_composite=api.RoomCompositeEgressRequest(room_name="meeting")), "invalid_argument", "output"),
    "no room": (dict(room_composite=api.RoomCompositeEgressRequest(file_outputs=[api.EncodedFileOutput()])),
                "invalid_argument", "room_name"),
    "both": (dict(room_composite=api.RoomCompositeEgressRequest(room_name="meeting", audio_only=True, video_only=True)),
             "invalid_argument", "audio_only and video_only"),
    "no arm": ({}, "invalid_argument", "request"),
    "web": (dict(web=api.WebEgressRequest(url="https://example.com", file_outputs=sound("x.mp4").file_outputs)),
            "unimplemented", "web"),
    "retry": (dict(retry_count=1, room_composite=sound("fixed.ogg")), "failed_precondition",
              "output configuration does not support retry"),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_job_is_refused_by_the_worker(worker, jobs_redis, case):
    fields, code, text = BAD[case]
    async with LiveKitStandIn(jobs_redis.url) as server:
        with pytest.raises(bus.RPCError) as error:
            await server.start(**fields)
        assert error.value.code == code and text in error.value.message.lower()
        assert server.created == [], "what was refused was never created"


async def test_malformed_and_late_requests(worker, jobs_redis):
    async with LiveKitStandIn(jobs_redis.url) as server:
        with pytest.raises(bus.RPCError) as error:
            await server.internal.call(bus.START_EGRESS, None, raw=b"\xff\xff", timeout=3)
        assert error.value.code == "malformed_request"
        async with wiretap(jobs_redis) as tap:
            now = time.time_ns()
            late = wire.Request(request_id="REQ_tooLateToTake", client_id=server.internal.id, sent_at=now - 10**10,
                                expiry=now - 10**9)
            await server.bus.publish("EgressInternal|StartEgress|REQ", late)
            await server.bus.commands.publish("EgressInternal|StartEgress|REQ", b"\xff" * 30)
            await server.bus.commands.publish("EgressInternal|StartEgress|RCLAIM", b"")
            await asyncio.sleep(0.5)
        assert [p for p in tap.passed if p.channel.endswith("|CLAIM")] == []
        assert await server.active() == []


async def test_a_job_that_cannot_be_announced_is_not_begun(worker, jobs_redis, speaker):
    async with LiveKitStandIn(jobs_redis.url) as server:
        server.silent = True
        with pytest.raises(bus.RPCError):
            await server.start(room_composite=sound("unannounced.ogg"))
        await asyncio.sleep(0.5)
        assert await server.active() == [] and worker.jobs() == []
        # The worker is taken for unhealthy until a report gets through; an answer to anything may do.
        server.silent = False
        deadline = time.monotonic() + 10
        while True:
            with contextlib.suppress(bus.RPCError):
                info = await server.start(room_composite=sound("announced.ogg"))
                break
            assert time.monotonic() < deadline, "the worker offers nothing any more"
        await server.wait_for(info.egress_id, (ACTIVE,))
        await server.stop(info.egress_id)
        await server.wait_for(info.egress_id)


async def test_reports_wait_for_the_server(worker, jobs_redis, speaker):
    async with LiveKitStandIn(jobs_redis.url) as server:
        info = await server.start(room_composite=sound("unheard.ogg"))
        await server.wait_for(info.egress_id, (ACTIVE,))
        server.silent = True
        await server.stop(info.egress_id)
        await asyncio.sleep(2)
        assert server.last(info.egress_id).status == ACTIVE
        server.silent = False
        last = await server.wait_for(info.egress_id, timeout=45)
        assert last.status == COMPLETE
        statuses = server.statuses(info.egress_id)
        assert statuses == sorted(statuses), "states never go backwards"


async def test_a_worker_that_is_asked_to_end_finishes_its_jobs(folder, jobs_redis, sfu, speaker):
    # Alone on a Redis of its own, so that nobody else offers.
    with RedisServer(folder / "drained") as redis, new_worker(folder, redis, sfu, "drained") as drained:
        async with LiveKitStandIn(redis.url) as server:
            info = await server.start(room_composite=sound("drained.ogg"))
            await server.wait_for(info.egress_id, (ACTIVE,))
            drained.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(1)
            assert drained.alive
            with pytest.raises(bus.RPCError) as error:
                await server.start(room_composite=sound("refused.ogg"))
            assert error.value.code == "unavailable"
            await server.stop(info.egress_id)
            assert (await server.wait_for(info.egress_id)).status == COMPLETE
            assert await asyncio.to_thread(drained.process.wait, 10) == 0
