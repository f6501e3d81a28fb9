"""Every error that a request can provoke: its text, its code, and that nothing of it is left."""

import asyncio

import pytest
from livekit import api

from peerkit import egress
from peerkit.deployment import Deployment
from peerkit.publisher import Publisher
from peerkit.s3 import S3Server

SECRET, KEY = "storage-secret-9Kd4Xn", "errors-stream-key-6Wb1"
STATUS = api.EgressStatus
FILE, CODEC = api.EncodedFileType, api.AudioCodec
TWIRP = {"invalid_argument": 400, "not_found": 404, "unimplemented": 501, "failed_precondition": 412, "unavailable": 503}


def file(path="errors.mp4", kind=FILE.DEFAULT_FILETYPE, **fields):
    return api.EncodedFileOutput(file_type=kind, filepath=path, **fields)


def stream(*urls, protocol=api.StreamProtocol.DEFAULT_PROTOCOL):
    return api.StreamOutput(protocol=protocol, urls=urls)


def hls(prefix="errors"):
    return api.SegmentedFileOutput(filename_prefix=prefix, playlist_name=f"{prefix}.m3u8")


def composite(**fields):
    return "room_composite", api.RoomCompositeEgressRequest(**{"room_name": "meeting", **fields})


def options(**fields):
    return {"advanced": api.EncodingOptions(**fields)}


FIELD = "request has missing or invalid field: "

# name: ((method, request), Twirp code, what the text has)
REFUSED = {
    "no room name": (composite(room_name="", file_outputs=[file()]), "invalid_argument", FIELD + "room_name"),
    "no such room": (composite(room_name="nowhere", file_outputs=[file()]), "not_found", "requested room does not exist"),
    "no output": (composite(), "invalid_argument", FIELD + "output"),
    "two files": (composite(file_outputs=[file("a"), file("b")]), "invalid_argument", FIELD),
    "neither sound nor picture": (composite(audio_only=True, video_only=True, file_outputs=[file()]), "invalid_argument",
                                  FIELD + "audio_only and video_only"),
    "images of sound": (composite(audio_only=True, image_outputs=[api.ImageOutput(filename_prefix="x")]),
                        "invalid_argument", "audio_only"),
    "an odd width": (composite(file_outputs=[file()], **options(width=1279, height=720)), "invalid_argument",
                     FIELD + "width"),
    "a tiny height": (composite(file_outputs=[file()], **options(width=640, height=8)), "invalid_argument",
                      FIELD + "height"),
    "an unknown depth": (composite(file_outputs=[file()], **options(depth=17)), "invalid_argument", FIELD + "depth"),
    "no identity": (("participant", api.ParticipantEgressRequest(room_name="meeting", file_outputs=[file()])),
                    "invalid_argument", FIELD + "identity"),
    "no track id": (("track", api.TrackEgressRequest(room_name="meeting", file=api.DirectFileOutput())),
                    "invalid_argument", FIELD + "track_id"),
    "no tracks": (("track_composite", api.TrackCompositeEgressRequest(room_name="meeting", file_outputs=[file()])),
                  "invalid_argument", FIELD + "audio_track_id"),
    "no common codec": (composite(audio_only=True, file_outputs=[file(kind=FILE.OGG)], segment_outputs=[hls()]),
                        "invalid_argument", "no supported codec is compatible with all outputs"),
    "no file type": (composite(file_outputs=[file()], **options(audio_codec=CODEC.AC_MP3)), "invalid_argument",
                     "no supported file output type is compatible with the selected codecs"),
    "a codec that the format lacks": (composite(audio_only=True, file_outputs=[file(kind=FILE.OGG)],
                                                **options(audio_codec=CODEC.AAC)),
                                      "invalid_argument", "incompatible with codec"),
    "sound format with pictures": (composite(file_outputs=[file(kind=FILE.MP3)]), "invalid_argument", "codec"),
    "not a stream's URL": (composite(stream_outputs=[stream("https://example.com/x")]), "invalid_argument", "invalid url"),
    "no key in the URL": (composite(stream_outputs=[stream("rtmp://example.com")]), "invalid_argument", "invalid url"),
    "unlike URLs": (composite(stream_outputs=[stream(f"rtmp://example.com/live/{KEY}", "srt://example.com:9000")]),
                    "invalid_argument", "url"),
    "no URL": (composite(stream_outputs=[stream()]), "invalid_argument", ""),
    "a page of one's own": (composite(custom_base_url="https://example.com", file_outputs=[file()]), "unimplemented", ""),
    "a web page": (("web", api.WebEgressRequest(url="https://example.com", file_outputs=[file()])), "unimplemented", ""),
    "passthrough of a room": (("", api.StartEgressRequest(
        room_name="meeting", template=api.TemplateSource(), preset=api.EncodingOptionsPreset.PASSTHROUGH,
        outputs=[api.Output(file=api.FileOutput(filepath="x"))])), "invalid_argument", ""),
    "a source of nothing": (("", api.StartEgressRequest(
        room_name="meeting", outputs=[api.Output(file=api.FileOutput(filepath="x"))])), "invalid_argument", FIELD),
    "out of the folder": (composite(file_outputs=[file("a/../../../escape.mp4")]), "invalid_argument", "filepath"),
}


def start(lk, call):
    kind, request = call
    return getattr(lk.egress, f"start_{kind}_egress" if kind else "start_egress")(request)


async def refused(call):
    with pytest.raises(api.TwirpError) as error:
        await call
    return error.value


async def test_what_is_refused_and_what_fails(tmp_path, closing):
    limits = {"file_output_max_duration": "4s"}
    secrets = [SECRET, KEY]
    with (S3Server(tmp_path, secret=SECRET) as storage,
          Deployment(tmp_path, worker_config={"session_limits": limits}, secrets=secrets) as deployed):
        person = closing(Publisher(deployed.room, "meeting", "alice", hertz=440))
        await person.connect()
        await person.publish()
        lk = closing(deployed.room.api())
        problems = []
        for name, (call, code, text) in REFUSED.items():
            try:
                started = await start(lk, call)
                problems.append(f"{name}: accepted as {started.egress_id}")
            except api.TwirpError as error:
                if (error.code, error.status) != (code, TWIRP[code]) or text not in error.message:
                    problems.append(f"{name}: {error.code} {error.status} {error.message}, not {code} … {text}")
        assert problems == [], "\n".join(problems)
        assert (await lk.egress.list_egress(api.ListEgressRequest())).items == [], "what is refused never was"
        assert deployed.worker.jobs() == []

        await asyncio.gather(unknown_egresses(lk), later_failures(lk, storage), streams(lk))


async def unknown_egresses(lk):
    for call in (lk.egress.stop_egress(api.StopEgressRequest(egress_id="EG_none")),
                 lk.egress.update_stream(api.UpdateStreamRequest(egress_id="EG_none", add_output_urls=["rtmp://a/b/c"])),
                 lk.egress.update_layout(api.UpdateLayoutRequest(egress_id="EG_none", layout="grid"))):
        error = await refused(call)
        assert (error.code, error.status) == ("not_found", 404) and "egress" in error.message, error


async def streams(lk):
    """Errors of UpdateStream, on an egress whose only receiver is not there."""
    running = await start(lk, composite(audio_only=True, stream_outputs=[stream(f"rtmp://127.0.0.1:9/live/{KEY}")]))
    update = api.UpdateStreamRequest
    error = await refused(lk.egress.update_stream(update(egress_id=running.egress_id, add_output_urls=["rtmp://nowhere"])))
    assert error.code == "invalid_argument" and "invalid url" in error.message, error
    error = await refused(lk.egress.update_stream(update(
        egress_id=running.egress_id, remove_output_urls=["rtmp://127.0.0.1:9/live/another"])))
    assert error.code == "not_found" and "stream" in error.message and "not found" in error.message, error
    info, = await egress.stop_all(lk, [running])
    assert info.status in egress.FINAL

    plain = await start(lk, composite(audio_only=True, segment_outputs=[hls("plain")]))
    error = await refused(lk.egress.update_stream(update(egress_id=plain.egress_id, add_output_urls=["rtmp://a/b/c"])))
    assert (error.code, error.message) == ("invalid_argument", "UpdateStream called on non-streaming egress")
    await egress.stop_all(lk, [plain])


async def later_failures(lk, storage):
    """What is only found out while it runs: (request, status, code, error's beginning, stop after seconds)."""
    bucket = api.S3Upload(access_key="AKIATESTTESTTEST", secret=SECRET, region="eu-central-1", bucket="no-such-bucket",
                          endpoint=storage.endpoint, force_path_style=True)

    def absent(**fields):
        return "participant", api.ParticipantEgressRequest(room_name="meeting", identity="nobody", **fields)

    cases = {
        "limit": (composite(audio_only=True, file_outputs=[file("limit.ogg", FILE.OGG)]), STATUS.EGRESS_LIMIT_REACHED, 413,
                  "Session limit reached", None),
        "limit before the start": (absent(file_outputs=[file("n.mp4")]), STATUS.EGRESS_ABORTED, None,
                                   "Session limit reached before start signal", None),
        "participant": (absent(segment_outputs=[hls("no")]), STATUS.EGRESS_FAILED, 404, "participant nobody not found", None),
        "stopped early": (absent(segment_outputs=[hls("early")]), STATUS.EGRESS_ABORTED, 412, "", 1),
        "track": (("track_composite", api.TrackCompositeEgressRequest(
            room_name="meeting", audio_track_id="TR_none", segment_outputs=[hls("tr")])), STATUS.EGRESS_FAILED, 404,
            "track TR_none not found", None),
        "upload": (composite(audio_only=True, file_outputs=[file("x.ogg", FILE.OGG, s3=bucket)]), STATUS.EGRESS_FAILED, 400,
                   "S3 upload failed", 2),
    }

    async def follow(name, call, status, code, text, stop_after):
        started = await start(lk, call)
        if stop_after is not None:
            await asyncio.sleep(stop_after)
            await lk.egress.stop_egress(api.StopEgressRequest(egress_id=started.egress_id))
        info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL, 50)
        seen = f"{name}: {STATUS.Name(info.status)} {info.error_code} {info.error}"
        return [] if info.status == status and code in (None, info.error_code) and info.error.startswith(text) else [seen]

    problems = await asyncio.gather(*(follow(name, *case) for name, case in cases.items()))
    assert sum(problems, []) == []


async def test_no_worker_has_room(tmp_path, closing):
    """Too little machine for what is asked: the caller learns it, and why, within seconds."""
    costs = {"room_composite_cpu_cost": 4, "audio_room_composite_cpu_cost": 4, "track_cpu_cost": 0.01}
    with Deployment(tmp_path, worker_config={"cores": 2, "cpu_cost": costs}) as deployed:
        lk = closing(deployed.room.api())
        await lk.room.create_room(api.CreateRoomRequest(name="meeting"))
        error = await asyncio.wait_for(refused(start(lk, composite(file_outputs=[file()]))), 12)
        assert (error.code, error.status) == ("unavailable", 503), error
        assert "CPU" in error.message or "no response from servers" in error.message
        assert "not enough CPU" in deployed.worker.log, "the worker says why it does not offer"
