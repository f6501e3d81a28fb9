"""Storage that goes away in mid-recording, and a worker that is killed: what was recorded arrives all the same."""

import asyncio
import os
import signal
import time

import pytest
from livekit import api

from peerkit import egress
from peerkit.deployment import Deployment
from peerkit.publisher import Publisher
from peerkit.recording import Recording
from peerkit.s3 import S3Server

SECRET = "storage-secret-2Qm8Vb"
# About a part of an upload (5 MiB) every five seconds.
DENSE = api.EncodingOptions(width=1280, height=720, framerate=30, video_bitrate=8000)


@pytest.fixture
def storage(tmp_path):
    with S3Server(tmp_path, secret=SECRET) as running:
        yield running


async def speaker(deployed, closing):
    person = closing(Publisher(deployed.room, "meeting", "alice", "bikes", 440, fps=25))
    await person.connect()
    return await person.publish()


# Two of them leave two cores time: what a kill costs is to be seen, not what a busy machine does.
LIGHT = api.EncodingOptions(width=640, height=360, framerate=30, video_bitrate=8000)


def request(name, storage=None, encoding=DENSE):
    target = {"s3": storage.upload(api.S3Upload)} if storage else {}
    output = api.EncodedFileOutput(file_type=api.EncodedFileType.MP4, filepath=name, **target)
    return api.RoomCompositeEgressRequest(room_name="meeting", layout="grid", advanced=encoding, file_outputs=[output])


def links(folder, target):
    """Second names for the media files that grow in a folder, so that they can be read after they are removed."""
    target.mkdir(exist_ok=True)
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in (".mp4", ".partial") and not (target / path.name).exists():
            os.link(path, target / path.name)


def fragments(data):
    """All that was recorded, from the first fragment to the last. What stands before (the duration) and behind (an index of
    places) is completed at the end, in what is uploaded alone."""
    return data[data.index(b"moof") - 4 : data.rindex(b"mfra") - 4]


@pytest.mark.parametrize("away", [12, pytest.param(60, marks=pytest.mark.full)])
async def test_storage_is_away_in_mid_recording(tmp_path, closing, storage, away):
    with Deployment(tmp_path, secrets=[SECRET]) as deployed:
        await speaker(deployed, closing)
        lk = closing(deployed.room.api())
        started = await lk.egress.start_room_composite_egress(request("away/take.mp4", storage))
        await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
        await asyncio.sleep(4)
        links(deployed.worker.work_folder, tmp_path / "kept")
        storage.gate.shut()
        await asyncio.sleep(away)
        assert (await egress.info(lk, started.egress_id)).status == api.EgressStatus.EGRESS_ACTIVE
        storage.gate.open()
        await asyncio.sleep(3)
        deployed.look_at_jobs()
        info, = await egress.stop_all(lk, [started], timeout=90)
        assert info.status == api.EgressStatus.EGRESS_COMPLETE and not info.backup_storage_used, info
        result, = info.file_results
        stored = storage.read("away/take.mp4")
        assert len(stored) == result.size and result.location.endswith("/recordings/away/take.mp4"), result
        kept, = (tmp_path / "kept").iterdir()
        assert fragments(kept.read_bytes()) == fragments(stored), "the object is the finished recording, byte for byte"
        assert storage.unfinished() == {}
        copy = tmp_path / "fetched.mp4"
        copy.write_bytes(stored)
        recording = Recording(copy)
        assert recording.duration == pytest.approx(result.duration / 1e9, abs=0.1) and recording.duration > away + 6
        (begin, end), = recording.tone_times(440)
        assert end - begin > recording.duration - 0.5, "no sound is missing"
        assert f"{info.egress_id}.json" in "".join(storage.keys())
        left = [p for p in deployed.worker.work_folder.rglob("*.mp4")]
        assert left == [], "local files go once the upload is confirmed"


async def test_storage_is_away_at_the_end(tmp_path, closing, storage):
    """The recording is over before the storage is back."""
    with Deployment(tmp_path, secrets=[SECRET]) as deployed:
        await speaker(deployed, closing)
        lk = closing(deployed.room.api())
        started = await lk.egress.start_room_composite_egress(request("late.mp4", storage))
        await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
        await asyncio.sleep(2)
        storage.gate.shut()
        await lk.egress.stop_egress(api.StopEgressRequest(egress_id=started.egress_id))
        await asyncio.sleep(4)
        assert (await egress.info(lk, started.egress_id)).status == api.EgressStatus.EGRESS_ENDING
        storage.gate.open()
        info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL, 60)
        assert info.status == api.EgressStatus.EGRESS_COMPLETE, info
        assert len(storage.read("late.mp4")) == info.file_results[0].size


# All at once as when a machine goes down, or the worker alone.
@pytest.mark.parametrize("with_jobs", [True, False], ids=["all", "worker"])
async def test_a_killed_worker_is_made_good_by_the_next(tmp_path, closing, storage, with_jobs):
    with Deployment(tmp_path, secrets=[SECRET]) as deployed:
        await speaker(deployed, closing)
        lk = closing(deployed.room.api())
        started = await asyncio.gather(lk.egress.start_room_composite_egress(request("killed.mp4", storage, LIGHT)),
                                       lk.egress.start_room_composite_egress(request("local.mp4", encoding=LIGHT)))
        for one in started:
            await egress.wait_for_status(lk, one.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
        begun = [(await egress.info(lk, one.egress_id)).started_at / 1e9 for one in started]
        await asyncio.sleep(10)
        victims = deployed.worker.jobs() if with_jobs else []
        killed = time.time()
        deployed.worker.kill()
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        await asyncio.sleep(1)
        deployed.worker.start()
        for one, since, at in zip(started, begun, ("killed.mp4", "local.mp4")):
            info = await egress.wait_for_status(lk, one.egress_id, egress.FINAL, 40)
            result, = info.file_results
            copy = tmp_path / f"fetched-{at}"
            copy.write_bytes(storage.read(at) if at == "killed.mp4" else (deployed.worker.recordings / at).read_bytes())
            assert copy.stat().st_size == result.size and result.location, result
            recording = Recording(copy)
            *_, (last, _) = recording.lumas()
            assert last >= killed - since - 2, f"{at}: pictures up to {last:.2f} s of {killed - since:.2f} s were kept"
            samples, rate, first = recording.samples
            assert first + len(samples) / rate >= killed - since - 2
            # A job that outlives its worker ends its recording as it should.
            status = api.EgressStatus.EGRESS_FAILED if with_jobs else api.EgressStatus.EGRESS_COMPLETE
            assert info.status == status and info.ended_at, info
            assert "killed" in (info.error if with_jobs else info.details), "why it ended is told"
        assert storage.unfinished() == {}
