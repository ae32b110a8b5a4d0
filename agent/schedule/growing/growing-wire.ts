import { z } from 'zod';
import type { PartEnd } from '#agent/device/recording.ts';
import type { GrowingTracks } from '../recordings.ts';
import { ServerTrouble } from '../server/answer.ts';
import { jsonBody } from '../server/form.ts';
import type { Opencast } from '../server/opencast.ts';
import type { WireBody, WireRequest } from '../server/wire.ts';

/** What the server is told of a file that begins to be recorded. */
export interface GrowingFile {
  /** Event that is recorded; undefined: the recording was started by hand. */
  event: string | undefined;
  recording: string;
  flavor: string;
  fileName: string;
}

/** What the server says of the finished file. */
export type FinishedAnswer = z.output<typeof answerSchema>;

const answerSchema = z.object({
  state: z.enum(['incomplete', 'making', 'made', 'failed']),
  bytes: z.number().optional(),
  why: z.string().optional(),
});

/**
 * Requests of the protocol by which a file is sent while it is recorded: tus 1.0 with a length that is told late, and the
 * end as Amphi's central server takes it. Each failure rejects with a ServerTrouble.
 */
export interface GrowingWire {
  /** Begins an upload and gives its id. */
  create(file: GrowingFile): Promise<string>;
  /** Bytes that the server has. */
  offset(id: string): Promise<number>;
  /** Appends bytes; `length` tells the whole length. Gives the bytes that the server has now. */
  append(
    id: string,
    offset: number,
    body: Pick<WireBody, 'bytes' | 'chunks' | 'piece'>,
    length?: number,
  ): Promise<number>;
  /** Tells the end, and asks for the finished file. */
  end(id: string, end: PartEnd, sha256?: string): Promise<FinishedAnswer>;
  /** Tells the slides and layouts that are known so far. */
  tracks(id: string, tracks: GrowingTracks): Promise<void>;
  /** Gives an upload up. `because` is for the log of the server. */
  remove(id: string, because: string): Promise<void>;
  urlOf(id: string): string;
}

/** Milliseconds for the server to take slides; they are told again later. */
const TRACKS_MS = 15_000;
const TUS = { 'tus-resumable': '1.0.0' };
const UUID = /\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\/?$/;

/** Opens the requests to a server. */
export function openGrowingWire(opencast: Pick<Opencast, 'settings' | 'send'>, signal: AbortSignal): GrowingWire {
  const base = `${opencast.settings.url}/api/v1/growing`;
  const urlOf = (id: string): string => `${base}/${id}`;
  const send = (what: string, request: WireRequest) =>
    opencast.send(what, { ...request, headers: { ...TUS, ...request.headers }, signal });
  const offsetIn = (header: unknown): number => {
    const offset = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
    if (offset === undefined) throw new ServerTrouble('busy', 'the server does not say how many bytes it has');
    return offset;
  };
  return {
    urlOf,
    async create({ event, recording, flavor, fileName }) {
      const told = { event, recording, flavor, filename: fileName };
      const pairs = Object.entries(told).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key} ${Buffer.from(value).toString('base64')}`],
      );
      const headers = { 'upload-defer-length': '1', 'upload-metadata': pairs.join(',') };
      const answer = await send(`beginning to send ${fileName}`, { method: 'POST', url: base, headers });
      answer.drop();
      const id = UUID.exec(answer.headers.location ?? '')?.[1];
      if (answer.status === 201 && id !== undefined) return id;
      throw new ServerTrouble('missing', 'the server does not take files while they are recorded');
    },
    async offset(id) {
      const answer = await send('asking how much is there', { method: 'HEAD', url: urlOf(id) });
      answer.drop();
      return offsetIn(answer.headers['upload-offset']);
    },
    async append(id, offset, body, length) {
      const answer = await send('sending what was recorded', {
        method: 'PATCH',
        url: urlOf(id),
        headers: {
          'upload-offset': String(offset),
          ...(length === undefined ? {} : { 'upload-length': String(length) }),
        },
        body: { ...body, type: 'application/offset+octet-stream' },
      });
      answer.drop();
      return offsetIn(answer.headers['upload-offset']);
    },
    async end(id, { bytes, words }, sha256) {
      const answer = await send('telling the end of the recording', {
        method: 'PUT',
        url: `${urlOf(id)}/finished`,
        body: jsonBody({ bytes, ...words, ...(sha256 === undefined ? {} : { sha256 }) }),
      });
      const told = answerSchema.safeParse(parsed(await answer.text()));
      if (told.success) return told.data;
      throw new ServerTrouble('busy', 'the server does not say what became of the recording');
    },
    async tracks(id, tracks) {
      const request = { method: 'PUT' as const, url: `${urlOf(id)}/tracks`, body: jsonBody(tracks) };
      const answer = await send('telling the slides', { ...request, answerMs: TRACKS_MS });
      answer.drop();
    },
    async remove(id, because) {
      const query = new URLSearchParams({ because }).toString();
      const answer = await send('tidying up', { method: 'DELETE', url: `${urlOf(id)}?${query}` });
      answer.drop();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
