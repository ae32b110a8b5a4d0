import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Log } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { FACTORY_FORMAT, type SourceFormat } from '../encode.ts';
import { openCamera } from '../pictures/camera.ts';
import { CAMERA } from '../signal.ts';
import { voice } from '../sound.ts';
import { startSource } from '../source.ts';
import type { Sins } from './sins.ts';
import { receive, type Counts } from './visit.ts';

/** Settings of a camera with sins. */
export interface CameraOptions {
  host: string;
  /** Port; 0 takes any free one. */
  port: number;
  sins: Sins;
  /** Seconds after PLAY at which clocks go wrong. */
  afterSeconds?: number;
  format?: Partial<SourceFormat>;
  ffmpeg?: string;
  log: Log;
}

/** A camera with sins: RTSP over TCP, the pictures and the sound of a hall's camera. */
export interface SinfulCamera {
  readonly url: string;
  /** The counts of its connections. */
  counts(): Readonly<Counts>;
  close(): Promise<void>;
}

const AFTER_SECONDS = 5;

/** Starts a camera; resolves when it can be played. */
export async function startSinfulCamera(options: CameraOptions): Promise<SinfulCamera> {
  const scope = openScope();
  const { host, sins, log } = options;
  const rate = sins['slow-pictures'] ? { frameRate: sins['slow-pictures'] } : {};
  // AAC with a wrong rate could not be decoded at all.
  const sound = sins['audio-rate'] ? { audioCodec: 'pcmu' as const } : {};
  try {
    const source = await startSource({
      name: 'camera',
      id: CAMERA,
      host: '127.0.0.1',
      port: 0,
      format: { ...FACTORY_FORMAT, size: { widthPx: 640, heightPx: 360 }, ...options.format, ...rate, ...sound },
      paint: openCamera,
      background: voice(),
      ffmpeg: options.ffmpeg ?? 'ffmpeg',
      log: log.child({ source: 'camera' }),
    });
    scope.defer(() => source.close());
    const counts: Counts = { connections: 0, atOnce: 0, open: 0, refused: 0 };
    const players = new Set<Socket>();
    let url = '';
    const behind = { host: '127.0.0.1', port: Number(new URL(source.url).port) };
    const listener = createServer((player) => {
      players.add(player);
      counts.connections++;
      counts.atOnce = Math.max(counts.atOnce, (counts.open = players.size));
      player.once('close', () => {
        players.delete(player);
        counts.open = players.size;
      });
      receive(player, { sins, afterMs: (options.afterSeconds ?? AFTER_SECONDS) * 1000, behind, url, counts });
    });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ host, port: options.port }, resolve);
    });
    scope.defer(async () => {
      for (const player of players) player.destroy();
      await new Promise((resolve) => listener.close(resolve));
    });
    url = `rtsp://${host}:${(listener.address() as AddressInfo).port}/camera`;
    return { url, counts: () => counts, close: () => scope.close() };
  } catch (error) {
    await scope.close();
    throw error;
  }
}
