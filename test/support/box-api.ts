import { join } from 'node:path';
import type { InputNumber, InputSeen } from '#agent/device/state.ts';
import { until } from './until.ts';

export interface RecordedPart {
  number: number;
  destination: string;
  folder: string;
  name: string;
  state: string;
  durationMs: number;
  pictures: number;
  bytes: number;
}

/** A recording as the API describes it, with the fields that tests use. */
export interface Recorded {
  id: string;
  base: string;
  status: string;
  parts: RecordedPart[];
  chapters: { part: number; offsetMs: number; title: string; kind: string }[];
  breaks: { atMs: number; reason: string }[];
  durationMs: number;
}

export interface Started {
  take: string;
  /** Wall clock before the request was sent and after it was answered. */
  askedMs: number;
  answeredMs: number;
  /** The frame that was current, as the box reports it. */
  frame: number;
}

/** Counters that the box reports once a second. */
interface Frames {
  composed: number;
  dropped: number;
}

type Call = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** The box's HTTP interface. A refused request rejects with the answer's words. */
export interface Api {
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  send<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T>;
  /** Gives the answer unchanged. */
  raw(path: string, init?: Call): Promise<Response>;
  start(body?: object): Promise<Started>;
  /** Stops the recording; gives it when it is finished completely. */
  stopRecording(take: string): Promise<Recorded>;
  recording(take: string): Promise<Recorded>;
  /** Waits until the box will do nothing more with the recording. */
  settled(take: string): Promise<Recorded>;
  /** Waits until an input is in this state. */
  input(number: InputNumber, status: InputSeen['status']): Promise<InputSeen>;
  /**
   * Number of frames that the box reports as left out, because nothing took them in time, since `start` was called or
   * since the box began. The box reports it now and then, so this waits for a report.
   */
  leftOut(): Promise<number>;
  alarms(): Promise<{ name: string; about: string; text: string }[]>;
}

/** Opens the API of a box at `base`, with a token. */
export function openApi(base: string, token: string): Api {
  const raw = (path: string, init: Call = {}): Promise<Response> =>
    fetch(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  const send = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await raw(path, { method, ...json });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
  const get = <T>(path: string): Promise<T> => send<T>('GET', path);
  const frames = async (): Promise<Frames> => (await get<{ frames: Frames }>('/status')).frames;
  let droppedBefore = 0;
  const recording = (take: string): Promise<Recorded> => get(`/recordings/${take}`);

  const settled = async (take: string): Promise<Recorded> => {
    let last: Recorded | undefined;
    await until(
      `${take} is finished`,
      async () => ['finished', 'partial', 'failed'].includes((last = await recording(take)).status),
      { seen: () => JSON.stringify(last) },
    );
    return last!;
  };

  return {
    get,
    send,
    raw,
    recording,
    settled,
    async leftOut() {
      let told = await frames();
      // The first report may have been counted before this call; the second was not.
      for (const which of ['counts', 'newer counts']) {
        const { composed } = told;
        await until(`${which} are told`, async () => (told = await frames()).composed !== composed);
      }
      return told.dropped - droppedBefore;
    },
    async start(body = {}) {
      droppedBefore = (await frames()).dropped;
      const askedMs = Date.now();
      const { recording: seen, at } = await send<{ recording: { take: string }; at: { frame: number } }>(
        'POST',
        '/recording/start',
        body,
      );
      return { take: seen.take, askedMs, answeredMs: Date.now(), frame: at.frame };
    },
    async stopRecording(take) {
      await send('POST', '/recording/stop', {});
      return settled(take);
    },
    async input(number, status) {
      let seen: InputSeen | undefined;
      await until(
        `input ${number} is ${status}`,
        async () => (seen = (await get<{ seen: InputSeen }>(`/inputs/${number}`)).seen).status === status,
        { seen: () => JSON.stringify(seen) },
      );
      return seen!;
    },
    alarms: async () => (await get<{ alarms: { name: string; about: string; text: string }[] }>('/alarms')).alarms,
  };
}

export const pathOf = ({ folder, name }: RecordedPart): string => join(folder, name);
