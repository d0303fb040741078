#!/usr/bin/python3
"""A WHIP publisher and a WHEP player on GStreamer's webrtcbin, for tests.

Usage: gstreamer_client.py publish URL    sends a moving picture as H264 and ticks as Opus
       gstreamer_client.py play URL       takes VP8 and Opus, and counts what it decodes

With --ignore-keyframe-requests a publisher sends a keyframe each 10 s and no other.
With --flash FILE a publisher sends a flash and a beep at the same instant each second, and writes the same encoded
frames to FILE (Matroska) with the times that they have in the pipeline; --codec VP8 or H264 is its picture's.

Prints one JSON object a line, {"event": ...}: "session" when the server has answered, "state" when the connection
changes, "media" with the counts once a second, "error". SIGTERM or SIGINT ends the session with DELETE.
"""

import argparse
import json
import math
import signal
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

HTTP_TIMEOUT_SECONDS = 10

PUBLISH = """
webrtcbin name=webrtc bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=20/1 ! videoconvert
  ! x264enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate=600 key-int-max=200
  ! video/x-h264,profile=constrained-baseline ! h264parse
  ! rtph264pay config-interval=-1 aggregate-mode=zero-latency
  ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! webrtc.
audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! opusenc
  ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! webrtc.
"""

FLASH_WIDTH = 320
FLASH_HEIGHT = 180
FRAMES_A_SECOND = 25
FLASH_FRAMES = 3
SAMPLES_A_SECOND = 48000
BEEP_SAMPLES = 4800
BUFFER_SAMPLES = 960
PUSH_INTERVAL_MS = 5

FLASH_ENCODERS = {
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate=600 key-int-max=100"
    " ! video/x-h264,profile=constrained-baseline ! h264parse config-interval=-1"
    " ! video/x-h264,stream-format=avc ! tee name=pictures ! queue ! h264parse ! rtph264pay config-interval=-1"
    " aggregate-mode=zero-latency",
    "VP8": "vp8enc deadline=1 cpu-used=8 target-bitrate=600000 keyframe-max-dist=100 lag-in-frames=0"
    " ! tee name=pictures ! queue ! rtpvp8pay",
}

# What waits for the connection is dropped, not sent late.
FLASH = """
webrtcbin name=webrtc bundle-policy=max-bundle
matroskamux name=file streamable=true ! filesink location={file}
appsrc name=picture is-live=true format=time leaky-type=downstream max-buffers=2
  caps=video/x-raw,format=I420,width={width},height={height},framerate={rate}/1
  ! {encoder} ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! webrtc.
appsrc name=sound is-live=true format=time leaky-type=downstream max-buffers=2
  caps=audio/x-raw,format=S16LE,layout=interleaved,rate={samples},channels=1
  ! opusenc ! tee name=sounds ! queue
  ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! webrtc.
pictures. ! queue ! file.
sounds. ! queue ! file.
"""

PLAY = "webrtcbin name=webrtc bundle-policy=max-bundle"

RECEIVED_CAPS = (
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,encoding-params=(string)2",
    "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,"
    "rtcp-fb-nack=true,rtcp-fb-nack-pli=true,rtcp-fb-ccm-fir=true",
)

DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec ! fakesink name=sink sync=false",
    "OPUS": "rtpopusdepay ! opusdec ! fakesink name=sink sync=false",
}


def tell(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


class FlashAndBeep:
    """Pushes pictures and sound whose times are exact, each when its time has come."""

    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.picture = pipeline.get_by_name("picture")
        self.sound = pipeline.get_by_name("sound")
        self.frames = 0
        self.buffers = 0
        chroma = bytes([128]) * (FLASH_WIDTH * FLASH_HEIGHT // 2)
        self.dark, self.bright = (bytes([luma]) * (FLASH_WIDTH * FLASH_HEIGHT) + chroma for luma in (16, 235))
        self.beep, self.silence = (
            b"".join(sample(level, index) for index in range(BUFFER_SAMPLES)) for level in (16000, 0)
        )
        GLib.timeout_add(PUSH_INTERVAL_MS, self.push)

    def push(self):
        clock = self.pipeline.get_clock()
        if clock is None:
            return GLib.SOURCE_CONTINUE
        now = clock.get_time() - self.pipeline.get_base_time()
        while self.frames * Gst.SECOND // FRAMES_A_SECOND <= now:
            is_flash = self.frames % FRAMES_A_SECOND < FLASH_FRAMES
            time = self.frames * Gst.SECOND // FRAMES_A_SECOND
            emit(self.picture, self.bright if is_flash else self.dark, time, Gst.SECOND // FRAMES_A_SECOND)
            self.frames += 1
        # Sound comes as a microphone gives it: when its last sample has been heard.
        while (self.buffers + 1) * BUFFER_SAMPLES * Gst.SECOND // SAMPLES_A_SECOND <= now:
            is_beep = self.buffers * BUFFER_SAMPLES % SAMPLES_A_SECOND < BEEP_SAMPLES
            time = self.buffers * BUFFER_SAMPLES * Gst.SECOND // SAMPLES_A_SECOND
            duration = BUFFER_SAMPLES * Gst.SECOND // SAMPLES_A_SECOND
            emit(self.sound, self.beep if is_beep else self.silence, time, duration)
            self.buffers += 1
        return GLib.SOURCE_CONTINUE


def sample(level, index):
    """Of a tone of 1 kHz, 16 bits."""
    return round(level * math.sin(2 * math.pi * 1000 * index / SAMPLES_A_SECOND)).to_bytes(2, "little", signed=True)


def emit(source, data, time, duration):
    buffer = Gst.Buffer.new_wrapped(data)
    buffer.pts = time
    buffer.dts = time
    buffer.duration = duration
    source.emit("push-buffer", buffer)


class Client:
    def __init__(self, mode, url, publish=PUBLISH):
        self.mode = mode
        self.url = url
        self.session_url = None
        self.failed = False
        self.offer_posted = False
        # What play decodes. A picture or sound that never changes is not counted as moving or loud.
        self.counts = {"videoFrames": 0, "differentPictures": 0, "audioBuffers": 0, "loudAudioBuffers": 0}
        self.last_picture = None
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(publish if mode == "publish" else PLAY)
        self.webrtc = self.pipeline if mode == "play" else self.pipeline.get_by_name("webrtc")
        if mode == "play":
            # A single element is parsed without a pipeline around it.
            self.pipeline = Gst.Pipeline.new(None)
            self.pipeline.add(self.webrtc)
        self.webrtc.connect("on-negotiation-needed", self.on_negotiation_needed)
        self.webrtc.connect("notify::connection-state", self.on_connection_state)
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering_state)
        self.webrtc.connect("pad-added", self.on_pad_added)
        if mode == "play":
            for caps in RECEIVED_CAPS:
                direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
                self.webrtc.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.on_error)

    def ignore_keyframe_requests(self):
        """Encodes as OBS does: a keyframe each 10 s, whatever viewers ask for."""
        pad = self.pipeline.get_by_name("encoder").get_static_pad("src")
        pad.add_probe(Gst.PadProbeType.EVENT_UPSTREAM, drop_keyframe_request)

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, self.stop)
        GLib.timeout_add_seconds(1, self.tell_counts)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.end_session()
        self.pipeline.set_state(Gst.State.NULL)
        return 1 if self.failed else 0

    def stop(self):
        self.loop.quit()
        return GLib.SOURCE_REMOVE

    def fail(self, message):
        self.failed = True
        tell("error", message=message)
        self.loop.quit()

    def tell_counts(self):
        if self.mode == "play":
            tell("media", **self.counts)
        return GLib.SOURCE_CONTINUE

    def on_error(self, _bus, message):
        error, details = message.parse_error()
        self.fail(f"{error.message} ({details})")

    def on_connection_state(self, webrtc, _property):
        tell("state", state=webrtc.get_property("connection-state").value_nick)

    def on_negotiation_needed(self, webrtc):
        webrtc.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))

    def on_offer(self, promise):
        # The offer belongs to the reply, so the reply has to outlive it.
        reply = promise.get_reply()
        self.webrtc.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def on_gathering_state(self, webrtc, _property):
        complete = webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE
        if complete and not self.offer_posted:
            self.offer_posted = True
            offer = webrtc.get_property("local-description").sdp.as_text()
            threading.Thread(target=self.post, args=(offer,), daemon=True).start()

    def post(self, offer):
        request = urllib.request.Request(
            self.url, offer.encode(), {"Content-Type": "application/sdp"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=HTTP_TIMEOUT_SECONDS) as response:
                answer = response.read()
                self.session_url = urllib.parse.urljoin(self.url, response.headers["Location"])
        except urllib.error.HTTPError as error:
            GLib.idle_add(self.fail, f"{error.code} {error.read().decode()}\n{offer}")
            return
        except OSError as error:
            GLib.idle_add(self.fail, str(error))
            return
        tell("session", url=self.session_url)
        _, message = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(answer, message)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.webrtc.emit("set-remote-description", description, Gst.Promise.new())

    def on_pad_added(self, _webrtc, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        encoding = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        decoder = Gst.parse_bin_from_description(DECODERS[encoding], True)
        count = self.count_picture if encoding == "VP8" else self.count_sound
        decoder.get_by_name("sink").get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, count)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def count_picture(self, _pad, info):
        picture = content(info)
        self.counts["videoFrames"] += 1
        if picture != self.last_picture:
            self.counts["differentPictures"] += 1
        self.last_picture = picture
        return Gst.PadProbeReturn.OK

    def count_sound(self, _pad, info):
        self.counts["audioBuffers"] += 1
        if any(content(info)):
            self.counts["loudAudioBuffers"] += 1
        return Gst.PadProbeReturn.OK

    def end_session(self):
        if self.session_url is None:
            return
        request = urllib.request.Request(self.session_url, method="DELETE")
        try:
            urllib.request.urlopen(request, timeout=HTTP_TIMEOUT_SECONDS).close()
        except OSError as error:
            tell("error", message=f"DELETE: {error}")
            self.failed = True


def drop_keyframe_request(_pad, info):
    structure = info.get_event().get_structure()
    requested = structure is not None and structure.get_name() == "GstForceKeyUnit"
    return Gst.PadProbeReturn.DROP if requested else Gst.PadProbeReturn.OK


def content(info):
    buffer = info.get_buffer()
    return buffer.extract_dup(0, buffer.get_size())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=("publish", "play"))
    parser.add_argument("url")
    parser.add_argument("--ignore-keyframe-requests", action="store_true")
    parser.add_argument("--flash", metavar="FILE")
    parser.add_argument("--codec", choices=tuple(FLASH_ENCODERS), default="H264")
    arguments = parser.parse_args()
    Gst.init(None)
    publish = PUBLISH
    if arguments.flash is not None:
        publish = FLASH.format(
            file=arguments.flash,
            codec=arguments.codec,
            encoder=FLASH_ENCODERS[arguments.codec],
            width=FLASH_WIDTH,
            height=FLASH_HEIGHT,
            rate=FRAMES_A_SECOND,
            samples=SAMPLES_A_SECOND,
        )
    client = Client(arguments.mode, arguments.url, publish)
    if arguments.flash is not None:
        FlashAndBeep(client.pipeline)
    if arguments.ignore_keyframe_requests:
        client.ignore_keyframe_requests()
    return client.run()


if __name__ == "__main__":
    sys.exit(main())
