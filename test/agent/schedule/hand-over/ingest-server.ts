import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { newHandOver, type HandOver } from '#agent/schedule/hand-over/hand-over.ts';
import { doStep, type IngestOptions } from '#agent/schedule/hand-over/ingest.ts';
import { ServerTrouble, type Trouble } from '#agent/schedule/server/answer.ts';
import type { Opencast } from '#agent/schedule/server/opencast.ts';
import type { WireRequest } from '#agent/schedule/server/wire.ts';
import { emptyMediaPackage, formatMediaPackage } from '#lib/opencast/media-package.ts';
import { EIGHT, folderFor, partOf, plannedOf, recordingOf } from '../samples.ts';

export const UID = '68b19d11-6aca-413e-b2b3-eda72eebc65a';
export const PACKAGE = formatMediaPackage(emptyMediaPackage(UID, EIGHT));

/** A server that answers each request with what it was given, or else with an empty package. */
export interface Server {
  /** Requests as `METHOD path`. */
  asked: string[];
  /** Answers by what is asked; a trouble is thrown. */
  answers: Record<string, string>;
  step: (handOver: Partial<HandOver>, options?: Partial<IngestOptions>) => Promise<HandOver>;
  state: string | undefined;
}

export async function server(t: TestContext): Promise<Server> {
  const folder = await folderFor(t);
  const made = { asked: [], answers: {}, state: undefined } as unknown as Server;
  const ask = async (_: string, { method, url }: WireRequest): Promise<string> => {
    const line = `${method} ${new URL(url).pathname}`;
    made.asked.push(line);
    const answer = made.answers[line] ?? PACKAGE;
    if (/^[a-z]+$/.test(answer)) throw new ServerTrouble(answer as Trouble, answer);
    return answer;
  };
  const opencast = {
    settings: { url: 'https://oc', agent: 'D', services: {} },
    ask,
    locate: async () => 'https://oc/ingest',
    at: async (_: string, path: string) => `https://oc/ingest${path}`,
    recordingState: async () => made.state,
  } as unknown as Opencast;
  const parts = [partOf(1, { folder }), partOf(2, { folder })];
  for (const { name } of parts) await writeFile(join(folder, name), Buffer.alloc(1000));
  const options: IngestOptions = {
    opencast,
    settings: {
      way: 'upload',
      flavor: 'presenter/source',
      flavorB: 'presentation/source',
      manifestFlavor: 'technical/x',
    },
    urlOf: (ticket, name) => `http://box/${ticket}/${name}`,
    askFirst: false,
    flow: {},
    signal: new AbortController().signal,
  };
  made.step = (handOver, more = {}) => {
    const whole = {
      ...newHandOver('a', 1, plannedOf('e', 0, 1, { uid: UID })),
      mediaPackage: PACKAGE,
      mediaPackageId: UID,
      ...handOver,
    };
    return doStep(whole, recordingOf('a', { parts }), { ...options, ...more });
  };
  return made;
}
