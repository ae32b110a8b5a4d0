import { z } from 'zod';
import { shortText, urlOf } from './parts.ts';

export const stream = z.strictObject({
  enabled: z.boolean(),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'must be 1 to 16 letters, digits, - or _'),
  multicast: z
    .strictObject({
      address: z.ipv4().regex(/^2(2[4-9]|3\d)\./, 'must be a multicast address (224.0.0.0 to 239.255.255.255)'),
      port: z.int().min(1024).max(65532).multipleOf(2),
      ttl: z.int().min(0).max(255),
    })
    .optional(),
});
export type StreamWanted = z.output<typeof stream>;

export const push = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'),
  name: shortText(64),
  enabled: z.boolean(),
  stream: z.enum(['archive', 'confidence']),
  url: urlOf(['rtsp', 'rtsps', 'rtmp', 'rtmps', 'udp', 'srt']),
});
export type PushWanted = z.output<typeof push>;
