#!/usr/bin/env python3
"""Serves an MPEG-TS file over RTSP, in real time, with GStreamer's own RTSP server.

    rtsp_server.py FILE [--port 8554] [--mount /uav]

The whole transport stream goes over RTP (MP2T). Prints one line when it serves. A client that comes back gets the file from its start.
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
    options = arguments.parse_args()
    Gst.init(None)
    launch = f'( filesrc location="{options.file}" ! tsparse set-timestamps=true ! rtpmp2tpay name=pay0 pt=33 )'
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
