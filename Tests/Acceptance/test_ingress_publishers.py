"""Unmodified publishers of every kind, several at a time: a LiveKit client sees their pictures and hears their tones."""

import asyncio
import contextlib
import time

import pytest

from peerkit import certificates, footage, ingress, leaks
from peerkit.browser_publisher import BrowserPublisher
from peerkit.encoders import OBS, Display, FFmpeg, GStreamer, PyAV, SRTSource, WebRTCBin
from peerkit.ports import free_port
from peerkit.server import SluiceServer
from peerkit.subscriber import Subscriber, until
from peerkit.whip import AiortcPublisher

SIZE, FPS = (640, 360), 25


async def check(watcher, identity, hertz, size=SIZE, fps=FPS):
    """The participant's pictures are those of the clip, in size and rate, and its sound is its tone and no other."""
    await watcher.hears(identity, hertz)
    sight = await watcher.look(identity, 4, size)
    assert sight.size == size, f"{identity}: {sight.size}"
    # A machine that is short of time leaves pictures out, or catches up with those that it owes.
    assert 0.4 * fps < sight.rate < 1.6 * fps, f"{identity}: {sight.rate:.1f} pictures a second"
    assert footage.likeness(sight.picture) > 0.9, f"{identity}: {footage.likeness(sight.picture):.2f} like the clip"
    sound = await watcher.track(identity, "audio")
    since = asyncio.get_running_loop().time() - 3
    assert sound.tone(hertz, since) > 0.05
    assert sound.tone(hertz * 1.5, since) < 0.02, f"{identity}: another tone"


async def check_all(watcher, tones):
    """The same of several, and of each what is wrong with it."""
    results = await asyncio.gather(*(check(watcher, *one) for one in tones.items()), return_exceptions=True)
    wrong = [f"{type(r).__name__}: {str(r).splitlines()[0]}" for r in results if r]
    assert wrong == []


async def check_state(lk, info, codecs, size=SIZE, fps=FPS):
    """What the API tells of a publisher while it publishes."""
    state = (await ingress.wait_for_status(lk, info.ingress_id, ingress.PUBLISHING)).state
    assert state.room_id and state.resource_id and state.started_at > 0 and state.error == ""
    assert {t.type for t in state.tracks} == {0, 1}, "sound and pictures"
    assert (state.video.mime_type.lower(), state.audio.mime_type.lower()) == codecs, state
    assert (state.video.width, state.video.height) == size
    deadline = time.monotonic() + 20  # averages are told when there has been something to measure
    while not state.video.framerate:
        assert time.monotonic() < deadline, f"no averages: {state}"
        await asyncio.sleep(0.2)
        state = (await ingress.find(lk, info.ingress_id)).state
    assert 0 < state.video.framerate < 1.6 * fps and state.video.average_bitrate > 0, state
    assert state.audio.sample_rate == 48000 and state.audio.channels == 2


@contextlib.asynccontextmanager
async def served(folder, config=None):
    """A server, its API and a subscriber; whatever ran is looked through for the keys that were used."""
    keys = []
    with SluiceServer(folder, {"ingress": {"session_logs": str(folder / "sessions"), **(config or {})}}) as server:
        async with contextlib.AsyncExitStack() as stack:
            lk = server.api()
            stack.push_async_callback(lk.aclose)
            watcher = await Subscriber(server, "studio").connect()
            stack.push_async_callback(watcher.close)

            async def create(kind, identity, **fields):
                info = await ingress.create(lk, kind, "studio", identity, **fields)
                keys.append(info.stream_key)
                return info

            yield server, lk, watcher, create, stack
            seen = leaks.command_lines(server.job_processes(b"ingress-session"))
            assert server.alive, server.log[-4000:]
    assert leaks.find([key for key in keys if key], folder, texts=seen) == []


async def test_rtmp_and_srt_publishers(tmp_path):
    made = certificates.make(tmp_path / "certificates")
    secure = free_port()
    config = {"rtmps_port": secure, "tls_cert_file": str(made.certificate), "tls_key_file": str(made.key),
              "url_allowed_networks": ["127.0.0.0/8"]}
    async with served(tmp_path, config) as (_, lk, watcher, create, stack):
        first = await create(ingress.RTMP, "ffmpeg")
        stack.enter_context(FFmpeg(tmp_path, ingress.address(first), 440))
        second = await create(ingress.RTMP, "gstreamer")
        stack.enter_context(GStreamer(tmp_path, ingress.address(second), 660))
        third = await create(ingress.RTMP, "secure")
        stack.enter_context(FFmpeg(tmp_path, f"rtmps://localhost:{secure}/live/{third.stream_key}", 880, "secure"))
        source = stack.enter_context(SRTSource(tmp_path, 1100))
        fourth = await create(ingress.URL, "srt", url=source.pulled)
        await check_all(watcher, {"ffmpeg": 440, "gstreamer": 660, "secure": 880, "srt": 1100})
        for info in (first, second, third, fourth):
            await check_state(lk, info, ("video/h264", "audio/aac"))
        kinds = {p.identity: p.kind for p in watcher.room.remote_participants.values()}
        assert set(kinds.values()) == {1}, f"all are of the kind INGRESS: {kinds}"


ENHANCED = {"hevc": ("libx265", "aac", "video/h265", "audio/aac"), "av1": ("libsvtav1", "libopus", "video/av1", "audio/opus"),
            "vp9": ("libvpx-vp9", "aac", "video/vp9", "audio/aac")}


@pytest.mark.parametrize("name", ENHANCED)
async def test_enhanced_rtmp(tmp_path, name):
    """Codecs that RTMP has names of four letters for; one at a time, for their encoders take most of a slow machine."""
    pictures, sound, video, audio = ENHANCED[name]
    async with served(tmp_path) as (_, lk, watcher, create, stack):
        made = await create(ingress.RTMP, name)
        stack.enter_context(PyAV(tmp_path, ingress.address(made), 660, name, pictures=pictures, sound=sound))
        await check(watcher, name, 660)
        await check_state(lk, made, (video, audio))


async def test_whip_publishers(tmp_path):
    async with served(tmp_path) as (_, lk, watcher, create, stack):
        made = {name: await create(ingress.WHIP, name) for name in ("chromium", "webrtcbin", "aiortc", "pyav")}
        where = {name: (info.url, info.stream_key) for name, info in made.items()}
        page = await stack.enter_async_context(BrowserPublisher(tmp_path, *where["chromium"], 440))
        page.publish()
        stack.enter_context(WebRTCBin(tmp_path, *where["webrtcbin"], 660))
        person = AiortcPublisher(*where["aiortc"], 880)
        stack.push_async_callback(person.close)
        await person.publish()
        stack.enter_context(PyAV.whip(tmp_path, *where["pyav"], 1100))
        assert await page.wait_for("status") == 201 and page.told("location") == page.told("tag") == [True]
        await check_all(watcher, {"chromium": 440, "webrtcbin": 660, "aiortc": 880, "pyav": 1100})
        for name, video in (("chromium", "vp8"), ("webrtcbin", "vp8"), ("aiortc", "vp8"), ("pyav", "h264")):
            await check_state(lk, made[name], (f"video/{video}", "audio/opus"))
        # Whoever deletes its session is gone at once.
        assert await page.leave() == 200 and await person.delete() == 200
        await until(lambda: {("left", "chromium"), ("left", "aiortc")} <= set(watcher.events), 10,
                    lambda: f"both have left: {watcher.events}")
        await ingress.wait_for_status(lk, made["chromium"].ingress_id, ingress.INACTIVE)


async def test_whip_publishers_transcoded(tmp_path):
    """The same media decoded and encoded: H.264 and VP8 come in, layers of H.264 go out."""
    async with served(tmp_path) as (_, lk, watcher, create, stack):
        first = await create(ingress.WHIP, "chromium", enable_transcoding=True)
        page = await stack.enter_async_context(BrowserPublisher(tmp_path, first.url, first.stream_key, 440, trickle=True))
        page.publish()
        second = await create(ingress.WHIP, "webrtcbin", enable_transcoding=True)
        stack.enter_context(WebRTCBin(tmp_path, second.url, second.stream_key, 660, codec="H264"))
        assert await page.wait_for("status") == 201
        await check_all(watcher, {"chromium": 440, "webrtcbin": 660})
        await check_state(lk, first, ("video/vp8", "audio/opus"))
        await check_state(lk, second, ("video/h264", "audio/opus"))
        patched = page.told("patched")
        assert patched and set(patched) == {204}, f"candidates are taken as they are found: {patched}"


@pytest.mark.parametrize("layers", [3])
async def test_simulcast_of_a_browser_goes_through(tmp_path, layers):
    async with served(tmp_path) as (server, lk, watcher, create, stack):
        info = await create(ingress.WHIP, "chromium")
        page = await stack.enter_async_context(BrowserPublisher(
            tmp_path, info.url, info.stream_key, 440, size=(1280, 720), layers=layers))
        page.publish()
        small = await Subscriber(server, "studio", "small", quality=0).connect()
        stack.push_async_callback(small.close)
        assert await page.wait_for("status") == 201
        sight = await small.look("chromium", 3, (320, 180))
        assert sight.size == (320, 180) and footage.likeness(sight.picture) > 0.9
        await watcher.hears("chromium", 440)
        assert (await watcher.track("chromium", "video")).publication.simulcasted
        state = (await ingress.wait_for_status(lk, info.ingress_id, ingress.PUBLISHING)).state
        pictures, = (t for t in state.tracks if t.type == 1)
        assert len(pictures.layers) == layers, pictures


@pytest.mark.full
async def test_obs(tmp_path):
    async with served(tmp_path) as (_, lk, watcher, create, stack):
        info = await create(ingress.RTMP, "obs")
        display = stack.enter_context(Display(tmp_path))
        stack.enter_context(OBS(tmp_path, info.url, info.stream_key, display, 440))
        await check(watcher, "obs", 440, fps=30)
        await check_state(lk, info, ("video/h264", "audio/aac"), fps=30)
