import type { Sins } from './sins.ts';

/** The description of the streams (SDP) that a camera with these sins sends. */
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
  return part.replaceAll(
    /^(a=rtpmap:\d+ [\w-]+\/)(\d+)/gm,
    (_, before: string, hz: string) => before + Math.round(Number(hz) * share),
  );
}
