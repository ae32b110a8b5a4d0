import type { InputSource } from '../../shared/api-types.ts';

/** A source as an installer types it. */
export interface Typed {
  kind: 'rtsp' | 'url' | 'v4l2' | 'test' | 'off';
  address: string;
  user: string;
  password: string;
}

/** A source as its form shows it; a file is shown as off. */
export function typedOf(source: InputSource): Typed {
  const blank = { address: '', user: '', password: '' };
  switch (source.driver) {
    case 'rtsp':
      return { kind: 'rtsp', address: source.url, user: source.user ?? '', password: source.password ?? '' };
    case 'url':
      return { ...blank, kind: 'url', address: source.url };
    case 'v4l2':
      return { ...blank, kind: 'v4l2', address: source.device };
    case 'test':
      return { ...blank, kind: 'test' };
    case 'file':
    case 'off':
      return { ...blank, kind: 'off' };
  }
}

const SCHEMES = /^(rtsps?|rtmps?|srt|udp|rtp|tcp|https?):\/\/[^\s/]+/i;

/** The source that was typed; undefined while it is not complete. */
export function sourceOf({ kind, address, user, password }: Typed): InputSource | undefined {
  const place = address.trim();
  if (kind === 'off') return { driver: 'off' };
  if (kind === 'test') return { driver: 'test', pattern: 'motion' };
  if (kind === 'v4l2') return /^\/dev\/[\w/-]+$/.test(place) ? { driver: 'v4l2', device: place } : undefined;
  if (!SCHEMES.test(place) || !URL.canParse(place)) return undefined;
  if (kind === 'url') return { driver: 'url', url: place };
  if (!/^rtsps?:/i.test(place)) return undefined;
  return { driver: 'rtsp', url: place, transport: 'tcp', ...(user ? { user } : {}), ...(password ? { password } : {}) };
}
