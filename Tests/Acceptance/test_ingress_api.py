"""The ingress API as LiveKit's own client calls it: what can be made, changed and listed, what is refused, and what is kept."""

import asyncio
import contextlib

import aiohttp
import pytest
from aiohttp import web
from livekit import api

from peerkit import footage, ingress, leaks, rtmp_client, whip
from peerkit.deployment import Deployment
from peerkit.encoders import FFmpeg
from peerkit.server import SluiceServer
from peerkit.subscriber import Subscriber, until

Preset = api.IngressVideoEncodingPreset
Layer = api.VideoLayer


@pytest.fixture
async def lk(server, closing):
    return closing(server.api())


async def test_ingresses_are_made_changed_listed_and_deleted(server, lk):
    rtmp = await ingress.create(lk, ingress.RTMP, "one", "alice", participant_name="Alice", participant_metadata="camera 1",
                                video=ingress.video(Preset.H264_540P_25FPS_2_LAYERS))
    whip = await ingress.create(lk, ingress.WHIP, "two", "bob")
    assert rtmp.url == f"rtmp://127.0.0.1:{server.rtmp_port}/live" and whip.url == f"http://127.0.0.1:{server.whip_port}/w"
    for made in (rtmp, whip):
        assert made.ingress_id.startswith("IN_") and len(made.stream_key) == 12 and made.reusable and made.enabled
        assert made.state.status == ingress.INACTIVE
    assert rtmp.stream_key != whip.stream_key
    assert rtmp.enable_transcoding and not whip.enable_transcoding, "as LiveKit has it"
    assert (rtmp.participant_name, rtmp.participant_metadata) == ("Alice", "camera 1")

    async def listed(**fields):
        items = (await lk.ingress.list_ingress(api.ListIngressRequest(**fields))).items
        return sorted(i.ingress_id for i in items)

    assert await listed() == sorted((rtmp.ingress_id, whip.ingress_id))
    assert await listed(room_name="one") == [rtmp.ingress_id]
    assert await listed(ingress_id=whip.ingress_id) == [whip.ingress_id]
    changed = await lk.ingress.update_ingress(api.UpdateIngressRequest(
        ingress_id=rtmp.ingress_id, name="renamed", room_name="three", enabled=False))
    assert (changed.name, changed.room_name, changed.participant_identity) == ("renamed", "three", "alice")
    assert not changed.enabled and changed.stream_key == rtmp.stream_key
    assert (await ingress.find(lk, rtmp.ingress_id)).room_name == "three"
    deleted = await lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id=rtmp.ingress_id))
    assert deleted.ingress_id == rtmp.ingress_id
    assert await listed() == [whip.ingress_id]


def layer(width, height, quality=2, bitrate=0):
    return Layer(quality=quality, width=width, height=height, bitrate=bitrate)


REFUSED = {
    "no identity": dict(kind=ingress.RTMP, identity=""),
    "a URL for RTMP": dict(kind=ingress.RTMP, url="https://example.com/a.mp4"),
    "RTMP that is not transcoded": dict(kind=ingress.RTMP, enable_transcoding=False),
    "a URL ingress without a URL": dict(kind=ingress.URL),
    "a URL ingress without a room": dict(kind=ingress.URL, room="", url="https://example.com/a.mp4"),
    "a URL ingress that is off": dict(kind=ingress.URL, url="https://example.com/a.mp4", enabled=False),
    "a file's URL": dict(kind=ingress.URL, url="file:///etc/passwd"),
    "encoding of what is not transcoded": dict(kind=ingress.WHIP, video=ingress.video(Preset.H264_720P_30FPS_3_LAYERS)),
    "an odd layer": dict(kind=ingress.RTMP, video=ingress.video(layers=[layer(641, 360)])),
    "a layer without a size": dict(kind=ingress.RTMP, video=ingress.video(layers=[layer(0, 0)])),
    "two layers of one quality": dict(kind=ingress.RTMP, video=ingress.video(layers=[layer(640, 360), layer(320, 180)])),
    "layers in the wrong order": dict(kind=ingress.RTMP, video=ingress.video(layers=[layer(320, 180, 2), layer(640, 360, 0)])),
    "an unknown preset": dict(kind=ingress.RTMP, video=ingress.video(99)),
    "another codec": dict(kind=ingress.RTMP, video=ingress.video(video_codec=api.VideoCodec.H264_HIGH)),
    "pictures as a microphone": dict(kind=ingress.RTMP, video=api.IngressVideoOptions(source=api.TrackSource.MICROPHONE)),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with SluiceServer(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.mark.parametrize("what", REFUSED)
async def test_refuses_to_make(shared, closing, what):
    fields = dict(REFUSED[what])
    lk = closing(shared.api())
    with pytest.raises(api.TwirpError) as refused:
        await ingress.create(lk, fields.pop("kind"), fields.pop("room", "room"), fields.pop("identity", "alice"), **fields)
    assert refused.value.code == "invalid_argument" and refused.value.status == 400, refused.value
    assert len(refused.value.message) > 20, "it says what would be right"
    assert not (await lk.ingress.list_ingress(api.ListIngressRequest())).items, "nothing was made"


async def test_refuses_what_is_not_there_and_who_may_not(shared, closing):
    lk = closing(shared.api())
    for call in (lk.ingress.update_ingress(api.UpdateIngressRequest(ingress_id="IN_nobody", name="x")),
                 lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id="IN_nobody"))):
        with pytest.raises(api.TwirpError) as refused:
            await call
        assert refused.value.code == "not_found"
    headers = {"Authorization": f"Bearer {shared.token('eve', 'room')}"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{shared.http}/twirp/livekit.Ingress/ListIngress", json={}, headers=headers) as response:
            assert response.status in (401, 403), "a participant may not list keys"


async def test_what_was_made_outlives_a_restart(tmp_path, closing):
    server = SluiceServer(tmp_path)
    with server:
        lk = server.api()
        made = [await ingress.create(lk, kind, "studio", "alice") for kind in (ingress.RTMP, ingress.WHIP)]
        gone = await ingress.create(lk, ingress.RTMP, "studio", "bob")
        await lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id=gone.ingress_id))
        await lk.aclose()
        with FFmpeg(tmp_path, ingress.address(made[0])):
            lk = server.api()
            await ingress.wait_for_status(lk, made[0].ingress_id, ingress.PUBLISHING)
            await lk.aclose()
            server.process.kill()  # in the middle of it
            server.process.wait()
    with server:
        lk = closing(server.api())
        found = {i.ingress_id: i.stream_key for i in (await lk.ingress.list_ingress(api.ListIngressRequest())).items}
        assert found == {i.ingress_id: i.stream_key for i in made}
        assert await rtmp_client.refusal(server.rtmp_port, gone.stream_key) == "Denied"
        watcher = closing(await Subscriber(server, "studio").connect())
        with FFmpeg(tmp_path, ingress.address(made[0]), 660, "again"):
            await watcher.hears("alice", 660)
            await ingress.wait_for_status(lk, made[0].ingress_id, ingress.PUBLISHING)
        assert server.alive
    assert leaks.find([i.stream_key for i in made], tmp_path) == []


async def test_a_session_whose_worker_was_killed_is_told_as_ended(tmp_path, closing):
    server = SluiceServer(tmp_path)
    with server:
        lk = server.api()
        info = await ingress.create(lk, ingress.RTMP, "studio", "alice")
        with FFmpeg(tmp_path, ingress.address(info)):
            await ingress.wait_for_status(lk, info.ingress_id, ingress.PUBLISHING)
            await lk.aclose()
            server.process.kill()
            server.process.wait()
    with server:
        lk = closing(server.api())
        assert (await ingress.find(lk, info.ingress_id)).state.status == ingress.PUBLISHING, "nobody knows better yet"
        state = (await ingress.wait_for_status(lk, info.ingress_id, ingress.ERROR, timeout=90)).state
        assert state.error.startswith("the ingress worker is gone: ") and state.ended_at >= state.started_at, state


async def test_workers_over_redis(tmp_path, closing):
    """`sluice room`, `sluice ingress` and Redis between them: publishers, pulled URLs, changes and deletion get through."""
    with Deployment(tmp_path, workers=0, ingress=True, ingress_config={"url_allowed_networks": ["127.0.0.0/8"]}) as deployed:
        lk = closing(deployed.room.api())
        watcher = closing(await Subscriber(deployed.room, "studio").connect())
        info = await ingress.create(lk, ingress.RTMP, "studio", "alice")
        deployed.secrets.append(info.stream_key)
        assert info.url == deployed.ingress.addresses()["rtmp_base_url"]
        encoder = FFmpeg(tmp_path, ingress.address(info), 440).start()
        person = closing(whip.AiortcPublisher(*await whip_address(lk, deployed), 660))
        await person.publish()
        await watcher.hears("alice", 440)
        await watcher.hears("bob", 660)
        assert (await watcher.look("alice", 2, (640, 360))).size == (640, 360)
        deployed.look_at_jobs()
        metrics = deployed.ingress.metrics()
        assert "livekit_ingress_available" in metrics and "livekit_ingress_publish_status" in metrics
        # A change cuts the publisher off, and holds for the next.
        await lk.ingress.update_ingress(api.UpdateIngressRequest(ingress_id=info.ingress_id, participant_identity="carol"))
        await until(lambda: not encoder.alive, 15, "the publisher is cut off")
        await until(lambda: ("left", "alice") in watcher.events, 10, "the participant has left")
        encoder.start()
        await watcher.hears("carol", 440)
        await lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id=info.ingress_id))
        await until(lambda: not encoder.alive, 15, "the publisher is cut off for good")
        await until(lambda: ("left", "carol") in watcher.events, 10, "the participant has left")
        assert await rtmp_client.refusal(deployed.ingress.rtmp_port, info.stream_key) == "Denied"


async def whip_address(lk, deployed):
    info = await ingress.create(lk, ingress.WHIP, "studio", "bob")
    deployed.secrets.append(info.stream_key)
    return info.url, info.stream_key


async def test_refuses_wrong_keys_and_what_is_disabled(server, lk, tmp_path):
    rtmp = await ingress.create(lk, ingress.RTMP, "studio", "alice")
    other = await ingress.create(lk, ingress.WHIP, "studio", "bob")
    wrong = FFmpeg(tmp_path, f"{rtmp.url}/no-key-of-anybody", name="wrong").start()
    async with whip.offer() as sdp, aiohttp.ClientSession() as session:
        assert (await whip.post(session, other.url, "no-key-of-anybody", sdp))[0] == 404
        assert (await whip.post(session, other.url, rtmp.stream_key, sdp))[0] == 404, "a key of RTMP opens nothing else"
        assert await rtmp_client.refusal(server.rtmp_port, other.stream_key) == "Denied"
        await until(lambda: not wrong.alive, 15, "ffmpeg is refused")
        assert wrong.process.returncode != 0
        for info in (rtmp, other):
            await lk.ingress.update_ingress(api.UpdateIngressRequest(ingress_id=info.ingress_id, enabled=False))
        assert await rtmp_client.refusal(server.rtmp_port, rtmp.stream_key) == "Denied"
        status, text = await whip.post(session, other.url, other.stream_key, sdp)
        assert status == 403 and "disabled" in text
        status, _ = await whip.post(session, other.url, other.stream_key, "v=0\r\nnot an offer")
        assert status == 400
        async with session.delete(f"{other.url}/WH_nobody", headers={"Authorization": f"Bearer {other.stream_key}"}) as answer:
            assert answer.status == 404
    assert leaks.find([rtmp.stream_key, other.stream_key, "no-key-of-anybody"], texts={"log": server.log}) == []


@contextlib.asynccontextmanager
async def files(folder):
    """The URL at which files are served over plain HTTP on the loopback."""
    app = web.Application()
    app.router.add_static("/", folder)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_file_is_pulled_to_its_end(tmp_path, closing):
    secret = "s3cr3t-in-a-query"
    tones = {"mp4": 440, "mkv": 660, "m3u8": 880}
    films = {kind: footage.film(hertz=hertz, seconds=12, container=kind) for kind, hertz in tones.items()}
    config = {"ingress": {"url_allowed_networks": ["127.0.0.0/8"]}}
    async with files(films["mp4"].parent) as place:
        with SluiceServer(tmp_path, config) as server:
            await pull(server, closing, place, films, tones, secret)
    assert leaks.find([secret], tmp_path) == []


async def pull(server, closing, place, films, tones, secret):
    lk = closing(server.api())
    watcher = closing(await Subscriber(server, "cinema").connect())
    infos = {kind: await ingress.create(lk, ingress.URL, "cinema", kind, url=f"{place}/{film.name}?token={secret}")
             for kind, film in films.items()}
    assert not any(i.reusable or i.stream_key for i in infos.values())
    await asyncio.gather(*(watcher.hears(kind, hertz) for kind, hertz in tones.items()))
    for sight in await asyncio.gather(*(watcher.look(kind, 3) for kind in tones)):
        assert sight.size == (640, 360) and 0.4 * 25 < sight.rate < 1.2 * 25
        assert footage.likeness(sight.picture) > 0.9
    for info in infos.values():
        ended = await ingress.wait_for_status(lk, info.ingress_id, ingress.COMPLETE, ingress.ERROR)
        assert ended.state.status == ingress.COMPLETE, ended.state
        assert ended.state.ended_at - ended.state.started_at > 10e9, "at the pace of time"
    missing = await ingress.create(lk, ingress.URL, "cinema", "missing", url=f"{place}/nothing.mp4")
    failed = await ingress.wait_for_status(lk, missing.ingress_id, ingress.ERROR)
    assert "404" in failed.state.error or "not found" in failed.state.error.lower(), failed.state.error
    assert server.alive


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"])
async def test_inner_networks_are_out_of_bounds(shared, closing, host):
    lk = closing(shared.api())
    asked = []
    async with files("/") as place:
        port = place.rpartition(":")[2]
        try:
            info = await ingress.create(lk, ingress.URL, "cinema", "spy", url=f"http://{host}:{port}/latest/meta-data")
            ended = await ingress.wait_for_status(lk, info.ingress_id, ingress.ERROR)
            asked.append(ended.state.error)
            await lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id=info.ingress_id))
        except api.TwirpError as refused:
            asked.append(refused.message)
    assert "may not be pulled" in asked[0], asked
