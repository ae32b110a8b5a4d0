import type { InjectOptions } from 'fastify';
import { externalApi } from '#central/external-api/api.ts';
import type { Role } from '#central/database/tables.ts';
import { openRig, type Rig } from '../scheduling/rig.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface ApiRig extends Rig {
  /** Sends a form, both ways in turn, or nothing. */
  ask: (method: Method, url: string, form?: Record<string, unknown>, more?: AskOptions) => Promise<ApiReply>;
}

export interface AskOptions {
  as?: Role;
  accept?: string;
  multipart?: boolean;
}

export interface ApiReply {
  status: number;
  type: string;
  headers: Record<string, unknown>;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
}

const BOUNDARY = 'so-many-parts';

export async function openApiRig(): Promise<ApiRig> {
  const rig = await openRig([externalApi]);
  return {
    ...rig,
    async ask(method, url, form, { as = 'scheduler', accept, multipart = false } = {}) {
      const fields = Object.entries(form ?? {}).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      const body = form ? (multipart ? multipartOf(fields) : urlencodedOf(fields)) : {};
      const headers = { ...rig.as(as), ...(accept ? { accept } : {}), ...body.headers };
      const reply = await rig.app.inject({ method, url, headers, ...(body.payload ? { payload: body.payload } : {}) });
      const type = reply.headers['content-type'] ?? '';
      const json: unknown = /json/.test(type) && reply.body ? JSON.parse(reply.body) : undefined;
      return { status: reply.statusCode, type, headers: reply.headers, text: reply.body, json };
    },
  };
}

type Body = Pick<InjectOptions, 'payload' | 'headers'>;

const urlencodedOf = (fields: [string, string][]): Body => ({
  payload: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

const multipartOf = (fields: [string, string][]): Body => ({
  payload: `${fields.map(([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${BOUNDARY}--\r\n`,
  headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
});

export const metadataOf = (fields: Record<string, unknown>, flavor = 'dublincore/episode'): object[] => [
  { flavor, fields: Object.entries(fields).map(([id, value]) => ({ id, value })) },
];
