import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '#lib/runtime/scope.ts';
import { openClient, type Client } from './client.ts';
import { HALL, TIME_ZONE } from './lecture-scenario.ts';
import { saidOf, startProgram } from './program.ts';

/** URLs of the sources. */
export interface Sources {
  slides: string;
  camera: string;
}

/** The simulated hall, as a process of its own. */
export interface Hall {
  urls: Sources;
  /** Sends a line such as `camera kill`; resolves when it is in effect. */
  command(line: string): Promise<void>;
}

/** The box, as a process of its own. */
export interface Box extends Client {
  page: string;
  stream: string;
  token: string;
  /** Address of the control protocol, and its password. */
  control: string;
  password: string;
}

/** Starts a hall, in a folder of its own. */
export async function startHall(folder: string, scope: Scope, stop: AbortController, name = HALL): Promise<Hall> {
  const said = await startProgram(
    {
      name: 'hall',
      argv: ['sim', 'hall', '--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--name', name],
      log: join(folder, 'hall.log'),
      ready: /^ready$/m,
    },
    scope,
    stop,
  );
  const control = openClient(saidOf(said, 'control'));
  return {
    urls: { slides: saidOf(said, 'slides'), camera: saidOf(said, 'camera') },
    command: async (command) => void (await control.send('POST', '/command', { command })),
  };
}

/** The server to which a box belongs, and its account there. */
export interface Membership {
  url: string;
  user: string;
  passwordFile: string;
}

/** Where a box is, and to whom it belongs. */
interface BoxPlace {
  folder: string;
  listen: string;
  sources: Sources;
  server: Membership;
  /** Name of its hall. */
  hall?: string;
}

/** Starts the box of a hall, in a folder of its own. */
export async function startBox(
  { folder, listen, sources, server, hall = HALL }: BoxPlace,
  scope: Scope,
  stop: AbortController,
): Promise<Box> {
  const token = randomBytes(12).toString('base64url');
  const data = join(folder, 'box');
  const file = join(folder, 'box.json');
  await mkdir(data);
  const source = (url: string) => ({ driver: 'rtsp', url });
  const config = {
    hall,
    data,
    listen,
    timeZone: TIME_ZONE,
    http: { port: 0, token },
    rtsp: { port: 0 },
    https: { port: 0 },
    telnet: { port: 0 },
    ssh: { port: 0 },
    sftp: { port: 0 },
    ftp: { port: 0 },
    // The shortest interval that is allowed, so that a lecture can be planned seconds before it begins.
    schedule: { opencast: { ...server, pollSeconds: 2, stateSeconds: 2 } },
    device: {
      inputs: {
        1: { name: 'Slides', source: source(sources.slides) },
        3: { name: 'Camera', source: source(sources.camera) },
      },
    },
  };
  await writeFile(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  const log = join(folder, 'box.log');
  const said = await startProgram(
    { name: 'box', argv: ['agent', '--config', file], log, ready: /^token /m },
    scope,
    stop,
  );
  const api = openClient(saidOf(said, 'api').replace(/\/$/, ''), token);
  const password = (await readFile(join(data, 'first-password'), 'utf8')).trim();
  const of = (word: string): string => saidOf(said, word);
  return { ...api, page: of('page'), stream: of('stream'), token, control: of('control'), password };
}
