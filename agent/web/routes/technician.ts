import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import { reveal } from '#firmware-config/document/secrets.ts';
import { channelOf, type InputSource, type Wanted } from '#agent/device/state.ts';
import { refused } from '#lib/http-api/refusal.ts';
import { refusedByBox, refusedForMistakes } from '../http/refusal.ts';
import { jsonRoute, mediaRoute, type Route } from '../http/route.ts';

const tag = 'technician';
const access = 'admin' as const;

const certificate = z.object({
  from: z.enum(['self-signed', 'installed']),
  subject: z.string(),
  issuer: z.string(),
  names: z.string(),
  fromMs: z.number(),
  untilMs: z.number(),
  fingerprint: z.string().describe('SHA-256'),
});
const certificateExample = {
  from: 'self-signed' as const,
  subject: 'CN=lh100',
  issuer: 'CN=lh100',
  names: 'DNS:lh100, IP Address:10.0.0.7',
  fromMs: 1475740802000,
  untilMs: 1791100802000,
  fingerprint: '5F:3C:…',
};
const machine = z.object({
  cpuPercent: z.number(),
  memory: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
  celsius: z.number(),
  timeZone: z.string(),
  host: z.string(),
  addresses: z.array(z.object({ name: z.string(), address: z.string() })),
  gateway: z.string(),
  dns: z.array(z.string()),
  uptimeS: z.number(),
  ports: z.record(z.string(), z.number()).describe('Ports of the services that are to listen'),
  timeServers: z.array(z.string()),
  takesTimeServers: z.boolean().describe('Whether they can be named by `timeServers` of the machine settings'),
});
const machineExample = {
  cpuPercent: 23.5,
  celsius: 41,
  timeZone: 'Europe/Paris',
  host: 'lh100',
  gateway: '10.0.0.1',
  dns: ['10.0.0.2'],
  memory: { totalBytes: 8e9, freeBytes: 5e9 },
  addresses: [{ name: 'eth0', address: '10.0.0.7' }],
  uptimeS: 86400,
  ports: { rtsp: 554, telnet: 23, ssh: 22023, http: 80, https: 443 },
  timeServers: ['ntp.example.org'],
  takesTimeServers: true,
};
const line = z.object({
  atMs: z.number(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  text: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Routes for technicians: the machine, its certificate, its log, and the trying of a source. */
export const technicianRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getMachine',
    method: 'GET',
    path: '/machine',
    access: 'user',
    tag,
    summary: 'The machine that the box runs on',
    answer: machine,
    answerExample: machineExample,
    run: ({ box }) => {
      const { addresses, dns, ports, timeServers, ...rest } = box.sources.technician.machine();
      return { ...rest, addresses: [...addresses], dns: [...dns], ports: { ...ports }, timeServers: [...timeServers] };
    },
  }),
  mediaRoute({
    id: 'tryInput',
    method: 'POST',
    path: '/inputs/try',
    access,
    tag,
    summary: 'Look at a source that is not used yet',
    description: 'Nothing that the box does is touched. It may take some seconds.',
    body: z.strictObject({ source: schema.inputSource }),
    bodyExample: { source: { driver: 'rtsp', url: 'rtsp://10.0.0.21/slides' } },
    refusals: [422],
    answers: { 200: { text: 'A picture of it, as JPEG', media: 'image/jpeg' } },
    async serve({ box, body: { source } }, _request, reply) {
      const picture = await box.sources.technician.tryInput(withSecrets(source, box.device.state().wanted));
      if (!Buffer.isBuffer(picture)) return refused(422, 'no_picture', picture.error);
      await reply.type('image/jpeg').header('cache-control', 'no-store').send(picture);
      return undefined;
    },
  }),
  mediaRoute({
    id: 'getInputSnapshot',
    method: 'GET',
    path: '/inputs/{number}/snapshot.jpg',
    access: 'user',
    tag: 'picture',
    summary: 'What an input shows now, also one that feeds no channel',
    description:
      'An input that feeds no channel is looked at once, beside what the box does: it may take some seconds.',
    params: z.strictObject({ number: schema.inputNumber }),
    query: z.strictObject({ width: z.int().min(16).max(1920).default(480).describe('In pixels, of an input in use') }),
    refusals: [422, 503],
    answers: { 200: { text: 'A JPEG', media: 'image/jpeg' } },
    async serve({ box, params: { number }, query: { width } }, _request, reply) {
      const { wanted } = box.device.state();
      const channel = channelOf(number);
      const picture =
        wanted.routing[channel] === number
          ? await box.snapshots.take(channel, width).catch(() => ({ error: 'there is no picture to be had now' }))
          : await box.sources.technician.tryInput(wanted.inputs[number].source);
      if (!Buffer.isBuffer(picture)) return refused(422, 'no_picture', picture.error);
      await reply.type('image/jpeg').header('cache-control', 'no-store').send(picture);
      return undefined;
    },
  }),
  jsonRoute({
    id: 'getCertificate',
    method: 'GET',
    path: '/certificate',
    access,
    tag,
    summary: 'The certificate of HTTPS and FTPS',
    answer: certificate,
    answerExample: certificateExample,
    run: ({ box }) => box.sources.technician.certificate.now(),
  }),
  jsonRoute({
    id: 'installCertificate',
    method: 'PUT',
    path: '/certificate',
    access,
    tag,
    summary: 'Install a certificate with its private key',
    description: 'Both as PEM, in any order, with the chain if there is one. It counts from the next connection on.',
    body: z.strictObject({ pem: z.string().min(1).max(200_000) }),
    bodyExample: { pem: '-----BEGIN PRIVATE KEY-----…-----BEGIN CERTIFICATE-----…' },
    answer: certificate,
    answerExample: { ...certificateExample, from: 'installed' },
    async run({ box, body: { pem } }) {
      const why = await box.sources.technician.certificate.install(pem);
      return why === undefined
        ? box.sources.technician.certificate.now()
        : refusedForMistakes([{ at: 'body.pem', text: why }]);
    },
  }),
  jsonRoute({
    id: 'removeCertificate',
    method: 'DELETE',
    path: '/certificate',
    access,
    tag,
    summary: 'Go back to the certificate that the box made for itself',
    answer: certificate,
    answerExample: certificateExample,
    async run({ box }) {
      await box.sources.technician.certificate.remove();
      return box.sources.technician.certificate.now();
    },
  }),
  jsonRoute({
    id: 'getLog',
    method: 'GET',
    path: '/log',
    access,
    tag,
    summary: 'The last lines of the log, the newest first',
    query: z.strictObject({
      level: z.enum(LEVELS).default('info').describe('This and what is worse'),
      text: z.string().max(200).default('').describe('Lines that have these letters, capital or not'),
      limit: z.int().min(1).max(2000).default(200),
    }),
    answer: z.object({ lines: z.array(line) }),
    answerExample: {
      lines: [
        { atMs: 1475740802000, level: 'warn', text: 'wrong password', facts: { via: 'http', address: '10.0.0.9' } },
      ],
    },
    async run({ box, query: { level, text, limit } }) {
      const all = (await box.sources.technician.log(20_000)).flatMap(lineOf).toReversed();
      const isLike = (one: z.infer<typeof line>): boolean =>
        LEVELS.indexOf(one.level) >= LEVELS.indexOf(level) &&
        JSON.stringify(one).toLowerCase().includes(text.toLowerCase());
      return { lines: all.filter(isLike).slice(0, limit) };
    },
  }),
  mediaRoute({
    id: 'downloadLog',
    method: 'GET',
    path: '/log.txt',
    access,
    tag,
    summary: 'The log as a file',
    answers: { 200: { text: 'JSON lines, the newest last', media: 'text/plain' } },
    async serve({ box }, _request, reply) {
      const text = (await box.sources.technician.log(50_000)).join('\n');
      await saved(reply, 'amphi.log').type('text/plain; charset=utf-8').send(text);
      return undefined;
    },
  }),
  mediaRoute({
    id: 'getSupportBundle',
    method: 'GET',
    path: '/support-bundle.zip',
    access,
    tag,
    summary: 'What is needed to judge the box from afar, without secrets',
    answers: { 200: { text: 'Settings, state, machine and log', media: 'application/zip' } },
    async serve({ box }, _request, reply) {
      const { hall } = box.device.state().wanted;
      await saved(reply, `amphi-${hall}.zip`)
        .type('application/zip')
        .send(await box.sources.technician.supportBundle());
      return undefined;
    },
  }),
  jsonRoute({
    id: 'restart',
    method: 'POST',
    path: '/restart',
    access,
    tag,
    summary: 'Let the box begin anew; refused while it records',
    body: z.strictObject({}),
    bodyExample: {},
    refusals: [409],
    answer: z.object({ restarting: z.boolean() }),
    answerExample: { restarting: true },
    run({ box }) {
      const refusal = box.sources.technician.restart();
      return refusal ? refusedByBox(refusal) : { restarting: true };
    },
  }),
];

/** The source with the secrets that were hidden when it was given out. */
function withSecrets(source: InputSource, { inputs }: Wanted): InputSource {
  for (const { source: known } of Object.values(inputs)) {
    const lost: string[] = [];
    const whole = reveal(source, known, (at) => void lost.push(at)) as InputSource;
    if (lost.length === 0) return whole;
  }
  return source;
}

/** Tells the browser to save the answer as a file. */
const saved = <Reply extends { header(name: string, value: string): Reply }>(reply: Reply, name: string): Reply =>
  reply.header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-store');

const PINO: Readonly<Record<number, (typeof LEVELS)[number]>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'error',
};

/** A log line as pino writes it; other lines are left out. */
function lineOf(text: string): z.infer<typeof line>[] {
  try {
    const { time, level, msg, ...facts } = JSON.parse(text) as Record<string, unknown>;
    const atMs = Date.parse(String(time));
    return [
      {
        atMs: Number.isNaN(atMs) ? 0 : atMs,
        level: PINO[Number(level)] ?? 'info',
        text: typeof msg === 'string' ? msg : '',
        facts,
      },
    ];
  } catch {
    return [];
  }
}
