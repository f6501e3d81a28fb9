"""Publishes a film over and over by the FFmpeg inside PyAV: URL, film, rate, format, encoder of pictures, encoder of sound. The
key of WHIP is in the environment."""

import fractions
import os
import sys
import time

import av

SETTINGS = {"libx264": {"preset": "veryfast", "tune": "zerolatency"},
            "libx265": {"preset": "ultrafast", "x265-params": "log-level=error"},
            "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"},
            "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"}}


class Sound:
    """Frames of any length to those that the encoder takes, counted from zero."""

    def __init__(self, stream):
        self.stream, self.samples = stream, 0
        codec = stream.codec_context
        codec.open(strict=False)
        self.resampler = av.AudioResampler(codec.format, codec.layout, 48000, frame_size=codec.frame_size)

    def encode(self, frame):
        frame.pts = None
        for block in self.resampler.resample(frame):
            block.pts, block.time_base = self.samples, fractions.Fraction(1, 48000)
            self.samples += block.samples
            yield from self.stream.encode(block)


def publish(url, film, rate, form, pictures, sound):
    options = {"authorization": os.environ["WHIP_KEY"], "handshake_timeout": "10000"} if form == "whip" else {}
    with av.open(url, "w", format=form, options=options) as output:
        with av.open(film) as first:
            source = first.streams.video[0]
            video = output.add_stream(pictures, rate=rate, options=SETTINGS[pictures])
            video.width, video.height, video.pix_fmt, video.bit_rate = source.width, source.height, "yuv420p", 1_000_000
            video.gop_size, video.max_b_frames = 2 * rate, 0
            if form == "whip":
                video.profile = "Baseline"
        audio = output.add_stream(sound, rate=48000, layout="stereo")
        audio.bit_rate = 96_000
        heard, begun, shown = Sound(audio), time.monotonic(), 0
        while True:
            with av.open(film) as container:
                for frame in container.decode(video=0, audio=0):
                    if isinstance(frame, av.AudioFrame):
                        output.mux(list(heard.encode(frame)))
                        continue
                    frame.pts, frame.time_base = shown, fractions.Fraction(1, rate)
                    frame.pict_type = av.video.frame.PictureType.NONE
                    shown += 1
                    time.sleep(max(0, begun + shown / rate - time.monotonic()))
                    output.mux(video.encode(frame))


publish(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:7])
