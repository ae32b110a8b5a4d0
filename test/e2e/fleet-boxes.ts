import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Ran } from '#test/agent/control/clients.ts';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';

const BARS = { source: { driver: 'test', pattern: 'bars' } };

/** A box on an address of its own, with the port numbers of a real one. */
export interface FleetBox extends Box {
  address: string;
  password: string;
  wanted(): Promise<Record<string, unknown>>;
}

export async function startFleetBox(address: string, folder?: string): Promise<FleetBox> {
  const box = await startBox({
    address,
    ...(folder === undefined ? {} : { folder }),
    device: {
      inputs: { 1: BARS, 3: BARS },
      encoders: FEW_PIXELS,
      overlays: {},
      layout: 2,
    },
    config: { telnet: {}, ssh: {}, sftp: {}, ftp: {} },
  });
  return {
    ...box,
    address,
    password: (await readFile(join(box.data, 'first-password'), 'utf8')).trim(),
    async wanted() {
      const { wanted } = await box.get<{ wanted: Record<string, unknown> }>('/state');
      return wanted;
    },
  };
}

const AMPHI = new URL('../../bin/amphi.ts', import.meta.url).pathname;

/** `amphi` as a technician types it, in a folder. */
export const amphiIn =
  (folder: string) =>
  (password: string, ...argv: string[]): Promise<Ran> =>
    run(process.execPath, [AMPHI, ...argv], {
      env: { AMPHI_SIS_PASSWORD: password, XDG_CONFIG_HOME: folder },
      cwd: folder,
      timeoutMs: 120_000,
    });
