"""The whole way: an encoder's RTMP becomes a participant, its room is composed, recorded, cut to HLS and streamed on by RTMP."""

import asyncio

import av
import pytest
from livekit import api

from peerkit import egress, footage, hls, ingress
from peerkit.deployment import Deployment
from peerkit.encoders import FFmpeg
from peerkit.recording import Recording, longest_freeze
from peerkit.rtmp import RTMPReceiver
from peerkit.subscriber import until

HERTZ = 440
KEY = "chain-stream-key-7Wd4"
SMALL = api.EncodingOptions(width=640, height=360, framerate=30, video_bitrate=1500, key_frame_interval=2)
SECONDS = 14


async def test_from_an_encoder_to_every_output(tmp_path, closing):
    with RTMPReceiver(tmp_path) as receiver, Deployment(tmp_path, ingress=True, secrets=[KEY]) as deployed:
        lk = closing(deployed.room.api())
        source = await ingress.create(lk, ingress.RTMP, "show", "camera")
        deployed.secrets.append(source.stream_key)
        with FFmpeg(tmp_path, ingress.address(source), HERTZ):
            await ingress.wait_for_status(lk, source.ingress_id, ingress.PUBLISHING)
            started = await lk.egress.start_room_composite_egress(api.RoomCompositeEgressRequest(
                room_name="show", layout="grid", advanced=SMALL,
                file_outputs=[api.EncodedFileOutput(file_type=api.EncodedFileType.MP4, filepath="show.mp4")],
                segment_outputs=[api.SegmentedFileOutput(
                    protocol=api.SegmentedFileProtocol.HLS_PROTOCOL, filename_prefix="hls/show", playlist_name="hls/show.m3u8",
                    segment_duration=2)],
                stream_outputs=[api.StreamOutput(protocol=api.StreamProtocol.RTMP, urls=[receiver.url(KEY)])]))
            await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE, *egress.FINAL))
            await until(lambda: KEY in receiver.streams(), 15, "the receiver is sent to")
            deployed.look_at_jobs()
            await asyncio.sleep(SECONDS)
            info, = await egress.stop_all(lk, [started])
        assert info.status == api.EgressStatus.EGRESS_COMPLETE and info.error == "", info
        ended = await ingress.wait_for_status(lk, source.ingress_id, ingress.INACTIVE)
        assert ended.state.error == ""

        file = Recording(info.file_results[0].location)
        streamed, = receiver.recorded(KEY)
        segments = info.segment_results[0]
        playlist = hls.parse((deployed.worker.recordings / segments.playlist_name).read_text())
    assert playlist.ended and len(playlist.segments) == segments.segment_count >= SECONDS / 2 - 1
    folder = deployed.worker.path(segments.playlist_name).parent
    for segment in playlist.segments:
        facts = hls.look_into((folder / segment.uri).read_bytes())
        assert facts.starts_with_key and facts.frames > 0
        assert facts.audio_duration == pytest.approx(facts.video_duration, abs=0.2)
    whole = tmp_path / "segments.ts"
    whole.write_bytes(b"".join((folder / s.uri).read_bytes() for s in playlist.segments))
    for name, recording in (("MP4", file), ("HLS", Recording(whole)), ("RTMP", Recording(streamed))):
        look_at(name, recording)
    assert playlist.duration == pytest.approx(file.duration, abs=0.5)


def look_at(name, recording):
    """The encoder's pictures move and are the clip's, and its tone is there all the time."""
    video = recording.stream("video")
    assert (video["codec_name"], video["width"], video["height"]) == ("h264", 640, 360), name
    assert recording.stream("audio")["codec_name"] == "aac"
    assert recording.duration > SECONDS - 2, f"{name}: {recording.duration:.1f} s"
    freeze, black = longest_freeze(recording, (0, 0, 640, 360))
    assert freeze < 1 and black == 0, f"{name}: still for {freeze:.2f} s, black {black:.0%}"
    heard = sum(end - begin for begin, end in recording.tone_times(HERTZ))
    assert heard > recording.duration - 1.5, f"{name}: the tone is heard for {heard:.1f} s"
    with av.open(recording.path) as container:
        pictures = [f.to_ndarray(format="gray") for n, f in enumerate(container.decode(video=0)) if n % 60 == 45]
    likest = [footage.likeness(picture) for picture in pictures]
    assert min(likest) > 0.85, f"{name}: {likest}"
