"""A WHIP publisher of GStreamer's webrtcbin, run by Debian's Python: URL, raw pictures, width, height, rate, hertz, codec."""

import os
import signal
import sys
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

URL, PICTURES, WIDTH, HEIGHT, RATE, HERTZ, CODEC = sys.argv[1:8]
KEY = os.environ["WHIP_KEY"]
ENCODERS = {
    "VP8": "vp8enc deadline=1 cpu-used=8 target-bitrate=1000000 keyframe-max-dist=50 ! rtpvp8pay picture-id-mode=15-bit",
    "H264": "x264enc tune=zerolatency speed-preset=veryfast bitrate=1000 key-int-max=50 ! "
            "video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
MORE = {"VP8": "", "H264": ",packetization-mode=(string)1"}
PIPELINE = f"""
webrtcbin name=peer bundle-policy=max-bundle
multifilesrc location={PICTURES} loop=true ! rawvideoparse width={WIDTH} height={HEIGHT} format=i420 framerate={RATE}/1 !
  identity sync=true ! queue ! {ENCODERS[CODEC]} !
  application/x-rtp,media=video,encoding-name={CODEC},payload=96,clock-rate=90000{MORE[CODEC]} ! peer.
audiotestsrc is-live=true freq={HERTZ} volume=0.25 samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=2 ! queue !
  opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""


class Publisher:
    def __init__(self):
        self.loop = GLib.MainLoop()
        self.location = None
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.negotiate)
        self.peer.connect("notify::ice-gathering-state", self.gathered)
        self.peer.connect("notify::connection-state", self.changed)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.failed)

    def run(self):
        for transceiver in range(2):
            found = self.peer.emit("get-transceiver", transceiver)
            found.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self.pipeline.set_state(Gst.State.PLAYING)
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, self.leave)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def negotiate(self, _):
        self.peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self.offered))

    def offered(self, promise):
        reply = promise.get_reply()  # kept: what is in it goes with it
        offer = reply.get_value("offer")
        self.peer.emit("set-local-description", offer, None)

    def gathered(self, *_):
        if self.peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE and not self.location:
            GLib.idle_add(self.post)

    def post(self):
        offer = self.peer.get_property("local-description").sdp.as_text()
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {KEY}"}
        try:
            with urllib.request.urlopen(urllib.request.Request(URL, offer.encode(), headers), timeout=15) as response:
                self.location = urllib.parse.urljoin(URL, response.headers["Location"])
                text = response.read().decode()
        except urllib.error.HTTPError as error:
            print("refused", error.code, error.read().decode(), flush=True)
            self.loop.quit()
            return False
        _, message = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.peer.emit("set-remote-description", answer, None)
        return False

    def changed(self, *_):
        print("connection", self.peer.get_property("connection-state").value_nick, flush=True)

    def failed(self, _, message):
        print("error", *message.parse_error(), flush=True)
        self.loop.quit()

    def leave(self):
        if self.location:
            request = urllib.request.Request(self.location, method="DELETE", headers={"Authorization": f"Bearer {KEY}"})
            with urllib.request.urlopen(request, timeout=5) as response:
                print("deleted", response.status, flush=True)
        self.loop.quit()
        return False


Gst.init(None)
Publisher().run()
