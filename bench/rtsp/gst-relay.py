"""The yardstick: a gst-rtsp-server that relays the rtsp://... of its argument, with one pipeline shared by all players.
Prints its port. Only the set-up is Python; every packet stays in GStreamer's own threads."""
import sys
import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service('0')
server.set_backlog(200)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    '( rtspsrc name=source protocols=tcp latency=100 location=' + sys.argv[1] + ' '
    'source. ! application/x-rtp,media=video ! rtph264depay ! rtph264pay name=pay0 pt=96 config-interval=-1 '
    'source. ! application/x-rtp,media=audio ! rtpmp4gdepay ! rtpmp4gpay name=pay1 pt=97 )')
factory.set_shared(True)
server.get_mount_points().add_factory('/live', factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
