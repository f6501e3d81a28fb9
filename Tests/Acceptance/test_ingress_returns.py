"""A publisher that is lost and comes back, one that does not, one that says goodbye, and two that want the same place."""

import asyncio
import os
import signal
import time

import pytest

from peerkit import ingress
from peerkit.encoders import FFmpeg, WebRTCBin
from peerkit.server import KEY, SECRET, SluiceServer
from peerkit.subscriber import Subscriber, until
from peerkit.webhooks import WebhookReceiver

GRACE = 12
TONES = {"rtmp": 440, "whip": 660, "transcoded": 880}
AFTER = 1.5  # tones of those that come back are a fifth higher


def left(watcher):
    return {identity for event, identity in watcher.events if event == "left"}


async def sids(watcher):
    return {(name, kind): (await watcher.track(name, kind)).sid for name in TONES for kind in ("video", "audio")}


async def test_a_publisher_is_lost_and_comes_back_in_time_and_too_late(tmp_path, closing):
    async with WebhookReceiver(KEY, SECRET) as hooks:
        config = {"webhook": {"api_key": KEY, "urls": [hooks.url]}, "ingress": {"publisher_grace_period": f"{GRACE}s"}}
        with SluiceServer(tmp_path, config) as server:
            lk = closing(server.api())
            watcher = closing(await Subscriber(server, "studio").connect())
            made = {"rtmp": await ingress.create(lk, ingress.RTMP, "studio", "rtmp"),
                    "whip": await ingress.create(lk, ingress.WHIP, "studio", "whip"),
                    "transcoded": await ingress.create(lk, ingress.WHIP, "studio", "transcoded", enable_transcoding=True)}

            def start(suffix, factor=1.0):
                tones = {name: hertz * factor for name, hertz in TONES.items()}
                return [FFmpeg(tmp_path, ingress.address(made["rtmp"]), tones["rtmp"], f"ffmpeg-{suffix}").start(),
                        *(WebRTCBin(tmp_path, made[n].url, made[n].stream_key, tones[n], f"{n}-{suffix}").start()
                          for n in ("whip", "transcoded"))]

            encoders = start("first")
            for name, hertz in TONES.items():
                await watcher.hears(name, hertz)
            before = await sids(watcher)
            sessions = {n: (await ingress.wait_for_status(lk, i.ingress_id, ingress.PUBLISHING)).state.resource_id
                        for n, i in made.items()}

            for encoder in encoders:
                encoder.kill()
            await asyncio.sleep(1)
            assert left(watcher) == set()
            encoders = start("second", AFTER)
            for name, hertz in TONES.items():
                await watcher.hears(name, hertz * AFTER)
                assert (await watcher.look(name, 2, (640, 360))).size == (640, 360), "pictures go on as well"
            assert await sids(watcher) == before, "the same tracks go on"
            assert left(watcher) == set() and not [e for e in watcher.events if e[0] == "unpublished"]
            for name, info in made.items():
                state = (await ingress.find(lk, info.ingress_id)).state
                assert state.status == ingress.PUBLISHING and state.resource_id == sessions[name], f"{name}: one session"
                assert hooks.of_ingress(info.ingress_id) == [("ingress_started", ingress.PUBLISHING)]

            killed = time.monotonic()
            for encoder in encoders:
                encoder.kill()
            # What a WHIP publisher was is known to be gone only some time after it went.
            await until(lambda: left(watcher) == set(TONES), GRACE + 60, lambda: f"all have left: {watcher.events}")
            assert time.monotonic() - killed > GRACE - 1, "they were waited for"
            for info in made.values():
                state = (await ingress.wait_for_status(lk, info.ingress_id, ingress.INACTIVE)).state
                assert state.error == "" and state.ended_at >= state.started_at > 0
            await until(lambda: all(len(hooks.of_ingress(i.ingress_id)) == 2 for i in made.values()), 10, "webhooks")
            for info in made.values():
                assert hooks.of_ingress(info.ingress_id)[-1] == ("ingress_ended", ingress.INACTIVE)
            told = [e.ingress_info for e in hooks.events if e.event.startswith("ingress_")]
            assert not any(i.stream_key in str(t) for i in made.values() for t in told), "webhooks carry no key"
            assert server.alive


async def test_a_publisher_that_says_goodbye_is_not_waited_for(tmp_path, closing):
    with SluiceServer(tmp_path, {"ingress": {"publisher_grace_period": "10m"}}) as server:
        lk = closing(server.api())
        watcher = closing(await Subscriber(server, "studio").connect())
        rtmp = await ingress.create(lk, ingress.RTMP, "studio", "rtmp")
        whip = await ingress.create(lk, ingress.WHIP, "studio", "whip")
        encoders = [FFmpeg(tmp_path, ingress.address(rtmp), 440).start(),
                    WebRTCBin(tmp_path, whip.url, whip.stream_key, 660).start()]
        await watcher.hears("rtmp", 440)
        await watcher.hears("whip", 660)
        for encoder in encoders:
            encoder.stop()
        await until(lambda: left(watcher) == {"rtmp", "whip"}, 20, lambda: f"both have left: {watcher.events}")
        for info in (rtmp, whip):
            await ingress.wait_for_status(lk, info.ingress_id, ingress.INACTIVE)


async def test_a_session_that_dies_is_begun_again_and_takes_nobody_with_it(server, closing, tmp_path):
    lk = closing(server.api())
    watcher = closing(await Subscriber(server, "studio").connect())
    made = {name: await ingress.create(lk, ingress.RTMP, "studio", name) for name in ("one", "other")}
    with FFmpeg(tmp_path, ingress.address(made["one"]), 440, "one") as encoder:
        await watcher.hears("one", 440)
        victim, = server.job_processes(b"ingress-session")
        with FFmpeg(tmp_path, ingress.address(made["other"]), 660, "other"):
            await watcher.hears("other", 660)
            since = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            await until(lambda: ("left", "one") in watcher.events or
                        [t.identity for t in watcher.tracks].count("one") == 4, 40, "the participant is another one")
            await watcher.hears("one", 440)
            assert (await watcher.look("one", 2, (640, 360))).size == (640, 360)
            assert encoder.alive, "the publisher was not disconnected"
            state = (await ingress.find(lk, made["one"].ingress_id)).state
            assert state.status == ingress.PUBLISHING and state.error == ""
            other = (await watcher.track("other", "video")).sight(since)
            assert other.longest_gap < 1.5 and other.rate > 0.4 * 25
            assert [t.identity for t in watcher.tracks].count("other") == 2, "the neighbour's tracks stay"
            processes = server.job_processes(b"ingress-session")
            assert len(processes) == 2 and victim not in processes


@pytest.mark.parametrize("conflict", ["newest", "oldest"])
async def test_two_publishers_with_one_key(tmp_path, closing, conflict):
    with SluiceServer(tmp_path, {"ingress": {"publisher_conflict": conflict}}) as server:
        lk = closing(server.api())
        watcher = closing(await Subscriber(server, "studio").connect())
        info = await ingress.create(lk, ingress.RTMP, "studio", "alice")
        first = FFmpeg(tmp_path, ingress.address(info), 440, "first").start()
        track = await watcher.hears("alice", 440)
        second = FFmpeg(tmp_path, ingress.address(info), 660, "second").start()
        goes, stays, hertz = (first, second, 660) if conflict == "newest" else (second, first, 440)
        try:
            await until(lambda: not goes.alive, 20, "one of them is sent away")
            await watcher.hears("alice", hertz)
            assert (await watcher.track("alice", "audio")).sid == track.sid and left(watcher) == set()
            assert stays.alive
        finally:
            first.stop()
            second.stop()
