import type { InputSource } from '#agent/device/state.ts';
import { canRelay, startRtmpRelay } from '#lib/rtmp/relay.ts';
import { startRtspRelay, type RtspRelaySeen } from '#lib/rtsp/relay/relay.ts';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import { secretsIn, withoutPasswords } from '#lib/runtime/redact.ts';
import { percentDecoded } from '#lib/runtime/texts/percent.ts';
import type { LiveSource } from './input-argv.ts';

/** The way of one ffmpeg to its source. Sources with RTSP or RTMP go over a relay in this process. */
export interface SourceLink {
  /** What ffmpeg opens; over a relay, without a secret. */
  source: LiveSource;
  /** What the relay has seen; undefined without one. */
  seen(): RtspRelaySeen | undefined;
  /** A text for people, without the secrets of the source. */
  shown(text: string): string;
  /** Resolves when no connection is left. */
  close(): Promise<void>;
}

/** Opens the way to a source. Rejects if there is no port for a relay. */
export async function openSourceLink(source: LiveSource): Promise<SourceLink> {
  const secrets = secretsOf(source);
  const shown = (text: string): string => withoutPasswords(text, secrets);
  if (source.driver === 'url' && canRelay(source.url)) {
    const relay = await startRtmpRelay(source.url);
    const close = (): Promise<void> => Promise.resolve(relay.close());
    return { source: { driver: 'url', url: relay.url }, seen: () => undefined, shown, close };
  }
  if (!isRtsp(source))
    return { source: withUser(source), seen: () => undefined, shown, close: () => Promise.resolve() };
  const relay = await startRtspRelay({ url: bare(source.url), credentials: credentialsOf(source) });
  const transport = source.driver === 'rtsp' ? source.transport : 'tcp';
  return {
    source: { driver: 'rtsp', url: relay.url, transport },
    seen: () => relay.seen(),
    shown,
    close: () => relay.close(),
  };
}

/** An HTTP source with user and password in its address: FFmpeg has no other way to learn them. */
function withUser(source: LiveSource): LiveSource {
  if (source.driver !== 'url' || !source.user || !/^https?:/i.test(source.url)) return source;
  const url = new URL(source.url);
  url.username = encodeURIComponent(source.user);
  url.password = encodeURIComponent(source.password ?? '');
  return { driver: 'url', url: url.href };
}

type RtspSource = Extract<InputSource, { driver: 'rtsp' | 'url' }>;

const isRtsp = (source: LiveSource): source is RtspSource =>
  source.driver === 'rtsp' || (source.driver === 'url' && /^rtsps?:/i.test(source.url));

/** The address without user, password and fragment. */
function bare(address: string): string {
  const url = new URL(address);
  url.username = url.password = url.hash = '';
  return url.href;
}

function credentialsOf(source: RtspSource): Credentials | undefined {
  if (source.user) return { user: source.user, password: source.password ?? '' };
  const { username, password } = new URL(source.url);
  return username || password ? { user: percentDecoded(username), password: percentDecoded(password) } : undefined;
}

function secretsOf(source: LiveSource): string[] {
  if (source.driver !== 'rtsp' && source.driver !== 'url') return [];
  const given = source.password ? [source.password, encodeURIComponent(source.password)] : [];
  return [...secretsIn(source.url), ...given];
}
