import assert from 'node:assert/strict';
import type { DeviceState } from '#agent/device/state.ts';
import { PASSWORDS, type FakeBox } from '../fake-box.ts';

/** An account of the fake box as a header has it. */
export const basic = (name: 'admin' | 'user'): string =>
  `Basic ${Buffer.from(`${name}:${PASSWORDS[name]}`).toString('base64')}`;

/** One answer of the list. */
export interface Answer {
  meta: { uri: string; status?: string; description?: string };
  result?: unknown;
}

export const queryOf = (uris: readonly string[]) => uris.map((uri) => `uri=${encodeURIComponent(uri)}`).join('&');

/** As a program of the device's asks: an account in Basic, JSON in the body. */
export async function get(box: FakeBox, ...uris: string[]): Promise<Answer[]> {
  const answer = await fetch(`${box.url}/api/swis/resources?${queryOf(uris)}`, {
    headers: { authorization: basic('admin') },
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  return (await answer.json()) as Answer[];
}

export async function put(box: FakeBox, items: unknown, init: RequestInit = {}, name: 'admin' | 'user' = 'admin') {
  const answer = await fetch(`${box.url}/api/swis/resources`, {
    method: 'PUT',
    body: typeof items === 'string' ? items : JSON.stringify(items),
    ...init,
    headers: { authorization: basic(name), 'content-type': 'application/json', ...(init.headers as object) },
  });
  return { status: answer.status, answers: (await answer.json()) as Answer[] };
}

export const set = async (
  box: FakeBox,
  uri: string,
  value: unknown,
  name: 'admin' | 'user' = 'admin',
): Promise<Answer> => {
  const { status, answers } = await put(box, [{ uri, value }], {}, name);
  assert.equal(status, 200);
  assert.equal(answers.length, 1);
  return answers[0] as Answer;
};
export const result = async (box: FakeBox, uri: string): Promise<unknown> => (await get(box, uri))[0]?.result;
export const wanted = (box: FakeBox): DeviceState['wanted'] => box.device.state().wanted;
