import type { InputSource } from '#agent/device/state.ts';
import { asList, hiddenOptions, openNamelessFile } from '#lib/ffmpeg/hidden-options.ts';
import { startHttpRelay, type HttpRelay } from '#lib/http-relay/http-relay.ts';
import { canRelay, startRtmpRelay, type RtmpRelay } from '#lib/rtmp/relay.ts';
import { startRtspRelay, type RtspRelaySeen } from '#lib/rtsp/relay/relay.ts';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import { secretsIn, withoutPasswords } from '#lib/runtime/redact.ts';
import { percentDecoded } from '#lib/runtime/texts/percent.ts';
import { LISTED_PROBE, SECRET_FD, type LiveSource, type OpenSource } from './input-argv.ts';

/**
 * The way of one ffmpeg to its source, without secrets in its arguments. RTSP, RTMP, and HTTP with a secret go over a
 * relay in this process. An SRT source is named, with its secrets, in a nameless file that ffmpeg reads as a list;
 * where no such file can be made, it stands in the arguments: a picture counts more than a secret.
 */
export interface SourceLink {
  /** The source as ffmpeg opens it, without a secret. */
  source: OpenSource;
  /** Files for ffmpeg by their descriptors: the list with the secrets of SRT. */
  files: Readonly<Record<number, number>>;
  /** What the relay of RTSP has seen; undefined without one. */
  seen(): RtspRelaySeen | undefined;
  /** The reason why a relay of RTMP or HTTP cannot reach the server. */
  trouble(): string | undefined;
  /** A text for people, without the secrets of the source. */
  shown(text: string): string;
  /** Resolves when no connection is left. */
  close(): Promise<void>;
}

/** Opens the way to a source. Rejects if there is no port for a relay. */
export async function openSourceLink(source: LiveSource): Promise<SourceLink> {
  const secrets = secretsOf(source);
  const shown = (text: string): string => withoutPasswords(text, secrets);
  const direct = {
    source,
    files: {},
    seen: () => undefined,
    trouble: () => undefined,
    shown,
    close: () => Promise.resolve(),
  };
  if (source.driver === 'url' && canRelay(source.url))
    return over(await startRtmpRelay(source.url, credentialsOf(source)), shown);
  const hidden = source.driver === 'url' ? hiddenOptions(source.url) : undefined;
  const file = hidden && (await openNamelessFile(asList(hidden, LISTED_PROBE)));
  if (file) {
    return { ...direct, source: { driver: 'list' }, files: { [SECRET_FD]: file.fd }, close: () => file.close() };
  }
  if (source.driver === 'url' && hasSecret(source))
    return over(await startHttpRelay({ url: bare(source.url), credentials: credentialsOf(source) }), shown);
  if (!isRtsp(source)) return direct;
  const relay = await startRtspRelay({ url: bare(source.url), credentials: credentialsOf(source) });
  const transport = source.driver === 'rtsp' ? source.transport : 'tcp';
  return {
    ...direct,
    source: { driver: 'rtsp', url: relay.url, transport },
    seen: () => relay.seen(),
    close: () => relay.close(),
  };
}

/** The way over a relay of RTMP or HTTP. */
const over = (relay: RtmpRelay | HttpRelay, shown: SourceLink['shown']): SourceLink => ({
  source: { driver: 'url', url: relay.url },
  files: {},
  seen: () => undefined,
  trouble: () => relay.trouble(),
  shown,
  close: () => Promise.resolve(relay.close()),
});

/** Whether a source of HTTP has a login, or a query, which may contain a secret under any name. */
const hasSecret = ({ url, user }: UrlSource): boolean =>
  /^https?:/i.test(url) && (user !== undefined || /^[^#]*\?|^[^/]*\/\/[^/]*@/.test(url));

type UrlSource = Extract<InputSource, { driver: 'rtsp' | 'url' }>;

const isRtsp = (source: LiveSource): source is UrlSource =>
  source.driver === 'rtsp' || (source.driver === 'url' && /^rtsps?:/i.test(source.url));

/** The address without user, password and fragment. */
function bare(address: string): string {
  const url = new URL(address);
  url.username = url.password = url.hash = '';
  return url.href;
}

function credentialsOf(source: UrlSource): Credentials | undefined {
  if (source.user) return { user: source.user, password: source.password ?? '' };
  const { username, password } = new URL(source.url);
  return username || password ? { user: percentDecoded(username), password: percentDecoded(password) } : undefined;
}

function secretsOf(source: LiveSource): string[] {
  if (source.driver !== 'rtsp' && source.driver !== 'url') return [];
  const given = source.password ? [source.password, encodeURIComponent(source.password)] : [];
  return [...secretsIn(source.url), ...given];
}
