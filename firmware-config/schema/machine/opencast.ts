import { z } from 'zod';
import { key } from '../key.ts';
import { URL_1024 } from '../phrases.ts';
import { loginWith, seconds, webUrl } from './servers.ts';

const service = key(webUrl.optional(), {
  en: 'where this service is, whatever the registry of the server says',
  form: URL_1024,
  standard: 'the registry says it',
});

/** Opencast server for which the box is a capture agent. */
export const opencastSchema = z.strictObject({
  url: key(webUrl, {
    en: 'the Opencast server that the box is a capture agent of',
    form: URL_1024,
    standard: 'none',
  }),
  agent: key(z.string().min(1).max(128).optional(), { en: 'name of the box at the server', standard: '`hall`' }),
  auth: key(z.enum(['basic', 'digest']).default('basic'), { en: 'how it says who it is' }),
  ...loginWith({
    user: { en: 'its account at the server', standard: 'none' },
    passwordFile: '`secrets/opencast-password` in `data`',
    proxy: 'HTTP proxy on the way to the server',
  }),
  services: z.strictObject({ captureAdmin: service, scheduler: service, ingest: service }).default({}),
  hosts: key(
    z
      .array(z.string().regex(/^[\w.:-]{1,255}$/, 'must be the name of a host'))
      .max(50)
      .default([]),
    {
      en: 'other hosts that the registry may name: they are shown user and password too',
      standard: 'none',
    },
  ),
  uploadOnly: key(z.boolean().default(false), {
    en: 'recordings are handed over and nothing else: the server has no calendar, and is not told what the box does',
  }),
  pollSeconds: key(seconds(2, 3600).default(60), {
    en: 'the calendar is asked for so often; at least each 20 s while an event is recorded',
    unit: 's',
  }),
  stateSeconds: key(seconds(2, 60).default(30), {
    en: 'the state of the box is told so often, and at each change',
    unit: 's',
  }),
  address: key(webUrl.optional(), {
    en: "the box's page, as the server links to it",
    form: URL_1024,
    standard: 'its own address',
  }),
  liveUrl: key(
    z
      .string()
      .max(1024)
      .refine((url) => URL.canParse(url), 'must be a URL')
      .optional(),
    {
      en: 'where players find the live picture; makes `live` one of its inputs',
      form: URL_1024,
      standard: 'its RTSP stream',
    },
  ),
});
/** Settings of the Opencast server. */
export type OpencastConfig = z.output<typeof opencastSchema>;
