import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recorded } from '#test/support/box-api.ts';
import { startBox, type Box } from '#test/support/box.ts';
import type { OpencastStandIn } from '#test/support/opencast/server.ts';

/** Starts whole boxes as capture agents of a server, whose password is `secret`. */
export interface AgentDesk {
  /** `opencast` and `device` are laid over what is usual; `env` is its environment. */
  boxFor: (server: OpencastStandIn, opencast?: object, device?: object, env?: Record<string, string>) => Promise<Box>;
  remove: () => Promise<void>;
}

export async function openAgentDesk(): Promise<AgentDesk> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-e2e-schedule-'));
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, 'secret\n', { mode: 0o600 });
  return {
    boxFor: (server, opencast = {}, device = {}, env = {}) =>
      startBox({
        env,
        device: {
          inputs: {
            1: { source: { driver: 'test', pattern: 'bars' } },
            3: { source: { driver: 'test', pattern: 'motion' } },
          },
          ...device,
        },
        config: {
          hall: 'Amphi_D',
          schedule: {
            opencast: { url: server.url, user: 'capture', passwordFile, pollSeconds: 2, stateSeconds: 2, ...opencast },
            handOver: { firstRetrySeconds: 1, mostRetrySeconds: 2 },
          },
        },
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The next full second, and so many more. */
export const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1000) * 1000 + seconds * 1000;

export type Booked = Recorded & { deliveredAtMs?: number; startedAtMs: number; metadata: { title: string } };

/** The newest recording. */
export async function recordingOf(box: Box): Promise<Booked> {
  const { recordings } = await box.get<{ recordings: { id: string }[] }>('/recordings');
  return box.get(`/recordings/${recordings[0]?.id ?? 'none'}`);
}

export const isDelivered = (box: Box) => async (): Promise<boolean> =>
  (await recordingOf(box).catch(() => undefined))?.deliveredAtMs !== undefined;
