import { openFmp4, type Fmp4 } from '#lib/media/fmp4.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { PreviewSink } from '#agent/web/views/sources.ts';

/**
 * Sends the packets of a ring as fragmented MP4, from the last key picture on: a fragment for each picture, with the
 * sound before it. The result stops it.
 */
export function startPreview(ring: PacketRing, sink: PreviewSink): () => void {
  let muxer: Fmp4 | undefined;
  let of: StreamParameters | undefined;
  let held: Packet[] = [];
  let ended = false;
  let endTap = (): void => undefined;

  const end = (): void => {
    if (ended) return;
    ended = true;
    endTap();
    sink.end();
  };

  const begin = (first: Packet, parameters: StreamParameters): Fmp4 => {
    of = parameters;
    const opened = openFmp4(parameters, { startTicks: first.ptsTicks, leadTicks: first.ptsTicks - first.dtsTicks });
    sink.begin(mimeOf(parameters), opened.init());
    return opened;
  };

  endTap = ring.tap(
    {
      onPacket(packet) {
        const { parameters } = ring;
        if (ended || !parameters) return;
        if (of && of !== parameters) return end();
        if (packet.track === 'audio') return void (muxer && held.push(packet));
        if (!muxer && !packet.key) return;
        muxer ??= begin(packet, parameters);
        const fragment = muxer.fragment([packet, ...held]);
        held = [];
        sink.fragment(fragment, packet.key);
      },
      onBreak: end,
    },
    { fromKey: true },
  );
  return end;
}

/**
 * The MIME type with the codecs (RFC 6381). Profile, constraints and level of H.264 are the three bytes after the first
 * one of the SPS.
 */
function mimeOf({ video, audio }: StreamParameters): string {
  const codecs = [...(video ? [`avc1.${video.sps.toString('hex', 1, 4)}`] : []), ...(audio ? ['mp4a.40.2'] : [])];
  return `video/mp4; codecs="${codecs.join(', ')}"`;
}
