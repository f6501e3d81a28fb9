"""Every kind of source by every kind of output that can carry it, recorded in one go and looked into one by one."""

import asyncio
import contextlib
import dataclasses
import json
import pathlib
import subprocess
import time

import av
import numpy as np
import pytest
from livekit import api

from peerkit import egress, hls
from peerkit.deployment import Deployment
from peerkit.publisher import WHITE, Publisher
from peerkit.recording import Recording, spans, tone_levels
from peerkit.rtmp import RTMPReceiver
from peerkit.sound_receiver import SoundReceiver

# (Y, U, V) and the tone of each; a mark is a fifth higher and white.
ALICE, BOB, CAROL = ((120, 90, 200), 440), ((90, 200, 90), 880), ((150, 60, 60), 1760)
MARK = 2.0
KEY = "matrix-stream-key-8Gh2"

SMALL = api.EncodingOptions(width=640, height=360, framerate=30, video_bitrate=800)
TINY = api.EncodingOptions(width=320, height=180, framerate=15, video_bitrate=300)
FILE = api.EncodedFileType


@dataclasses.dataclass
class Run:
    """What the one run made, by the names of its egresses."""

    infos: dict
    folder: pathlib.Path
    stream: pathlib.Path
    sound: SoundReceiver
    carol: float  # seconds that she was there
    late: dict  # by how many seconds each gave its sound away late at most, on a machine that was busy


def encoded(path, kind=FILE.DEFAULT_FILETYPE):
    return [api.EncodedFileOutput(file_type=kind, filepath=path)]


def segments(prefix, protocol=api.SegmentedFileProtocol.HLS_PROTOCOL, **fields):
    return [api.SegmentedFileOutput(protocol=protocol, filename_prefix=prefix, playlist_name=f"{prefix}.m3u8",
                                    segment_duration=2, **fields)]


def requests(alice, bob, stream, socket):
    """(method, request) of every egress of the run."""
    sids = {"alice's camera": alice.video.sid, "alice's sound": alice.audio.sid, "bob's camera": bob.video.sid,
            "bob's sound": bob.audio.sid}
    room = {"room_name": "matrix"}
    images = [api.ImageOutput(capture_interval=2, width=320, height=180, filename_prefix="images/still")]
    fmp4 = api.SegmentedFileProtocol.HLS_FMP4_PROTOCOL
    streams = [api.StreamOutput(protocol=api.StreamProtocol.RTMP, urls=[stream])]
    route, output = api.AudioRoute, api.Output

    def direct(path):
        return api.DirectFileOutput(filepath=path)

    def media(file, audio, **fields):
        source = api.MediaSource(audio=api.AudioConfig(**audio), **fields.pop("media"))
        return api.StartEgressRequest(**room, media=source, outputs=[output(file=api.FileOutput(filepath=file))], **fields)

    sides = [route(track_id=sids["alice's sound"], channel=api.AudioChannel.AUDIO_CHANNEL_LEFT),
             route(participant_identity="bob", channel=api.AudioChannel.AUDIO_CHANNEL_RIGHT)]
    return {
        "composite": ("room_composite", api.RoomCompositeEgressRequest(
            **room, layout="grid", advanced=SMALL, file_outputs=encoded("composite.mp4", FILE.MP4), image_outputs=images,
            segment_outputs=segments("hls/room", live_playlist_name="hls/live.m3u8"), stream_outputs=streams)),
        "composite sound": ("room_composite", api.RoomCompositeEgressRequest(
            **room, audio_only=True, file_outputs=encoded("room.ogg", FILE.OGG))),
        "composite sides": ("room_composite", api.RoomCompositeEgressRequest(
            **room, audio_only=True, audio_mixing=api.AudioMixing.DUAL_CHANNEL_ALTERNATE,
            file_outputs=encoded("sides.mp3", FILE.MP3))),
        "template": ("", api.StartEgressRequest(
            **room, template=api.TemplateSource(layout="single-speaker"), advanced=TINY,
            outputs=[output(file=api.FileOutput(filepath="template.mp4"))])),
        "participant": ("participant", api.ParticipantEgressRequest(
            **room, identity="alice", advanced=TINY, file_outputs=encoded("participant.mp4"),
            segment_outputs=segments("hls4/alice", fmp4))),
        "track composite": ("track_composite", api.TrackCompositeEgressRequest(
            **room, audio_track_id=sids["bob's sound"], video_track_id=sids["bob's camera"],
            file_outputs=encoded("tracks.mp4"))),
        "track vp8": ("track", api.TrackEgressRequest(**room, track_id=sids["alice's camera"], file=direct("vp8"))),
        "track h264": ("track", api.TrackEgressRequest(**room, track_id=sids["bob's camera"], file=direct("h264"))),
        "track opus": ("track", api.TrackEgressRequest(**room, track_id=sids["alice's sound"], file=direct("opus"))),
        "track socket": ("track", api.TrackEgressRequest(**room, track_id=sids["bob's sound"], websocket_url=socket)),
        "media": ("", media("media.mp4", {"routes": sides}, media={"video_track_id": sids["alice's camera"]}, advanced=TINY)),
        "media sound": ("", media("all.ogg", {"capture_all": True}, media={})),
        "passthrough": ("", api.StartEgressRequest(
            **room, media=api.MediaSource(video_track_id=sids["bob's camera"]),
            preset=api.EncodingOptionsPreset.PASSTHROUGH, outputs=[output(file=api.FileOutput(filepath="passed"))])),
    }


async def perform(folder):
    async with contextlib.AsyncExitStack() as stack:
        receiver = stack.enter_context(RTMPReceiver(folder))
        deployed = stack.enter_context(Deployment(folder, secrets=[KEY]))
        sound = await stack.enter_async_context(SoundReceiver())
        lk = deployed.room.api()
        stack.push_async_callback(lk.aclose)

        async def arrive(name, look, codec="vp8"):
            person = Publisher(deployed.room, "matrix", name, hertz=look[1], colour=look[0], size=(320, 180), fps=15,
                               codec=codec, simulcast=False, bitrate=300_000)
            stack.push_async_callback(person.close)
            await person.connect()
            return await person.publish()

        alice, bob = await arrive("alice", ALICE), await arrive("bob", BOB, "h264")
        await asyncio.sleep(1.5)
        asked = requests(alice, bob, receiver.url(KEY), sound.url)
        calls = [getattr(lk.egress, f"start_{kind}_egress" if kind else "start_egress")(request)
                 for kind, request in asked.values()]
        started = await asyncio.gather(*calls)
        await asyncio.gather(*(egress.wait_for_status(lk, i.egress_id, (api.EgressStatus.EGRESS_ACTIVE, *egress.FINAL))
                               for i in started))
        deployed.look_at_jobs()
        await asyncio.sleep(1)
        alice.mark_soon(MARK)
        carol = await arrive("carol", CAROL)
        there = time.monotonic()
        await asyncio.sleep(4)
        await carol.close()
        there = time.monotonic() - there
        bob.audio_track.mute()
        await asyncio.sleep(1.5)
        bob.audio_track.unmute()
        await asyncio.sleep(1.5)
        finals = await egress.stop_all(lk, started)
        await asyncio.sleep(0.5)
        stream, = receiver.recorded(KEY)
        return Run(dict(zip(asked, finals)), deployed.worker.recordings, stream, sound, there,
                   {p.identity: p.worst_delay for p in (alice, bob, carol)})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return asyncio.run(perform(tmp_path_factory.mktemp("matrix")))


EVERYTHING = ["composite", "composite sound", "composite sides", "template", "participant", "track composite", "track vp8",
              "track h264", "track opus", "track socket", "media", "media sound", "passthrough"]


@pytest.mark.parametrize("name", EVERYTHING)
def test_it_completes(run, name):
    info = run.infos[name]
    assert info.status == api.EgressStatus.EGRESS_COMPLETE and info.error == "", info
    assert info.details.startswith("End reason: StopEgress API")


# name: (file, codecs, (width, height) or None)
FILES = {
    "composite": ("composite.mp4", "h264 aac", (640, 360)),
    "composite sound": ("room.ogg", "opus", None),
    "composite sides": ("sides.mp3", "mp3", None),
    "template": ("template.mp4", "h264 aac", (320, 180)),
    "participant": ("participant.mp4", "h264 aac", (320, 180)),
    "track composite": ("tracks.mp4", "h264 opus", (1280, 720)),
    "track vp8": ("vp8.webm", "vp8", (320, 180)),
    "track h264": ("h264.mp4", "h264", (320, 180)),
    "track opus": ("opus.ogg", "opus", None),
    "media": ("media.mp4", "h264 aac", (320, 180)),
    "media sound": ("all.ogg", "opus", None),
    "passthrough": ("passed.mp4", "h264", (320, 180)),
}


def opened(run, name):
    result, = run.infos[name].file_results
    return Recording(result.location), result


@pytest.mark.parametrize("name", FILES)
def test_its_file(run, name):
    recording, result = opened(run, name)
    file, codecs, size = FILES[name]
    assert pathlib.Path(result.location) == run.folder / file and result.filename == file
    assert pathlib.Path(result.location).stat().st_size == result.size
    streams = {s["codec_type"]: s for s in recording.probe["streams"]}
    assert sorted(s["codec_name"] for s in streams.values()) == sorted(codecs.split())
    if size and name != "track composite":
        assert (streams["video"]["width"], streams["video"]["height"]) == size
    # One frame and one block of sound.
    assert recording.duration == pytest.approx(result.duration / 1e9, abs=1 / 15 + 0.025)
    assert result.ended_at - result.started_at == pytest.approx(result.duration, abs=0.1e9)
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", recording.path, "-f", "null", "-"], check=True)


def shown(recording, colour, share):
    return spans([(t, s[0]) for t, s in recording.colour_shares(colour)], share, gap=0.2)


def only(found, what):
    """The one span that is to be found."""
    assert len(found) == 1, f"{what}: {[(round(begin, 2), round(end, 2)) for begin, end in found]}"
    return found[0]


def check_mark(run, recording, share, sound=True, blocks=0.025):
    """The mark lasts as long as it lasted: to a frame of the source, and to a block of sound."""
    if share:
        begin, end = only(shown(recording, WHITE, share), "the picture's mark")
        assert end - begin == pytest.approx(MARK, abs=2 / 15 + 0.01), "the picture's mark"
    if sound:
        heard = recording.tone_times(ALICE[1] * 1.5, gap=0.1 + run.late["alice"])
        # Where sound begins or comes back there is a click, which has something of every tone.
        heard = [(begin, end) for begin, end in heard if end - begin > 0.05]
        begin, end = only(heard, f"the sound's mark of alice, who was {run.late['alice']:.2f} s late")
        assert end - begin == pytest.approx(MARK - 0.02, abs=blocks), "the sound's mark"


def test_the_room_shows_and_sounds_like_everybody(run):
    recording, _ = opened(run, "composite")
    for colour, hertz in (ALICE, BOB):
        assert recording.tone_times(hertz), f"{hertz} Hz is not heard"
        assert len(shown(recording, colour, 0.15)) >= 1
    check_mark(run, recording, 0.15)


def test_a_late_joiner_appears_and_a_leaver_disappears(run):
    recording, _ = opened(run, "composite")
    appears, disappears = only(shown(recording, CAROL[0], 0.08), "carol's picture")
    tone = recording.tone_times(CAROL[1], gap=0.1 + run.late["carol"])
    heard, silent = only(tone, f"the sound of carol, who was {run.late['carol']:.2f} s late")
    for begin, end in ((appears, disappears), (heard, silent)):
        assert begin > 0.5 and end < recording.duration - 1
        # A tile stands for up to the time in which the room learns that somebody is gone.
        assert end - begin == pytest.approx(run.carol, abs=1.0)


def test_sound_alone(run):
    for name in ("composite sound", "media sound"):
        recording, _ = opened(run, name)
        for hertz in (ALICE[1], BOB[1], CAROL[1]):
            assert recording.tone_times(hertz), f"{name}: {hertz} Hz is not heard"
        check_mark(run, recording, None)


def test_sides_in_turn(run):
    recording, _ = opened(run, "composite sides")
    by_channel = [{hertz for _, hertz in (ALICE, BOB) if recording.tone_times(hertz, channel=c)} for c in (0, 1)]
    assert sorted(map(sorted, by_channel)) == [[ALICE[1]], [BOB[1]]], by_channel


def test_routes_have_their_channels(run):
    recording, _ = opened(run, "media")
    assert recording.tone_times(ALICE[1], channel=0) and not recording.tone_times(ALICE[1], channel=1)
    assert recording.tone_times(BOB[1], channel=1) and not recording.tone_times(BOB[1], channel=0)
    assert shown(recording, ALICE[0], 0.5) and not recording.tone_times(CAROL[1])
    check_mark(run, recording, 0.5)


def test_a_template_is_a_room_composite(run):
    recording, _ = opened(run, "template")
    assert all(recording.tone_times(hertz) for hertz in (ALICE[1], BOB[1]))
    assert shown(recording, ALICE[0], 0.4) or shown(recording, BOB[0], 0.4)


def test_one_participant(run):
    recording, _ = opened(run, "participant")
    assert shown(recording, ALICE[0], 0.9) and recording.tone_times(ALICE[1])
    assert not shown(recording, BOB[0], 0.1) and not recording.tone_times(BOB[1])
    check_mark(run, recording, 0.9)


def test_tracks_of_one_kind_each(run):
    recording, _ = opened(run, "track composite")
    assert shown(recording, BOB[0], 0.9) and recording.tone_times(BOB[1])
    assert not recording.tone_times(ALICE[1])


def test_a_mute_is_a_silence_and_not_a_cut(run):
    recording, _ = opened(run, "track composite")
    heard = recording.tone_times(BOB[1], level=0.02)
    silences = [after[0] - before[1] for before, after in zip(heard, heard[1:]) if after[0] - before[1] > 0.5]
    assert len(silences) == 1 and silences[0] == pytest.approx(1.5, abs=0.3)


def test_single_tracks(run):
    vp8, h264, opus = (opened(run, f"track {kind}")[0] for kind in ("vp8", "h264", "opus"))
    assert shown(vp8, ALICE[0], 0.9) and shown(h264, BOB[0], 0.9) and opus.tone_times(ALICE[1])
    check_mark(run, vp8, 0.9, sound=False)
    check_mark(run, opus, None)


@pytest.mark.parametrize("name", ["track vp8", "track h264", "track opus", "passthrough"])
def test_what_is_passed_through_says_so(run, name):
    assert "passthrough" in run.infos[name].details.lower(), run.infos[name].details


def test_a_stream_shows_the_room(run):
    recording = Recording(run.stream)
    assert recording.stream("video")["codec_name"] == "h264" and recording.stream("audio")["codec_name"] == "aac"
    assert shown(recording, ALICE[0], 0.15) and recording.tone_times(BOB[1])
    result, = run.infos["composite"].stream_results
    assert result.status == api.StreamInfo.FINISHED and KEY not in result.url and "{" in result.url, result
    assert recording.duration == pytest.approx(result.duration / 1e9, abs=0.5)


def check_segments(run, name, playlist):
    result, = run.infos[name].segment_results
    path = run.folder / playlist
    listed = hls.parse(path.read_text())
    assert listed.ended and listed.kind == "EVENT" and len(listed.segments) == result.segment_count
    assert pathlib.Path(result.playlist_location) == path
    head = (path.parent / listed.segments[0].initialisation).read_bytes() if listed.segments[0].initialisation else b""
    facts = [hls.look_into((path.parent / s.uri).read_bytes(), head) for s in listed.segments]
    assert all(f.starts_with_key for f in facts)
    # To where the next begins: a picture may stand longer, where those after it were left out.
    lengths = [after.first_video - fact.first_video for fact, after in zip(facts, facts[1:])] + [facts[-1].video_duration]
    for segment, length in zip(listed.segments, lengths):
        assert segment.duration == pytest.approx(length, abs=1 / 15 + 0.001), segment.uri
    for segment in listed.segments[:-1]:
        assert segment.duration == pytest.approx(2, abs=1 / 15 + 0.001)
    assert listed.duration == pytest.approx(result.duration / 1e9, abs=0.1)
    return listed, Recording(path)


def test_segments_of_a_room(run):
    listed, recording = check_segments(run, "composite", "hls/room.m3u8")
    assert all(s.uri.endswith(".ts") and s.date is not None for s in listed.segments)
    assert shown(recording, ALICE[0], 0.15) and recording.tone_times(BOB[1])
    live = hls.parse((run.folder / "hls/live.m3u8").read_text())
    assert live.ended and live.kind is None and [s.uri for s in live.segments] == [s.uri for s in listed.segments[-5:]]
    assert live.sequence == len(listed.segments) - len(live.segments)
    # The same encoders feed the file.
    file, _ = opened(run, "composite")
    assert recording.duration == pytest.approx(file.duration, abs=0.1)


def test_fragmented_segments_of_a_participant(run):
    listed, recording = check_segments(run, "participant", "hls4/alice.m3u8")
    assert all(s.initialisation for s in listed.segments)
    assert shown(recording, ALICE[0], 0.9) and recording.tone_times(ALICE[1])


def test_still_images(run):
    result, = run.infos["composite"].image_results
    stills = sorted((run.folder / "images").glob("still_*.jpeg"))
    file, _ = opened(run, "composite")
    assert len(stills) == result.image_count >= int(file.duration / 2) - 1
    for still in stills:
        with av.open(str(still)) as image:
            frame = next(image.decode(video=0))
        assert (frame.width, frame.height) == (320, 180)
    assert any(s[0] > 0.15 for still in stills for _, s in Recording(still).colour_shares(ALICE[0]))


def test_raw_sound_over_a_web_socket(run):
    samples = run.sound.samples()
    assert run.sound.headers[0]["Content-Type"] == "audio/x-raw"
    levels = tone_levels(samples.mean(axis=1), 48_000, BOB[1])
    heard = spans(levels, 0.05)
    assert heard and max(end - begin for begin, end in heard) > 3
    assert np.abs(samples[:, 0] - samples[:, 1]).max() < 0.001
    assert {"muted": True} in run.sound.texts and run.sound.texts[-1] == {"muted": False}


def test_a_manifest_lies_beside(run):
    info = run.infos["composite"]
    manifest = run.folder / f"{info.egress_id}.json"
    written = json.loads(manifest.read_text())
    assert (written["egress_id"], written["room_name"]) == (info.egress_id, "matrix")
    assert written["files"][0]["filename"] == "composite.mp4" and written["playlists"] and written["images"]
    # One for each folder; which of them the info names is not fixed.
    assert info.manifest_location in {str(path) for path in run.folder.rglob(manifest.name)}
