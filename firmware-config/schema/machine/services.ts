import { z } from 'zod';
import { key } from '../key.ts';
import { path } from '../parts.ts';
import { ABSOLUTE_PATH } from '../phrases.ts';

/** Services of the box on the network. */

const listen = key(
  z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .max(16)
    .optional(),
  { en: 'on which addresses', form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' },
);

/** Port of a service. If another program has it, an alarm is raised and the box runs without the service. */
const port = (standard: number, { en = 'where; 0: any free one', sis }: { en?: string; sis?: string } = {}) =>
  key(z.int().min(0).max(65535).default(standard), { en, ...(sis && { sis: [sis] }) });

const enabled = (en: string, sis?: string) => key(z.boolean().default(true), { en, ...(sis && { sis: [sis] }) });

const keysOf = (account: string) =>
  key(path.optional(), {
    en: `file of public keys that may enter as \`${account}\``,
    form: ABSOLUTE_PATH,
    standard: 'passwords alone',
  });

const http = z.strictObject({
  enabled: enabled('whether API, SWIS and pages are there without encryption'),
  port: port(80, { sis: 'port.http' }),
  listen,
  token: key(z.string().min(16, 'must have 16 characters or more').max(256).optional(), {
    en: 'what programs show to be administrators',
    standard: 'made at the first start, in `token` in `data`',
  }),
  open: key(z.boolean().default(false), { en: 'whoever reaches the port may do everything' }),
});

const https = z.strictObject({
  enabled: enabled('the same, encrypted with the certificate of the box'),
  port: port(443, { sis: 'port.https' }),
  listen,
});

const rtsp = z
  .strictObject({
    port: port(554, { en: 'RTSP server; 0: any free one' }),
    user: key(z.string().min(1).max(64).optional(), {
      en: 'players prove it by digest; goes with `rtsp.password`',
      standard: 'nobody is asked',
    }),
    password: key(z.string().min(1).max(128).optional(), { en: 'of `rtsp.user`' }),
  })
  .refine(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'user and password go together: set both or none',
  );

const telnet = z.strictObject({
  enabled: enabled('whether controllers reach the box by Telnet', 'port.telnet'),
  port: port(23, { sis: 'port.telnet' }),
  listen,
});

const ssh = z.strictObject({
  enabled: enabled('whether the box is reached by SSH, with SFTP and scp', 'port.ssh'),
  port: port(22023, { sis: 'port.ssh' }),
  listen,
  /** File of public keys, in the format of OpenSSH's authorized_keys. */
  adminKeys: keysOf('admin'),
  userKeys: keysOf('user'),
});

const sftp = z.strictObject({
  enabled: enabled('whether there is a port for files alone, by SFTP and scp'),
  port: port(22022),
  listen,
});

const passivePort = (en: string) => key(z.int().min(1024).max(65535), { en, standard: 'any free port' });

const ftp = z.strictObject({
  enabled: enabled('whether the same files are reached by FTP, plain or with explicit TLS'),
  port: port(21),
  listen,
  plain: key(z.boolean().default(true), { en: '`false`: logins and transfers without TLS are refused' }),
  passivePorts: z
    .strictObject({
      from: passivePort('first port for data connections of passive clients; goes with `to`'),
      to: passivePort('the last one'),
    })
    .refine(({ from, to }) => from <= to, 'from must not be larger than to')
    .optional(),
  passiveAddress: key(z.ipv4().optional(), {
    en: 'what `PASV` tells clients, where a router hides the address of the box',
    form: 'IPv4 address',
    standard: 'the address they came to',
  }),
});

const snmp = z.strictObject({
  port: port(161, {
    en: 'SNMP v2c over UDP, once `device.sis.snmp.enabled` is true; 0: any free one',
    sis: 'port.snmp',
  }),
  listen,
});

/** All services. */
export const services = {
  http: http.prefault({}),
  https: https.prefault({}),
  rtsp: rtsp.prefault({}),
  telnet: telnet.prefault({}),
  ssh: ssh.prefault({}),
  sftp: sftp.prefault({}),
  ftp: ftp.prefault({}),
  snmp: snmp.prefault({}),
};
