"""A page in headless Chromium that publishes a camera and a microphone by WHIP with what every browser has: RTCPeerConnection and
fetch. The camera shows footage, the microphone hears a tone."""

import urllib.parse

from . import footage
from .browser import Browser
from .subscriber import until

PAGE = """<!doctype html><title>publisher</title><script>
const told = new URLSearchParams(location.search), report = what =>
    fetch('/report', {method: 'POST', body: JSON.stringify({...what, clock: performance.now() / 1000})})
async function publish() {
    const media = await navigator.mediaDevices.getUserMedia({
        video: {width: +told.get('width'), height: +told.get('height'), frameRate: +told.get('fps')},
        audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}})
    const peer = new RTCPeerConnection()
    peer.onconnectionstatechange = () => report({state: peer.connectionState})
    const [video] = media.getVideoTracks(), [audio] = media.getAudioTracks()
    const layers = +told.get('layers') > 1
        ? [{rid: 'q', scaleResolutionDownBy: 4}, {rid: 'h', scaleResolutionDownBy: 2}, {rid: 'f'}].slice(-told.get('layers'))
        : [{}]
    const sender = peer.addTransceiver(video, {direction: 'sendonly', sendEncodings: layers})
    const able = RTCRtpSender.getCapabilities('video').codecs
    sender.setCodecPreferences(able.filter(codec => codec.mimeType.toLowerCase() == 'video/' + told.get('codec')))
    peer.addTransceiver(audio, {direction: 'sendonly'})
    const found = []
    peer.onicecandidate = ({candidate}) => candidate && candidate.candidate && found.push(candidate)
    await peer.setLocalDescription()
    const trickles = told.get('trickle') == 'yes'
    if (!trickles && peer.iceGatheringState != 'complete')
        await new Promise(done => peer.onicegatheringstatechange = () => peer.iceGatheringState == 'complete' && done())
    const headers = {Authorization: 'Bearer ' + told.get('key')}
    const answer = await fetch(told.get('url'), {method: 'POST', body: peer.localDescription.sdp,
        headers: {...headers, 'Content-Type': 'application/sdp'}})
    const resource = answer.headers.get('Location'), tag = answer.headers.get('ETag')
    await report({status: answer.status, location: resource !== null, tag: tag !== null})
    if (!answer.ok) return report({refusal: await answer.text()})
    await peer.setRemoteDescription({type: 'answer', sdp: await answer.text()})
    const place = new URL(resource, told.get('url'))
    const add = async candidate => {
        const fragment = `a=ice-ufrag:${candidate.usernameFragment}\\r\\na=ice-pwd:${
            peer.localDescription.sdp.match(/a=ice-pwd:(.*)/)[1].trim()}\\r\\nm=audio 9 RTP/AVP 0\\r\\na=mid:${
            candidate.sdpMid}\\r\\na=${candidate.candidate}\\r\\n`
        const patched = await fetch(place, {method: 'PATCH', body: fragment,
            headers: {...headers, 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': tag}})
        report({patched: patched.status})
    }
    if (trickles) {
        peer.onicecandidate = ({candidate}) => candidate && candidate.candidate && add(candidate)
        found.forEach(add)
    }
    window.leave = async () => {
        const deleted = await fetch(place, {method: 'DELETE', headers})
        await report({deleted: deleted.status})
        peer.close()
    }
    // The page is told to leave by what its server answers.
    setInterval(async () => {
        if (window.left || (await (await fetch('/store/leave')).text()) != 'yes') return
        window.left = true
        window.leave()
    }, 500)
}
publish().catch(error => report({error: String(error)}))
</script>"""


class BrowserPublisher(Browser):
    page = PAGE

    def __init__(self, folder, url, key, hertz=440, codec="vp8", size=(640, 360), fps=25, layers=1, trickle=False):
        super().__init__(folder, lambda name: b"yes" if self.leaving else b"no")
        self.leaving = False
        self.query = urllib.parse.urlencode({
            "url": url, "key": key, "codec": codec, "width": size[0], "height": size[1], "fps": fps, "layers": layers,
            "trickle": "yes" if trickle else "no"})
        self.flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                      f"--use-file-for-fake-video-capture={footage.raw(size, fps, container='yuv4mpegpipe')}",
                      f"--use-file-for-fake-audio-capture={footage.tone(hertz)}")

    def publish(self):
        return self.open(self.query)

    def told(self, name):
        """What the page has told of something, in order."""
        return [report[name] for report in self.reports if name in report]

    async def wait_for(self, name, timeout=20):
        await until(lambda: self.told(name), timeout, lambda: f"{name} told by the page, which says {self.reports}")
        return self.told(name)[0]

    async def leave(self):
        """Has the page delete its session, as a publisher that stops does."""
        self.leaving = True
        return await self.wait_for("deleted")
