"""Bad input never brings the server down and always gets a clear answer."""

import base64
import os
import socket
import time

import aiohttp
import jwt
import pytest
from livekit import api, rtc
from livekit.protocol import rtc as proto

from peerkit.publisher import Publisher
from peerkit.server import KEY, SECRET
from peerkit import egress


def token(key=KEY, secret=SECRET, identity="alice", ttl=3600, **grants):
    """A token made by hand: LiveKit's own builder refuses to make the bad ones."""
    names = {"room_join": "roomJoin", "room": "room"}
    now = int(time.time())
    claims = {"iss": key, "nbf": now - 86_400, "exp": now + ttl, "video": {names[k]: v for k, v in grants.items()}}
    if identity:
        claims["sub"] = identity
    return jwt.encode(claims, secret, algorithm="HS256")


JOIN = {"room_join": True, "room": "meeting"}

BAD_TOKENS = {
    "no token": (None, 401, "no permissions to access the room"),
    "garbage": ("not.a.token", 401, "invalid authorization token"),
    "unknown key": (token(key="other", **JOIN), 401, "invalid API key"),
    "wrong secret": (token(secret="another-secret-another-secret-xx", **JOIN), 401, "invalid authorization token"),
    "expired": (token(ttl=-3600, **JOIN), 401, "invalid authorization token"),
    "no join grant": (token(room="meeting"), 401, "no permissions to access the room"),
    "no room": (token(room_join=True), 400, "room name"),
    "no identity": (token(identity=None, **JOIN), 400, "identity cannot be empty"),
}


@pytest.mark.parametrize("path", ["/rtc/validate", "/rtc/v1/validate"])
@pytest.mark.parametrize("case", BAD_TOKENS)
async def test_bad_tokens(server, case, path):
    bearer, status, text = BAD_TOKENS[case]
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    query = {} if "v1" not in path else {"join_request": plain_join_request()}
    async with aiohttp.ClientSession() as session, session.get(server.http + path, headers=headers, params=query) as answer:
        assert answer.status == status
        body = await answer.text()
        assert text in body
        assert not bearer or bearer not in body


def plain_join_request():
    settings = proto.ConnectionSettings(auto_subscribe=True)
    request = proto.JoinRequest(connection_settings=settings)
    wrapped = proto.WrappedJoinRequest(join_request=request.SerializeToString())
    return base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()


async def test_a_refused_client_says_why(server):
    room = rtc.Room()
    with pytest.raises(rtc.ConnectError, match="invalid API key"):
        await room.connect(server.url, token(key="other", **JOIN))


@pytest.mark.parametrize("query", ["join_request=%21%21", "join_request=AAAA", "join_request=" + "QUFB" * 500_000, ""],
                         ids=["no base64", "no protobuf", "too large", "missing"])
async def test_malformed_join_requests(server, query):
    async with aiohttp.ClientSession() as session:
        url = f"{server.http}/rtc/v1?{query}"
        headers = {"Authorization": f"Bearer {token(**JOIN)}", "Connection": "Upgrade", "Upgrade": "websocket",
                   "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        try:
            async with session.get(url, headers=headers) as answer:
                assert 400 <= answer.status < 500
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            assert len(query) > 100_000  # a request line beyond every bound may be cut off
    assert server.alive


async def joined(server, session):
    socket = await session.ws_connect(
        f"{server.http}/rtc?protocol=15&auto_subscribe=1", headers={"Authorization": f"Bearer {token(**JOIN)}"})
    first = proto.SignalResponse.FromString((await socket.receive(timeout=5)).data)
    assert first.WhichOneof("message") == "join"
    return socket


BAD_SDP = ["", "v=0", "nonsense\r\n" * 5, "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF\r\n",
           "v=0\r\n" + "a=x\r\n" * 100_000, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/99999999999999999999/2\r\n"]


@pytest.mark.parametrize("sdp", BAD_SDP, ids=range(len(BAD_SDP)))
async def test_malformed_sdp(server, sdp):
    async with aiohttp.ClientSession() as session:
        ws = await joined(server, session)
        for kind in ("offer", "answer"):
            description = proto.SessionDescription(type=kind, sdp=sdp)
            await ws.send_bytes(proto.SignalRequest(**{kind: description}).SerializeToString())
        with_leave = await until_leave_or_pong(ws)
        assert with_leave
    await healthy(server)


async def until_leave_or_pong(ws):
    """The server answers bad SDP with a leave that says so, or stays and still answers pings."""
    if not ws.closed:
        await ws.send_bytes(proto.SignalRequest(ping=1).SerializeToString())
    while True:
        message = await ws.receive(timeout=5)
        if message.type != aiohttp.WSMsgType.BINARY:
            return True
        if proto.SignalResponse.FromString(message.data).WhichOneof("message") in ("leave", "pong"):
            return True


async def test_malformed_signal_messages(server):
    random = os.urandom
    async with aiohttp.ClientSession() as session:
        for payload in (b"", b"\xff" * 10, random(1000), b"\x0a\xff\xff\xff\xff\x0f"):
            ws = await joined(server, session)
            await ws.send_bytes(payload)
            assert await until_leave_or_pong(ws)
            await ws.close()
        ws = await joined(server, session)
        await ws.send_str("{not json")
        assert await until_leave_or_pong(ws)
        await ws.close()
        ws = await joined(server, session)
        trickle = proto.TrickleRequest(candidateInit="{]", target=proto.SignalTarget.PUBLISHER)
        odd = [proto.SignalRequest(trickle=trickle),
               proto.SignalRequest(mute=proto.MuteTrackRequest(sid="TR_none", muted=True)),
               proto.SignalRequest(subscription=proto.UpdateSubscription(track_sids=["x"] * 1000, subscribe=True)),
               proto.SignalRequest(add_track=proto.AddTrackRequest()),
               proto.SignalRequest(track_setting=proto.UpdateTrackSettings(track_sids=["?"], width=4_000_000_000))]
        for request in odd:
            await ws.send_bytes(request.SerializeToString())
        assert await until_leave_or_pong(ws)
        await ws.close()
        ws = await joined(server, session)
        try:
            await ws.send_bytes(b"\0" * (3 << 20))
            assert await until_leave_or_pong(ws)
        except ConnectionError:
            pass  # cut off in the middle of a frame beyond the bound
    await healthy(server)


async def test_random_bytes_on_the_udp_port(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
        for length in list(range(0, 200)) + [1500] * 500 + [9000] * 10:
            noise.sendto(os.urandom(length), ("127.0.0.1", server.udp_port))
            noise.sendto(bytes([0, 1]) + os.urandom(max(0, length - 2)), ("127.0.0.1", server.udp_port))
    await healthy(server)


async def healthy(server):
    assert server.alive, server.log[-3000:]
    peer = Publisher(server, "health", "probe")
    await peer.connect()
    await peer.close()


async def refused(call):
    with pytest.raises(api.TwirpError) as error:
        await call
    return error.value


async def test_bad_egress_requests(server, closing):
    lk = closing(server.api())
    unknown = await refused(lk.egress.start_room_composite_egress(egress.request("nowhere", "a.mp4")))
    assert (unknown.code, unknown.message) == ("not_found", "requested room does not exist")

    await lk.room.create_room(api.CreateRoomRequest(name="meeting"))
    odd = api.EncodingOptions(width=1279, height=720)
    error = await refused(lk.egress.start_room_composite_egress(egress.request("meeting", "a.mp4", advanced=odd)))
    assert error.code == "invalid_argument" and "width" in error.message

    for path in ("../../escape.mp4", "/etc/escape.mp4", "a/../../../escape.mp4"):
        error = await refused(lk.egress.start_room_composite_egress(egress.request("meeting", path)))
        assert error.code == "invalid_argument" and "filepath" in error.message, path

    nothing = api.RoomCompositeEgressRequest(room_name="meeting")
    assert (await refused(lk.egress.start_room_composite_egress(nothing))).code == "invalid_argument"
    both = egress.request("meeting", "a.mp4", audio_only=True, video_only=True)
    error = await refused(lk.egress.start_room_composite_egress(both))
    assert error.code == "invalid_argument" and "audio_only and video_only" in error.message
    error = await refused(lk.egress.stop_egress(api.StopEgressRequest(egress_id="EG_missing")))
    assert error.code == "not_found"
    assert server.job_processes() == []


async def test_missing_grants(server):
    weak = api.AccessToken(KEY, SECRET).with_grants(api.VideoGrants(room_list=True)).to_jwt()
    forbidden = ["RoomService/CreateRoom", "RoomService/DeleteRoom", "RoomService/ListParticipants", "Egress/ListEgress",
                 "Egress/StartRoomCompositeEgress"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {weak}"}) as session:
        for method in forbidden:
            async with session.post(f"{server.http}/twirp/livekit.{method}", json={"room": "meeting"}) as answer:
                assert answer.status == 401, method
                assert (await answer.json())["code"] == "unauthenticated"
        async with session.post(f"{server.http}/twirp/livekit.RoomService/ListRooms", json={}) as answer:
            assert answer.status == 200
        async with session.post(f"{server.http}/twirp/livekit.RoomService/Nothing", json={}) as answer:
            assert answer.status == 404 and (await answer.json())["code"] == "bad_route"
        async with session.post(f"{server.http}/twirp/livekit.RoomService/ListRooms", data=b"{",
                                headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400 and (await answer.json())["code"] == "malformed"
