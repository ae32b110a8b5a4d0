import { pushAt, pushesOf, pushWithUrl, type Server } from '#agent/device/push-servers.ts';
import type { EncoderSettings } from '#agent/device/state.ts';
import type { encoder } from '#lib/sis/families/encoder.ts';
import type { StreamName } from '#lib/sis/families/fields.ts';
import type { streaming } from '#lib/sis/families/streaming.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { refuse } from '#lib/sis/handlers.ts';
import { isCoded, type Coded } from './presets.ts';
import { done, told, wish, type SisWorld, type View } from './world.ts';

type EncoderRow = Extract<(typeof encoder)[number] | (typeof streaming)[number], { by: 'device' }>;
const ABSENT = refuse('E14');

/** A handler for the streams that exist in the present mode; others are refused as not valid in this configuration. */
const coded =
  <Values extends { stream: StreamName }, Result>(
    handler: (view: View, values: Omit<Values, 'stream'> & { stream: Coded }) => Result,
  ) =>
  (view: View, values: Values): Result | typeof ABSENT =>
    isCoded(view, values.stream) ? handler(view, { ...values, stream: values.stream }) : ABSENT;

type OfStream<Values = object> = { stream: StreamName } & Values;

const encode = (view: View, stream: Coded, settings: Partial<EncoderSettings>) =>
  done(view, wish('encoder.set', { stream, settings }));

const RATES = [30, 25, 24, 15, 12.5, 12, 10, 5] as const;
const AUDIO_RATES = [80, 96, 128, 192, 256, 320] as const;
const nearest = <Value extends number>(values: readonly Value[], wanted: number): Value =>
  values.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] as Value;

const SIZES = ['848x480', '1280x720', '1920x1080', '512x288', '1024x768', '1280x1024'] as const;
type SizeName = (typeof SIZES)[number] | 'custom';
const sizeOf = (widthPx: number, heightPx: number): SizeName =>
  SIZES.find((name) => name === `${widthPx}x${heightPx}`) ?? 'custom';

/** Handlers for encoding, streams and their targets (facts/smp351 2.7). */
export const encoderHandlers: Handlers<EncoderRow, SisWorld> = {
  'encoder.mode': {
    set: (view, { mode }) => done(view, wish('encoder.mode', { mode })),
    query: ({ device }) => ({ mode: device.wanted.encoderMode }),
  },
  'encoder.resolution': {
    set: coded((view, { stream, resolution }: OfStream<{ resolution: SizeName }> & { stream: Coded }) => {
      if (resolution === 'custom') return ABSENT;
      const [widthPx = 0, heightPx = 0] = resolution.split('x').map(Number);
      return encode(view, stream, { widthPx, heightPx });
    }),
    query: coded(({ device }, { stream }) => {
      const { widthPx, heightPx } = device.wanted.encoders[stream];
      return { resolution: sizeOf(widthPx, heightPx) };
    }),
  },
  'encoder.fps': {
    set: coded((view, { stream, fps }: OfStream<{ fps: number }> & { stream: Coded }) => encode(view, stream, { fps })),
    query: coded(({ device }, { stream }) => ({ fps: nearest(RATES, device.wanted.encoders[stream].fps) })),
  },
  'encoder.bitrate.video': {
    set: coded((view, { stream, kbps }: OfStream<{ kbps: number }> & { stream: Coded }) =>
      encode(view, stream, { videoKbps: kbps }),
    ),
    query: coded(({ device }, { stream }) => ({ kbps: device.wanted.encoders[stream].videoKbps })),
  },
  'encoder.bitrate.audio': {
    set: coded((view, { stream, kbps }: OfStream<{ kbps: number }> & { stream: Coded }) =>
      encode(view, stream, { audioKbps: kbps }),
    ),
    query: coded(({ device }, { stream }) => ({
      kbps: nearest(AUDIO_RATES, device.wanted.encoders[stream].audioKbps),
    })),
  },
  'encoder.rate-control': {
    set: coded((view, { stream, control }: OfStream<{ control: EncoderSettings['rateControl'] }> & { stream: Coded }) =>
      encode(view, stream, { rateControl: control }),
    ),
    query: coded(({ device }, { stream }) => ({ control: device.wanted.encoders[stream].rateControl })),
  },
  'encoder.gop': {
    set: coded((view, { stream, frames }: OfStream<{ frames: number }> & { stream: Coded }) =>
      encode(view, stream, { gopFrames: frames }),
    ),
    query: coded(({ device }, { stream }) => ({ frames: device.wanted.encoders[stream].gopFrames })),
  },
  'encoder.profile': {
    set: coded((view, { stream, profile }: OfStream<{ profile: EncoderSettings['profile'] }> & { stream: Coded }) =>
      encode(view, stream, { profile }),
    ),
    query: coded(({ device }, { stream }) => ({ profile: device.wanted.encoders[stream].profile })),
  },
  'stream.enable': {
    set: coded((view, { stream, on }: OfStream<{ on: boolean }> & { stream: Coded }) =>
      done(view, wish('stream.set', { stream, settings: { enabled: on } })),
    ),
    query: coded(({ device }, { stream }) => ({ on: device.wanted.streams[stream].enabled })),
  },
  'stream.name': {
    set: coded((view, { stream, name }: OfStream<{ name: string }> & { stream: Coded }) =>
      done(view, wish('stream.set', { stream, settings: { name } })),
    ),
    query: coded(({ device }, { stream }) => ({ name: device.wanted.streams[stream].name })),
  },
  'push.enable': {
    set: coded((view, { stream, on }: OfStream<{ on: boolean }> & { stream: Coded }) => {
      const pushes = pushesOf(view.device.wanted, stream);
      if (pushes.length === 0) return on ? ABSENT : done(view);
      return done(view, ...pushes.map(({ id }) => wish('push.enable', { id, enabled: on })));
    }),
    query: coded(({ device }, { stream }) => ({
      on: pushesOf(device.wanted, stream).some(({ enabled }) => enabled),
    })),
  },
  'push.url': {
    set: coded((view, { stream, server, url }: OfStream<{ server: Server; url: string }> & { stream: Coded }) =>
      done(view, wish('push.put', { push: pushWithUrl(view.device.wanted, stream, server, url) })),
    ),
    reset: coded((view, { stream, server }: OfStream<{ server: Server }> & { stream: Coded }) => {
      const push = pushAt(view.device.wanted, stream, server);
      return told(view, { url: '' }, ...(push ? [wish('push.remove', { id: push.id })] : []));
    }),
    query: coded(({ device }, { stream, server }: OfStream<{ server: Server }> & { stream: Coded }) => ({
      url: pushAt(device.wanted, stream, server)?.url ?? '',
    })),
  },
  'push.status': {
    query: coded(({ device }, { stream, server }: OfStream<{ server: Server }> & { stream: Coded }) => {
      const push = pushAt(device.wanted, stream, server);
      return { connected: push !== undefined && device.seen.pushes[push.id]?.status === 'connected' };
    }),
  },
};
