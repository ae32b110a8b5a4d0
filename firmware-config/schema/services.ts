import { z } from 'zod';
import { path } from './parts.ts';

const port = z.int().min(0).max(65535);
const addresses = z
  .array(z.union([z.ipv4(), z.ipv6()]))
  .min(1)
  .max(16);

/** What reaches the box over the network. */
export const services = {
  http: z
    .strictObject({
      enabled: z.boolean().default(true),
      port: port.default(80),
      listen: addresses.optional(),
      /** What a client shows; made at first start when absent. */
      token: z.string().min(16, 'must have 16 characters or more').max(256).optional(),
      /** True: whoever reaches the port may do everything. */
      open: z.boolean().default(false),
    })
    .prefault({}),
  /** The same as over HTTP, encrypted with the certificate of the box. A port that is taken is an alarm. */
  https: z
    .strictObject({ enabled: z.boolean().default(true), port: port.default(443), listen: addresses.optional() })
    .prefault({}),
  rtsp: z
    .strictObject({
      port: port.default(554),
      user: z.string().min(1).max(64).optional(),
      password: z.string().min(1).max(128).optional(),
    })
    .refine(
      ({ user, password }) => (user === undefined) === (password === undefined),
      'user and password go together: set both or none',
    )
    .prefault({}),
  /** Where controllers and technicians reach the box. A port that is taken is an alarm; the box runs without it. */
  telnet: z
    .strictObject({ enabled: z.boolean().default(true), port: port.default(23), listen: addresses.optional() })
    .prefault({}),
  ssh: z
    .strictObject({
      enabled: z.boolean().default(true),
      port: port.default(22023),
      listen: addresses.optional(),
      /** Files of public keys, as OpenSSH's authorized_keys. */
      adminKeys: path.optional(),
      userKeys: path.optional(),
    })
    .prefault({}),
  /** Files alone, over SSH. */
  sftp: z
    .strictObject({ enabled: z.boolean().default(true), port: port.default(22022), listen: addresses.optional() })
    .prefault({}),
  ftp: z
    .strictObject({
      enabled: z.boolean().default(true),
      port: port.default(21),
      listen: addresses.optional(),
      /** False: nothing but encrypted logins and transfers. */
      plain: z.boolean().default(true),
      passivePorts: z
        .strictObject({ from: z.int().min(1024).max(65535), to: z.int().min(1024).max(65535) })
        .refine(({ from, to }) => from <= to, 'from must not be larger than to')
        .optional(),
      /** What PASV tells clients, behind a router that hides the address of the box. */
      passiveAddress: z.ipv4().optional(),
    })
    .prefault({}),
  /** Off until `device.sis.snmp.enabled` or a command (`E1SNMP`) switches it on. */
  snmp: z.strictObject({ port: port.default(161), listen: addresses.optional() }).prefault({}),
};
