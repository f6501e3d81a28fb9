"""The life of a recording's process: how soon it starts, what is left when it is killed."""

import asyncio
import os
import pathlib
import signal
import time

from livekit import api

from peerkit import egress
from peerkit.publisher import Publisher
from peerkit.recording import Recording


async def meeting(server, closing, name="meeting"):
    person = closing(Publisher(server, name, "alice", "bikes", 440, fps=10))
    await person.connect()
    await person.publish()
    await asyncio.sleep(2)
    return person


async def test_first_frame_within_a_second(server, closing):
    await meeting(server, closing)
    lk = closing(server.api())
    called = time.time()
    started = await lk.egress.start_room_composite_egress(egress.request("meeting", "soon.mp4"))
    await asyncio.sleep(3)
    await lk.egress.stop_egress(api.StopEgressRequest(egress_id=started.egress_id))
    info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL)
    assert info.status == api.EgressStatus.EGRESS_COMPLETE, info
    first = info.file_results[0].started_at / 1e9
    assert first - called < 1.0, f"the first recorded frame is {first - called:.2f} s after the call"
    # The first frame shows the participant, not an empty canvas.
    _, picture = next(Recording(info.file_results[0].location).lumas())
    assert picture[200:520, 200:1080].std() > 10


async def test_killed_in_the_middle(server, closing):
    await meeting(server, closing, "one")
    await meeting(server, closing, "two")
    lk = closing(server.api())
    doomed = await lk.egress.start_room_composite_egress(egress.request("one", "doomed.mp4"))
    await egress.wait_for_status(lk, doomed.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
    victims = server.job_processes()
    other = await lk.egress.start_room_composite_egress(egress.request("two", "other.mp4"))
    await egress.wait_for_status(lk, other.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
    assert len(victims) == 1 and len(server.job_processes()) == 2
    begun = (await egress.info(lk, doomed.egress_id)).started_at / 1e9
    await asyncio.sleep(8)
    os.kill(victims[0], signal.SIGKILL)
    killed = time.time()

    info = await egress.wait_for_status(lk, doomed.egress_id, egress.FINAL)
    assert info.status == api.EgressStatus.EGRESS_FAILED
    assert info.error and info.error_code == 500
    path = pathlib.Path(info.file_results[0].location)
    assert path == server.recordings / "doomed.mp4"
    kept = Recording(path)
    *_, (last, _) = kept.lumas()
    assert last >= killed - begun - 2, f"pictures up to {last:.2f} s of {killed - begun:.2f} s were kept"
    samples, rate, first = kept.samples
    assert first + len(samples) / rate >= killed - begun - 2

    await asyncio.sleep(2)
    await lk.egress.stop_egress(api.StopEgressRequest(egress_id=other.egress_id))
    survivor = await egress.wait_for_status(lk, other.egress_id, egress.FINAL)
    assert survivor.status == api.EgressStatus.EGRESS_COMPLETE, survivor


async def test_stop_list_and_the_end_of_the_room(server, closing):
    person = await meeting(server, closing)
    lk = closing(server.api())
    started = await lk.egress.start_room_composite_egress(egress.request("meeting", "nested/{room_name}-x"))
    await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
    active = (await lk.egress.list_egress(api.ListEgressRequest(room_name="meeting", active=True))).items
    assert [item.egress_id for item in active] == [started.egress_id]
    people = (await lk.room.list_participants(api.ListParticipantsRequest(room="meeting"))).participants
    rooms = (await lk.room.list_rooms(api.ListRoomsRequest())).rooms
    assert rooms[0].active_recording and rooms[0].num_participants == 1, (rooms, people)
    await asyncio.sleep(2)
    await lk.room.delete_room(api.DeleteRoomRequest(room="meeting"))
    info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL)
    assert info.status == api.EgressStatus.EGRESS_COMPLETE, info
    assert "Source closed" in info.details
    assert pathlib.Path(info.file_results[0].location).name == "meeting-x.mp4"
    assert (await lk.egress.list_egress(api.ListEgressRequest(active=True))).items == []
    await person.wait_for(lambda: person.count("disconnected") == 1, what="end of the room")
