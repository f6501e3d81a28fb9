"""When a source comes, changes, goes and returns: what the recording makes of it, and when it is over."""

import asyncio

from livekit import api

from peerkit import egress
from peerkit.deployment import Deployment
from peerkit.publisher import Publisher
from peerkit.recording import Recording, spans
from peerkit.servers import KEY, SECRET
from peerkit.webhooks import WebhookReceiver

RED, BLUE = (120, 90, 200), (90, 200, 90)
TINY = api.EncodingOptions(width=320, height=180, framerate=15, video_bitrate=300)
COMPLETE = api.EgressStatus.EGRESS_COMPLETE


async def arrive(deployed, closing, identity="alice", colour=RED, hertz=440):
    person = closing(Publisher(deployed.room, "meeting", identity, hertz=hertz, colour=colour, size=(320, 180), fps=15,
                               simulcast=False, bitrate=300_000))
    await person.connect()
    return await person.publish()


def shown(recording, colour):
    return spans([(t, s[0]) for t, s in recording.colour_shares(colour)], 0.8, gap=0.2)


async def test_a_participant_that_is_late_swaps_its_tracks_and_comes_back(tmp_path, closing):
    with Deployment(tmp_path) as deployed:
        lk = closing(deployed.room.api())
        await lk.room.create_room(api.CreateRoomRequest(name="meeting"))
        started = await lk.egress.start_participant_egress(api.ParticipantEgressRequest(
            room_name="meeting", identity="alice", advanced=TINY,
            file_outputs=[api.EncodedFileOutput(file_type=api.EncodedFileType.MP4, filepath="alice.mp4")]))
        await asyncio.sleep(2)
        assert (await egress.info(lk, started.egress_id)).status == api.EgressStatus.EGRESS_STARTING, "it waits for her"
        alice = await arrive(deployed, closing)
        await arrive(deployed, closing, "bob", (150, 60, 60), 1760)
        await egress.wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
        await asyncio.sleep(2)

        await alice.room.local_participant.unpublish_track(alice.audio.sid)
        await alice.unpublish_video()
        for task in alice.tasks:
            task.cancel()
        alice.colour, alice.hertz = BLUE, 880
        await alice.publish()
        await asyncio.sleep(3)

        await alice.close()
        await asyncio.sleep(1)
        alice = await arrive(deployed, closing)
        await asyncio.sleep(3)
        assert (await egress.info(lk, started.egress_id)).status == api.EgressStatus.EGRESS_ACTIVE, "she was not long away"
        await alice.close()
        info = await egress.wait_for_status(lk, started.egress_id, egress.FINAL, 60)
    assert info.status == COMPLETE and info.details.startswith("End reason: Source closed"), info
    recording = Recording(info.file_results[0].location)
    red, blue = shown(recording, RED), shown(recording, BLUE)
    assert len(red) >= 2 and blue and red[0][0] < blue[0][0] < red[-1][0], (red, blue)
    assert red[-1][1] - red[-1][0] > 1.5 and blue[-1][1] - blue[0][0] > 2
    assert recording.tone_times(440)[0][0] < recording.tone_times(880)[0][0] < recording.tone_times(440)[-1][0]
    assert not recording.tone_times(1760)


async def test_everything_ends_with_its_source(tmp_path, closing):
    async with WebhookReceiver(KEY, SECRET) as hooks, WebhookReceiver(KEY, SECRET) as own:
        with Deployment(tmp_path, room_config={"webhook": {"api_key": KEY, "urls": [hooks.url]}}) as deployed:
            lk = closing(deployed.room.api())
            automatic = api.RoomEgress(
                room=api.RoomCompositeEgressRequest(audio_only=True, file_outputs=[api.EncodedFileOutput(
                    file_type=api.EncodedFileType.OGG, filepath="automatic")]),
                tracks=api.AutoTrackEgress(filepath="auto-{track_source}"))
            await lk.room.create_room(api.CreateRoomRequest(name="meeting", egress=automatic))
            alice = await arrive(deployed, closing)
            await asyncio.sleep(1)
            room = await lk.egress.start_room_composite_egress(api.RoomCompositeEgressRequest(
                room_name="meeting", audio_only=True, webhooks=[api.WebhookConfig(url=own.url, signing_key=KEY)],
                file_outputs=[api.EncodedFileOutput(file_type=api.EncodedFileType.OGG, filepath="room")]))
            tracks = await lk.egress.start_track_composite_egress(api.TrackCompositeEgressRequest(
                room_name="meeting", audio_track_id=alice.audio.sid, video_track_id=alice.video.sid, advanced=TINY,
                file_outputs=[api.EncodedFileOutput(filepath="tracks")]))
            for one in (room, tracks):
                await egress.wait_for_status(lk, one.egress_id, (api.EgressStatus.EGRESS_ACTIVE,))
            running = (await lk.egress.list_egress(api.ListEgressRequest(room_name="meeting", active=True))).items
            assert len(running) == 5, "the room, its two tracks by themselves, and two that were asked for"
            hooks.refusals = 2  # webhooks are tried again, and stay in order
            await asyncio.sleep(2)
            await alice.close()
            over = await egress.wait_for_status(lk, tracks.egress_id, egress.FINAL)
            assert over.status == COMPLETE and over.details.startswith("End reason: Source closed"), over
            await lk.room.delete_room(api.DeleteRoomRequest(room="meeting"))
            finals = [await egress.wait_for_status(lk, one.egress_id, egress.FINAL) for one in running]
            await asyncio.sleep(2.5)
        assert {i.status for i in finals} == {COMPLETE} and all(i.details.startswith("End reason: ") for i in finals)
        names = sorted(i.file_results[0].filename for i in finals)
        expected = sorted(["automatic.ogg", "room.ogg", "tracks.mp4", f"auto-camera-{alice.video.sid}.webm",
                           f"auto-microphone-{alice.audio.sid}.ogg"])
        assert names == expected
        for info in finals:
            told = hooks.of(info.egress_id)
            assert told[0][0] == "egress_started" and told[-1] == ("egress_ended", COMPLETE), told
            assert [status for _, status in told] == sorted(status for _, status in told), told
        assert own.of(room.egress_id) == hooks.of(room.egress_id) and len(own.events) == len(own.of(room.egress_id))
