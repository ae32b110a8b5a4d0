import type { Codec } from './codecs.ts';
import { codec } from './codecs.ts';

const byte = (part: string) => /^\d{1,3}$/.test(part) && Number(part) <= 255;

/**
 * An IPv4 address without leading zeros, as the device sends it: `010.0.0.7` gives `10.0.0.7`. Undefined for other
 * text.
 */
export function readAddress(text: string): string | undefined {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(byte) ? parts.map(Number).join('.') : undefined;
}

const bits = (address: string): number =>
  address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);

/** Number of leading ones of a mask: 255.255.0.0 gives 16. Undefined for text that is not a mask. */
export function prefixLength(mask: string): number | undefined {
  const address = readAddress(mask);
  if (address === undefined) return undefined;
  const inverse = ~bits(address) >>> 0;
  return (inverse & (inverse + 1)) === 0 ? 32 - Math.ceil(Math.log2(inverse + 1)) : undefined;
}

/** The mask with this number of ones: 16 gives 255.255.0.0. */
export function maskOf(length: number): string {
  const value = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** An IPv4 address in dotted form. */
export const address: Codec<string> = codec<string>({
  shape: '[\\d.]+',
  decode: readAddress,
  describe: 'an IPv4 address',
  sample: (random) => `10.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}.7`,
  wrong: ['256.1.1.1', '1.2.3'],
});

/** A subnet mask in dotted form, its ones all in front. */
export const mask: Codec<string> = codec<string>({
  ...address,
  decode: (text) => (prefixLength(text) === undefined ? undefined : readAddress(text)),
  describe: 'a subnet mask',
  sample: (random) => maskOf(8 + Math.floor(random() * 20)),
  wrong: ['255.0.255.0'],
});

/** An address with the length of its network part in bits. */
export interface Subnet {
  address: string;
  prefix: number;
}

/**
 * An address with its mask. Commands have `10.0.0.7*255.255.0.0` or `10.0.0.7/16` (AMX1 sends the second), replies
 * `10.0.0.7/16`.
 */
export const subnet: Codec<Subnet> = codec<Subnet>({
  shape: '[\\d.]+(?:\\*[\\d.]+|/\\d+)',
  decode(text) {
    const [ip = '', rest = ''] = text.split(/[*/]/);
    const found = readAddress(ip);
    const prefix = !text.includes('/') ? prefixLength(rest) : /^\d{1,2}$/.test(rest) ? Number(rest) : undefined;
    return found === undefined || prefix === undefined || prefix > 32 ? undefined : { address: found, prefix };
  },
  encode: (value) => `${value.address}/${value.prefix}`,
  write: (value) => `${value.address}*${maskOf(value.prefix)}`,
  describe: 'address*mask or address/bits',
  sample: (random) => ({ address: `10.1.2.${Math.floor(random() * 255)}`, prefix: 16 }),
  wrong: ['1.2.3.4/33', '1.2.3.4*255.0.255.0'],
});

/**
 * A port: 0 switches the service off; other values are the factory's number or 1024 to 65535 (facts/smp351 1.1). All
 * other numbers are E12.
 */
export function port(factory: number): Codec<number> {
  return codec<number>({
    shape: '\\d+',
    decode(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
      return value === 0 || value === factory || (value >= 1024 && value <= 65535) ? value : undefined;
    },
    describe: `0 off, ${factory}, or 1024 to 65535`,
    code: 'E12',
    sample: (random) => 1024 + Math.floor(random() * 60000),
    wrong: ['7', '1023', '65536'],
  });
}
