#!/usr/bin/env python3
"""Serves an MPEG-TS file over RTSP, in real time, with GStreamer's own RTSP server.

    rtsp_server.py FILE [--port 8554] [--mount /uav] [--carrier ts|es]

`ts`: the whole transport stream over RTP (MP2T). `es`: H.264 and KLV as RTP streams of their own (SMPTE336M).
Prints one line when it serves. A client that comes back gets the file from its start.
"""
import argparse
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("file")
    arguments.add_argument("--port", default="8554")
    arguments.add_argument("--mount", default="/uav")
    arguments.add_argument("--carrier", choices=["ts", "es"], default="ts")
    options = arguments.parse_args()
    Gst.init(None)
    location = f'filesrc location="{options.file}"'
    if options.carrier == "ts":
        launch = f"( {location} ! tsparse set-timestamps=true ! rtpmp2tpay name=pay0 pt=33 )"
    else:
        launch = (f"( {location} ! tsdemux name=d  d. ! queue ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 "
                  "d. ! queue ! meta/x-klv ! rtpklvpay name=pay1 pt=97 )")
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch)
    factory.set_shared(False)
    server.get_mount_points().add_factory(options.mount, factory)
    if server.attach(None) == 0:
        raise SystemExit(f"port {options.port} is taken")
    print(f"serving rtsp://127.0.0.1:{options.port}{options.mount}", flush=True)
    GLib.MainLoop().run()


main()
