/**
 * The box's side of an ingest: sends one track as a box sends it. Prints how long it took and how much memory it had at
 * most.
 */
import { stat } from 'node:fs/promises';
import { multipart } from '#agent/schedule/server/form.ts';
import { openLogin } from '#agent/schedule/server/login.ts';
import { openWire } from '#agent/schedule/server/wire.ts';

export interface Sent {
  status: number;
  seconds: number;
  rssMb: number;
  answer: string;
}

const { url, user, password, path, mediaPackage } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const wire = openWire({});
const credentials = async () => ({ user: user ?? '', password: password ?? '' });
const login = openLogin(wire, { method: 'digest', credentials }, Date.now);
const { size: bytes } = await stat(path ?? '');
const file = { field: 'BODY', content: { path: path ?? '' }, name: 'lecture_S1R1.mp4', mimeType: 'video/mp4', bytes };
const startedMs = performance.now();
const reply = await login.send({
  method: 'POST',
  url: `${url}/ingest/addTrack`,
  answerMs: 600_000,
  body: multipart(
    [
      ['mediaPackage', mediaPackage ?? ''],
      ['flavor', 'presenter/source'],
    ],
    file,
  ),
});
const answer = await reply.text();
const seconds = (performance.now() - startedMs) / 1000;
wire.close();
const rssMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ status: reply.status, seconds, rssMb, answer } satisfies Sent));
