"""Unmodified LiveKit clients meet in a room: tracks, data, mutes, speakers, comings and goings."""

import asyncio
import collections

import pytest
from livekit import api, rtc

from peerkit.publisher import Publisher

CAMERA, MICROPHONE = rtc.TrackSource.SOURCE_CAMERA, rtc.TrackSource.SOURCE_MICROPHONE


async def two(server, closing, codec="vp8", **options):
    a = closing(Publisher(server, "meeting", "alice", "bigbuckbunny", 440, codec))
    b = closing(Publisher(server, "meeting", "bob", "bikes", 880, codec))
    for peer in (a, b):
        await peer.connect(**options)
        await peer.publish()
    for peer, other in ((a, "bob"), (b, "alice")):
        await peer.wait_for(lambda: len(peer.subscribed) == 2, what=f"two tracks of {other}")
    return a, b


async def received(track):
    """What the client's engine says of a track it receives: source, pictures decoded, packets lost."""
    inbound = next(part.inbound_rtp for part in await track.get_stats() if part.HasField("inbound_rtp"))
    return inbound.stream.ssrc, inbound.inbound.frames_decoded, inbound.received.packets_lost


@pytest.mark.parametrize("codec", ["vp8", "h264"])
@pytest.mark.parametrize("single", [True, False], ids=["single-pc", "dual-pc"])
async def test_media_arrives(server, closing, codec, single):
    a, b = await two(server, closing, codec, single_peer_connection=single)
    track, _ = b.subscribed[("alice", CAMERA)]
    stream = rtc.VideoStream(track)
    sizes = []

    async def watch():
        async for event in stream:
            sizes.append((event.frame.width, event.frame.height))
            if sizes.count((640, 360)) >= 25:
                return

    try:
        await asyncio.wait_for(watch(), 20)
    except TimeoutError:
        pytest.fail(f"not 25 frames of 640x360 within 20 s, but {collections.Counter(sizes)}; {await received(track)}")
    await stream.aclose()

    audio, _ = a.subscribed[("bob", MICROPHONE)]
    heard = rtc.AudioStream(audio)
    energy = 0

    async def listen():
        nonlocal energy
        async for event in heard:
            energy = max(energy, max(abs(s) for s in event.frame.data))
            if energy > 3000:
                return

    await asyncio.wait_for(listen(), 10)
    await heard.aclose()


async def test_pictures_go_on_when_their_watcher_publishes(server, closing):
    """libwebrtc then rebuilds its receivers, and may lose the track in doing so, unless it gets another source."""
    a = closing(Publisher(server, "meeting", "alice", "bigbuckbunny"))
    await a.connect()
    await a.publish()
    b = closing(Publisher(server, "meeting", "bob", "bikes"))
    await b.connect(single_peer_connection=True)
    await b.wait_for(lambda: ("alice", CAMERA) in b.subscribed, what="alice's camera")
    track, _ = b.subscribed[("alice", CAMERA)]
    stream = rtc.VideoStream(track)

    async def watch(frames):
        async for _ in stream:
            frames -= 1
            if not frames:
                return

    await asyncio.wait_for(watch(10), 20)
    before, _, _ = await received(track)
    await b.publish()
    await a.wait_for(lambda: ("bob", CAMERA) in a.subscribed, what="bob's camera")
    await asyncio.wait_for(watch(25), 20)
    after, _, _ = await received(track)
    assert after != before, "the rebuilt receiver kept the source"
    await stream.aclose()


async def test_data_both_ways(server, closing):
    a, b = await two(server, closing)
    await a.room.local_participant.publish_data(b"for sure", reliable=True, topic="t")
    await b.wait_for(lambda: any(d.data == b"for sure" and d.topic == "t" for d in b.data), what="reliable data")
    for _ in range(20):
        await b.room.local_participant.publish_data(b"perhaps", reliable=False)
    await a.wait_for(lambda: any(d.data == b"perhaps" for d in a.data), what="lossy data")
    await a.room.local_participant.publish_data(b"x" * 14_000, reliable=True, destination_identities=["bob"])
    await b.wait_for(lambda: any(len(d.data) == 14_000 for d in b.data), what="a large message")
    assert not any(d.data == b"for sure" for d in a.data), "the sender got its own packet"
    assert b.data[0].participant.identity == "alice"


async def test_mute_unmute(server, closing):
    a, b = await two(server, closing)
    a.audio_track.mute()
    await b.wait_for(lambda: b.count("track_muted") == 1, what="mute")
    a.audio_track.unmute()
    await b.wait_for(lambda: b.count("track_unmuted") == 1, what="unmute")


async def test_speakers_and_leaving(server, closing):
    a, b = await two(server, closing)
    await b.wait_for(lambda: any(name == "active_speakers_changed" and arguments[0] for name, arguments in b.events),
                     what="active speakers")
    await a.room.local_participant.unpublish_track(a.audio.sid)
    await b.wait_for(lambda: b.count("track_unpublished") == 1, what="unpublish")
    await a.room.disconnect()
    await b.wait_for(lambda: b.count("participant_disconnected") == 1, what="leave")


async def test_newer_identity_wins(server, closing):
    first = await closing(Publisher(server, "meeting", "alice")).connect()
    await closing(Publisher(server, "meeting", "alice")).connect()
    await first.wait_for(lambda: first.count("disconnected") == 1, what="disconnect of the older session")
    reason = next(arguments[0] for name, arguments in first.events if name == "disconnected")
    assert reason == rtc.DisconnectReason.DUPLICATE_IDENTITY


async def test_room_service(server, closing):
    a, b = await two(server, closing)
    lk = closing(server.api())
    rooms = (await lk.room.list_rooms(api.ListRoomsRequest())).rooms
    assert [(r.name, r.num_participants) for r in rooms] == [("meeting", 2)]
    people = (await lk.room.list_participants(api.ListParticipantsRequest(room="meeting"))).participants
    assert {p.identity for p in people} == {"alice", "bob"}
    assert all(len(p.tracks) == 2 for p in people)
    await lk.room.mute_published_track(
        api.MuteRoomTrackRequest(room="meeting", identity="alice", track_sid=a.audio.sid, muted=True))
    await b.wait_for(lambda: b.count("track_muted") == 1, what="mute by the API")
    await lk.room.send_data(api.SendDataRequest(room="meeting", data=b"from the API", topic="news"))
    await b.wait_for(lambda: any(d.data == b"from the API" for d in b.data), what="data from the API")
    await lk.room.remove_participant(api.RoomParticipantIdentity(room="meeting", identity="alice"))
    await a.wait_for(lambda: a.count("disconnected") == 1, what="removal")
    await lk.room.delete_room(api.DeleteRoomRequest(room="meeting"))
    await b.wait_for(lambda: b.count("disconnected") == 1, what="end of the room")
    with pytest.raises(api.TwirpError) as refused:
        await lk.room.delete_room(api.DeleteRoomRequest(room="meeting"))
    assert refused.value.code == "not_found"


async def test_hidden_participants_are_unseen(server, closing):
    hidden = rtc.Room()
    await hidden.connect(server.url, server.token("ghost", "meeting", hidden=True, can_publish=False))
    a = await closing(Publisher(server, "meeting", "alice")).connect()
    b = await closing(Publisher(server, "meeting", "bob")).connect()
    await a.wait_for(lambda: a.count("participant_connected") == 1, what="bob")
    assert set(a.room.remote_participants) == {"bob"} and set(b.room.remote_participants) == {"alice"}
    deadline = asyncio.get_running_loop().time() + 5
    while set(hidden.remote_participants) != {"alice", "bob"}:
        assert asyncio.get_running_loop().time() < deadline, "the hidden one does not see the others"
        await asyncio.sleep(0.05)
    await hidden.disconnect()


