"""Layers of a transcoded source, each watched by somebody who asks for it: their sizes, rates and bitrates."""

import asyncio

import pytest
from livekit import api, rtc

from peerkit import footage, ingress
from peerkit.encoders import FFmpeg
from peerkit.subscriber import Subscriber

Preset = api.IngressVideoEncodingPreset
LOW, MEDIUM, HIGH = rtc.VideoQuality.VIDEO_QUALITY_LOW, rtc.VideoQuality.VIDEO_QUALITY_MEDIUM, rtc.VideoQuality.VIDEO_QUALITY_HIGH

# Size and bits a second of each quality (docs/ingress.md).
HD = {HIGH: ((1280, 720), 1_900_000), MEDIUM: ((640, 360), 671_751), LOW: ((320, 180), 237_500)}
FULL_HD = {HIGH: ((1920, 1080), 3_500_000), MEDIUM: ((960, 540), 1_237_436), LOW: ((480, 270), 437_500)}


@pytest.mark.parametrize(("preset", "layers", "seconds"), [
    (Preset.H264_720P_30FPS_3_LAYERS, HD, 15),
    pytest.param(Preset.H264_1080P_30FPS_3_LAYERS, FULL_HD, 30, marks=pytest.mark.full),
])
async def test_layers_are_those_of_the_preset(server, closing, tmp_path, preset, layers, seconds):
    lk = closing(server.api())
    info = await ingress.create(lk, ingress.RTMP, "studio", "camera", video=ingress.video(preset))
    watchers = {q: closing(await Subscriber(server, "studio", f"watcher-{q}", quality=q).connect()) for q in layers}
    with FFmpeg(tmp_path, ingress.address(info), size=layers[HIGH][0], fps=30, kilobits=layers[HIGH][1] // 1000):
        for quality, watcher in watchers.items():
            await watcher.look("camera", 1, layers[quality][0])
        await asyncio.sleep(3)  # the encoder finds its pace, and key frames for newcomers are past
        tracks = {quality: await watcher.track("camera", "video") for quality, watcher in watchers.items()}
        since = asyncio.get_running_loop().time()
        bitrates = dict(zip(layers, await asyncio.gather(*(tracks[q].bitrate(seconds) for q in layers))))
        sights = {quality: track.sight(since) for quality, track in tracks.items()}
        state = (await ingress.find(lk, info.ingress_id)).state
    told = {q: (sights[q].size, round(bitrates[q]), round(sights[q].rate, 1)) for q in layers}
    print(told)
    for quality, (size, bitrate) in layers.items():
        assert {f.size for f in sights[quality].frames} == {size}, f"{quality}: it changes, {told}"
        share = sights[quality].rate / 30
        # A machine that is very short of time leaves pictures out, and their bits with them.
        assert 0.85 * bitrate * (1 if share > 0.85 else share) < bitrates[quality] < 1.15 * bitrate, f"{quality}: {told}"
        assert 0.4 < share and sights[quality].rate < 1.2 * 30, told
        assert footage.likeness(sights[quality].picture) > 0.9
    pictures, = (t for t in state.tracks if t.type == api.TrackType.VIDEO)
    assert {(p.quality, p.width, p.height) for p in pictures.layers} == {(q, *size) for q, (size, _) in layers.items()}
    assert (state.video.width, state.video.height) == layers[HIGH][0]
    assert 0.5 * 30 < state.video.framerate < 1.1 * 30, "as the encoder beside it gets to send"


async def test_a_source_that_is_smaller_is_not_enlarged(server, closing, tmp_path):
    """Layers larger than the source are left out, the uppermost is the source's own size; portrait stays portrait."""
    lk = closing(server.api())
    sources = {"small": (480, 270), "portrait": (360, 640)}
    watcher = closing(await Subscriber(server, "studio").connect())
    made = {name: await ingress.create(lk, ingress.RTMP, "studio", name) for name in sources}
    encoders = [FFmpeg(tmp_path, ingress.address(made[name]), name=name, size=size).start() for name, size in sources.items()]
    try:
        for name, size in sources.items():
            sight = await watcher.look(name, 2, size)
            assert sight.size == size and footage.likeness(sight.picture) > 0.85
    finally:
        for encoder in encoders:
            encoder.stop()
