"""Publishes a film over and over by FFmpeg's `whip` muxer: URL, film, rate; the key is in the environment."""

import fractions
import itertools
import os
import sys
import time

import av


def publish(url, film, rate):
    options = {"authorization": os.environ["WHIP_KEY"], "handshake_timeout": "10000"}
    with av.open(url, "w", format="whip", options=options) as output:
        with av.open(film) as first:
            source = first.streams.video[0]
            video = output.add_stream("libx264", rate=rate, options={"preset": "veryfast", "tune": "zerolatency"})
            video.width, video.height, video.pix_fmt, video.bit_rate = source.width, source.height, "yuv420p", 1_000_000
            video.profile, video.gop_size, video.max_b_frames = "Baseline", 2 * rate, 0
        audio = output.add_stream("libopus", rate=48000, layout="stereo")
        audio.bit_rate = 96_000
        resampler = av.AudioResampler("s16", "stereo", 48000, frame_size=960)
        begun, pictures, samples = time.monotonic(), 0, 0
        for _ in itertools.count():
            with av.open(film) as container:
                for frame in container.decode(video=0, audio=0):
                    if isinstance(frame, av.VideoFrame):
                        frame.pts, frame.time_base = pictures, fractions.Fraction(1, rate)
                        frame.pict_type = av.video.frame.PictureType.NONE
                        pictures += 1
                        time.sleep(max(0, begun + pictures / rate - time.monotonic()))
                        output.mux(video.encode(frame))
                        continue
                    frame.pts = None
                    for block in resampler.resample(frame):
                        block.pts, block.time_base = samples, fractions.Fraction(1, 48000)
                        samples += block.samples
                        output.mux(audio.encode(block))


publish(sys.argv[1], sys.argv[2], int(sys.argv[3]))
