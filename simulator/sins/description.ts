import type { Sins } from './sins.ts';

/** The description of the streams (SDP), as a camera with these sins gives it. */
export function describedBy(sins: Sins, sdp: string): string {
  const [session = '', ...media] = sdp.split(/(?=^m=)/m);
  return session + media.map((part) => (part.startsWith('m=audio') ? soundOf(sins, part) : part)).join('');
}

function soundOf(sins: Sins, part: string): string {
  if (sins['unknown-audio'])
    return part.replaceAll(/^a=rtpmap:(\d+) .*$/gm, 'a=rtpmap:$1 X-VND-AUDIO/8000').replaceAll(/^a=fmtp:.*\r?\n/gm, '');
  if (sins['bad-aac']) return part.replaceAll(/config=[\da-f]+/gi, 'config=ffff');
  const share = sins['audio-rate'];
  if (!share) return part;
  return part
    .replaceAll(/^(a=rtpmap:\d+ [\w-]+\/)(\d+)/gm, (_, before: string, hz: string) => before + Math.round(Number(hz) * share))
    .replaceAll(/config=([\da-f]{4})[\da-f]*/gi, (_, config: string) => `config=${aacAt(config, share)}`);
}

const AAC_RATES_HZ = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

/** An AudioSpecificConfig (ISO 14496-3 1.6.2.1) of another rate: five bits of object type, four of rate. */
function aacAt(config: string, share: number): string {
  const bits = Number.parseInt(config, 16);
  const hz = (AAC_RATES_HZ[(bits >> 7) & 15] ?? 48_000) * share;
  const nearest = AAC_RATES_HZ.toSorted((one, other) => Math.abs(one - hz) - Math.abs(other - hz))[0]!;
  const index = AAC_RATES_HZ.indexOf(nearest);
  return ((bits & ~(15 << 7)) | (index << 7)).toString(16).padStart(4, '0');
}
