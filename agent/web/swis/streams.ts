import { z } from 'zod';
import { pushSlot, pushWithUrl, slotRow, type PushSlot } from '#agent/device/push-servers.ts';
import { hideInUrl } from '#firmware-config/document/secrets.ts';
import { isMade } from '#agent/device/dual-mode.ts';
import type { StreamName } from '#agent/device/state.ts';
import { flag } from './picture.ts';
import {
  refuse,
  resource,
  wish,
  type Json,
  type Refusal,
  type Resource,
  type SwisView,
  type Wish,
} from './resource.ts';

/** The streams by number: 1 archive, 2 channel B in dual mode, 3 confidence. */
const STREAMS: Readonly<Record<number, StreamName>> = { 1: 'archive', 2: 'archive-b', 3: 'confidence' };
const numberOf = (stream: StreamName): string =>
  Object.keys(STREAMS).find((number) => STREAMS[Number(number)] === stream) ?? '';

/** The stream of a number; undefined for one that is not encoded in this mode. */
const streamOf = ({ state: { wanted } }: SwisView, number: number): StreamName | undefined => {
  const stream = STREAMS[number];
  return stream && isMade(wanted, stream) ? stream : undefined;
};

const encoderState = (view: SwisView, number: number): Json => {
  const { wanted, seen } = view.state;
  const stream = streamOf(view, number);
  if (!stream) return { stream_enable: 0, resolution: '', frame_rate: 0, bitrate: 0, players: 0 };
  const { widthPx, heightPx, fps } = wanted.encoders[stream];
  const { kbps, players } = seen.streams[stream];
  const stream_enable = wanted.streams[stream].enabled ? 1 : 0;
  return { stream_enable, resolution: `${widthPx}x${heightPx}`, frame_rate: fps, bitrate: Math.round(kbps), players };
};

const slotOf = ({ state: { wanted }, personality }: SwisView, number: number): PushSlot | undefined =>
  pushSlot(wanted, personality, number);

const NO_SLOT = refuse('E10', 'there is no such streamer');
const isOn = ({ push }: PushSlot): 0 | 1 => (push?.enabled ? 1 : 0);

/** The servers that a push is connected to; unused slots are all zero (SWGO). */
function sessionsOf(view: SwisView, { push }: PushSlot): Json[] {
  const connected = push && view.state.seen.pushes[push.id]?.status === 'connected';
  const to = connected ? view.addressOf(push.url) : undefined;
  return Array.from({ length: view.personality.swis.sessionSlots }, (_, index) => ({
    pub_control: index === 0 && push?.enabled ? 1 : 0,
    resolved_ip: index === 0 && to ? to.ip : '0.0.0.0',
    resolved_port: index === 0 && to ? to.port : 0,
  }));
}

const streamer = z
  .object({
    pub_control: flag,
    pub_url: z.string().max(1024),
    pub_while_record: flag,
  })
  .partial();

function setStreamer(view: SwisView, value: z.output<typeof streamer>, number: number): readonly Wish[] | Refusal {
  const slot = slotOf(view, number);
  if (!slot) return NO_SLOT;
  const { stream, server, push } = slot;
  const { pub_control, pub_url, pub_while_record } = value;
  const wishes: Wish[] = [];
  if (!stream) {
    const isOff = pub_control !== 1 && !pub_url && pub_while_record !== 1;
    return isOff ? [] : refuse('E13', 'channel B is encoded in dual mode alone: this box is in composite mode');
  }
  const { wanted } = view.state;
  const target = pub_url === undefined ? push : pub_url && pushWithUrl(wanted, stream, server, pub_url);
  if (pub_url && target) wishes.push(wish('push.put', { push: target }));
  if (pub_url === '' && push) wishes.push(wish('push.remove', { id: push.id }));
  if (pub_control === 1 && !wanted.streams[stream].enabled)
    return refuse('E13', `the encoder is off: set /encoder/${numberOf(stream)}/stream_enable to 1 first`);
  if (pub_control === 1 && !target) return refuse('E13', 'there is no pub_url to push to');
  if (pub_control !== undefined && target)
    wishes.push(wish('push.enable', { id: target.id, enabled: pub_control === 1 }));
  if (pub_while_record !== undefined)
    wishes.push(wish('sis.keep', { row: slotRow(number), values: { pub_while_record } }));
  return wishes;
}

/** Resources of encoders and pushes. */
export const streamResources: readonly Resource[] = [
  resource({
    path: '/encoder/{n}',
    numbers: [1, 2, 3],
    about: 'A stream (1: archive, 2: channel B in dual mode, else off, 3: confidence) and whether it is served',
    effect: 'acts',
    source: 'SWGO, EXPO',
    confidence: 'A',
    get: (view, { number }) => encoderState(view, number),
    set: {
      access: 'admin',
      value: z.object({ stream_enable: flag }).partial(),
      wishes(view, { stream_enable }, { number }) {
        const stream = streamOf(view, number);
        if (stream) return [wish('stream.set', { stream, settings: { enabled: stream_enable === 1 } })];
        return stream_enable === 0
          ? []
          : refuse('E14', 'channel B is encoded in dual mode alone: this box is in composite mode');
      },
      example: { stream_enable: 1 },
    },
    example: { stream_enable: 1, resolution: '1280x720', frame_rate: 15, bitrate: 742, players: 3 },
  }),
  resource({
    path: '/encoder/status',
    about: 'All of them, by their numbers',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'C',
    get: (view) => Object.fromEntries(Object.keys(STREAMS).map((key) => [key, encoderState(view, Number(key))])),
    example: {
      1: { stream_enable: 1, resolution: '1280x720', frame_rate: 15, bitrate: 742, players: 3 },
      2: { stream_enable: 0, resolution: '', frame_rate: 0, bitrate: 0, players: 0 },
      3: { stream_enable: 0, resolution: '640x360', frame_rate: 15, bitrate: 0, players: 0 },
    },
  }),
  resource({
    path: '/streamer/rtmp/{n}',
    numbers: [1, 2, 3, 4, 5, 6],
    about:
      'A push target (1: archive, 2: channel B in dual mode, 3: confidence, 4 to 6: their backups). `pub_control` 1 is E13 while the stream is off or ' +
      'there is no URL; it is 1 at once, and `session_info` tells the server when it has answered. Users see no stream key. ' +
      '`pub_while_record` 1 lets it begin and end with a recording. `password` belongs into the URL, and is never told',
    effect: 'acts',
    source: 'SWGO, POD',
    confidence: 'A',
    get(view, { number }) {
      const slot = slotOf(view, number);
      if (!slot) return NO_SLOT;
      const url = slot.push?.url ?? '';
      return {
        pub_control: isOn(slot),
        pub_url: view.role === 'admin' ? url : hideInUrl(url),
        pub_while_record: slot.whileRecording ? 1 : 0,
        password: '',
        session_info: sessionsOf(view, slot),
      };
    },
    set: {
      access: 'user',
      value: streamer,
      wishes: (view, value, { number }) => setStreamer(view, value, number),
      example: { pub_control: 1 },
    },
    example: {
      pub_control: 1,
      pub_url: 'rtmp://10.0.0.9/live/overflow',
      pub_while_record: 0,
      password: '',
      session_info: [
        { pub_control: 1, resolved_ip: '10.0.0.9', resolved_port: 1935 },
        { pub_control: 0, resolved_ip: '0.0.0.0', resolved_port: 0 },
      ],
    },
  }),
];
