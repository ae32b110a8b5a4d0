import assert from 'node:assert/strict';
import { workflowIn, type IngestRig } from '../../ingest-rig.ts';

export interface AccessEntry {
  role: string;
  action: string;
}

/** Hands over a film as an event of its own, in one form, as a recorder does. Gives the number of its workflow. */
export async function handOver(
  on: IngestRig,
  { id, acl = [], terms }: { id: string; acl?: AccessEntry[]; terms: Record<string, string> },
): Promise<number> {
  const { status, text } = await on.send('/ingest/addMediaPackage', {
    ...terms,
    identifier: id,
    acl: JSON.stringify({ acl: { ace: acl } }),
    flavor: 'presenter/source',
    tag: 'archive',
    BODY: { file: on.movie, name: `${id}.mp4` },
  });
  assert.equal(status, 200, text);
  return Number(workflowIn(text));
}

/** What a program reads: with an account, with none, or with roles that it asks for. */
export interface Asker {
  as?: 'admin' | 'scheduler' | 'agent' | 'viewer';
  roles?: string;
}

export async function read(
  on: IngestRig,
  path: string,
  { as, roles }: Asker = {},
  // oxlint-disable-next-line typescript/no-explicit-any
): Promise<{ status: number; text: string; json: any }> {
  const headers = { ...(as ? on.rig.as(as) : {}), ...(roles === undefined ? {} : { 'x-run-with-roles': roles }) };
  const reply = await fetch(path.startsWith('http') ? path : `${on.url}${path}`, { headers, redirect: 'manual' });
  const text = await reply.text();
  const isJson = /json/.test(reply.headers.get('content-type') ?? '') && text !== '';
  return { status: reply.status, text, json: isJson ? JSON.parse(text) : undefined };
}
