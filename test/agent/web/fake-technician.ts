import type { Device } from '#agent/device/device.ts';
import { refuse, type Refusal } from '#agent/device/outcome.ts';
import type { TechnicianSources } from '#agent/web/views/technician-sources.ts';

/** A password that a source has. */
export const SECRET = 'sesam';

const LINES = [
  '{"level":30,"time":"2026-01-01T00:00:00.000Z","msg":"encoder chosen","family":"software"}',
  'no json',
  '{"level":40,"time":"2026-01-01T00:00:01.000Z","msg":"wrong password","via":"http"}',
];

/** What a technician is offered by a box that is none. */
export function fakeTechnician(device: Device): TechnicianSources {
  const busy = (): Refusal | undefined =>
    device.state().wanted.recording.state === 'stopped' ? undefined : refuse('E22', 'a recording runs');
  const nothing = { mistakes: [], changes: [] };
  return {
    configuration: {
      schema: () => ({ type: 'object' }),
      words: () => [{ key: 'hall', what: 'name of the hall' }],
      document: () => ({ hall: 'lh100' }),
      machine: () => ({ listen: '127.0.0.1' }),
      look: () => nothing,
      async take() {
        const refusal = busy();
        return refusal ? { ...nothing, refusal } : nothing;
      },
      lookAtFile: (text) => ({ mistakes: [{ at: '', text: `1:1: ${text}` }], changes: [] }),
      takeFile: async (text) => ({ mistakes: [{ at: '', text: `1:1: ${text}` }], changes: [] }),
      file: () => 'hall: lh100\n',
    },
    machine: () => ({
      cpuPercent: 10,
      celsius: 40,
      timeZone: 'Europe/Paris',
      host: 'lh100',
      gateway: '10.0.0.1',
      dns: [],
      memory: { totalBytes: 8e9, freeBytes: 4e9 },
      addresses: [],
      uptimeS: 60,
      ports: { rtsp: 554, http: 80 },
      timeServers: [],
      takesTimeServers: true,
    }),
    machineSettings: {
      schema: () => ({}),
      now: async () => ({ document: { timeZone: 'Europe/Paris' }, fixed: ['timeZone'], waits: false }),
      keep: async (given) =>
        JSON.stringify(given).includes('Mars') ? [{ at: 'timeZone', text: 'is no time zone' }] : [],
    },
    certificate: {
      now: () => ({
        from: 'self-signed',
        subject: 'CN=a',
        issuer: 'CN=a',
        names: '',
        fromMs: 1,
        untilMs: 2,
        fingerprint: 'AA',
      }),
      install: async (pem) => (pem.includes('PRIVATE KEY') ? undefined : 'there is no private key without a password'),
      remove: async () => undefined,
    },
    log: async () => LINES,
    restart: busy,
    supportBundle: async () => Buffer.from('PK'),
    tryInput: async (source) =>
      source.driver === 'test'
        ? Buffer.from([0xff, 0xd8])
        : { error: 'password' in source && source.password === SECRET ? 'it knows the secret' : 'connection refused' },
  };
}
