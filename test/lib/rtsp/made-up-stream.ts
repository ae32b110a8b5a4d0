/** Packets that look like video and sound and need no encoder: enough for whoever only counts and compares bytes. */
import type { Packet, StreamParameters } from '#lib/rtsp/wire/packet.ts';
import { startRtspServer, type Mount, type RtspServer, type RtspServerOptions } from '#lib/rtsp/server/server.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { seededBytes } from './seeded.ts';

export const PARAMETERS: StreamParameters = {
  video: { sps: Buffer.from('6764001facd9405005bb', 'hex'), pps: Buffer.from('68ebecb22c', 'hex') },
  audio: { config: Buffer.from('1190', 'hex'), sampleRateHz: 48_000, channels: 2 },
};

/** Picture `index` at 15 a second, one in `gop` is key. Its bytes are its own. */
export function picture(index: number, bytes = 2000, gop = 30): Packet {
  const key = index % gop === 0;
  const nal = Buffer.concat([
    Buffer.from([key ? 0x65 : 0x41]),
    seededBytes(index + 1, 16),
    Buffer.alloc(bytes - 17, index),
  ]);
  return { track: 'video', ptsTicks: index * 6000, key, units: [nal] };
}

export function sound(index: number): Packet {
  return { track: 'audio', ptsTicks: index * 1920, key: false, units: [seededBytes(index, 200)] };
}

export const startServer = (options: Partial<RtspServerOptions> = {}): Promise<RtspServer> =>
  startRtspServer({ host: '127.0.0.1', port: 0, log: silentLog, ...options });

export function fedMount(server: RtspServer, path = 'extron1'): Mount {
  const mount = server.mount(path);
  mount.setParameters(PARAMETERS);
  return mount;
}
