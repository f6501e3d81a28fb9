"""The ingress API as LiveKit's Python client calls it, beside a room server that keeps everything in a file."""

import json
import urllib.error
import urllib.request

import pytest
from livekit import api

from peerkit.server import SluiceServer

RTMP, WHIP, URL = api.IngressInput.RTMP_INPUT, api.IngressInput.WHIP_INPUT, api.IngressInput.URL_INPUT
ADDRESSES = {"rtmp_base_url": "rtmp://media.example.com/live", "whip_base_url": "https://media.example.com/w"}


def create(kind, **fields):
    return api.CreateIngressRequest(input_type=kind, participant_identity="camera", **fields)


async def items(lk, **fields):
    return list((await lk.ingress.list_ingress(api.ListIngressRequest(**fields))).items)


async def test_ingresses_outlive_the_server(tmp_path, closing):
    with SluiceServer(tmp_path, {"ingress": ADDRESSES}) as server:
        lk = closing(server.api())
        rtmp = await lk.ingress.create_ingress(create(RTMP, room_name="meeting", name="one"))
        whip = await lk.ingress.create_ingress(create(WHIP, name="two"))
        assert rtmp.ingress_id.startswith("IN_") and len(rtmp.stream_key) == 12 and rtmp.reusable
        assert (rtmp.url, whip.url) == tuple(ADDRESSES.values())
        assert rtmp.enable_transcoding and not whip.enable_transcoding
        assert {i.ingress_id for i in await items(lk)} == {rtmp.ingress_id, whip.ingress_id}
        assert await items(lk, room_name="meeting") == [rtmp]
        assert await items(lk, room_name="elsewhere") == []
        log = server.log
        assert rtmp.stream_key not in log and whip.stream_key not in log
    with SluiceServer(tmp_path, {"ingress": ADDRESSES}) as server:
        lk = closing(server.api())
        assert await items(lk, ingress_id=rtmp.ingress_id) == [rtmp], "the server has forgotten it"
        changed = await lk.ingress.update_ingress(api.UpdateIngressRequest(
            ingress_id=whip.ingress_id, room_name="meeting", enable_transcoding=True,
            video=api.IngressVideoOptions(preset=api.IngressVideoEncodingPreset.H264_540P_25FPS_2_LAYERS)))
        assert changed.stream_key == whip.stream_key and changed.name == "two" and changed.enable_transcoding
        assert len(await items(lk, room_name="meeting")) == 2
        gone = await lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id=rtmp.ingress_id))
        assert gone.ingress_id == rtmp.ingress_id
        assert await items(lk) == [changed]


async def test_addresses_are_those_of_the_process(server, closing):
    lk = closing(server.api())
    rtmp = await lk.ingress.create_ingress(create(RTMP))
    whip = await lk.ingress.create_ingress(create(WHIP))
    assert rtmp.url == f"rtmp://127.0.0.1:{server.rtmp_port}/live"
    assert whip.url == f"http://127.0.0.1:{server.whip_port}/w"


FIELD = "request has missing or invalid field: "
REFUSED = {
    "no identity": (api.CreateIngressRequest(input_type=RTMP), "invalid_argument", FIELD + "participant_identity"),
    "no room for a URL": (create(URL, url="https://example.com/film.mp4"), "invalid_argument", FIELD + "room_name"),
    "no URL": (create(URL, room_name="meeting"), "invalid_argument", FIELD + "url"),
    "a scheme nobody pulls": (create(URL, room_name="meeting", url="ftp://example.com/x"), "invalid_argument",
                              "invalid url scheme ftp"),
    "RTMP as it is": (create(RTMP, enable_transcoding=False), "invalid_argument", FIELD + "enable_transcoding"),
    "an odd layer": (create(RTMP, video=api.IngressVideoOptions(options=api.IngressVideoEncodingOptions(
        layers=[api.VideoLayer(quality=api.VideoQuality.HIGH, width=1281, height=720)]))), "invalid_argument",
        FIELD + "video.options.layers.width of HIGH"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_wrong_requests_are_refused(server, closing, name):
    request, code, text = REFUSED[name]
    lk = closing(server.api())
    with pytest.raises(api.TwirpError) as refused:
        await lk.ingress.create_ingress(request)
    assert refused.value.code == code and text in refused.value.message, refused.value.message
    assert await items(lk) == []


async def test_an_unknown_ingress_is_not_found(server, closing):
    lk = closing(server.api())
    for call in (lk.ingress.delete_ingress(api.DeleteIngressRequest(ingress_id="IN_nobody")),
                 lk.ingress.update_ingress(api.UpdateIngressRequest(ingress_id="IN_nobody"))):
        with pytest.raises(api.TwirpError) as refused:
            await call
        assert (refused.value.code, refused.value.message) == ("not_found", "ingress does not exist")


@pytest.mark.parametrize("grants, status", [({"room_record": True}, 401), ({"ingress_admin": True}, 200)])
def test_only_an_ingress_admin_may_call(server, grants, status):
    token = server.token("me", "meeting", **grants)
    request = urllib.request.Request(f"{server.http}/twirp/livekit.Ingress/ListIngress", json.dumps({}).encode(),
                                     {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            found = answer.status
    except urllib.error.HTTPError as error:
        found = error.code
    assert found == status
