import { asPreset, hiddenOptions, openNamelessFile } from '#lib/ffmpeg/hidden-options.ts';
import { canRelay, startRtmpRelay } from '#lib/rtmp/relay.ts';
import { startRtspRelay } from '#lib/rtsp/relay/relay.ts';
import { placeOf, secretsIn, withoutPasswords } from '#lib/runtime/redact.ts';
import { percentDecoded } from '#lib/runtime/texts/percent.ts';

/**
 * The connection of one ffmpeg to its push target. Keys and passwords never stand in ffmpeg's arguments, where other
 * users could read them.
 */
export interface PushLink {
  /** The URL for ffmpeg. */
  url: string;
  /** File descriptor of a preset with the secrets of SRT, which ffmpeg gets as `PRESET_FD`. */
  preset?: number;
  /** The reason why the relay could not reach the target; undefined if it could, or if there is no relay. */
  trouble(): string | undefined;
  /** A text for people, without the secrets of the target. */
  shown(text: string): string;
  close(): Promise<void>;
}

/**
 * Opens the connection to a target: RTSP and RTMP go over a relay in this process, secrets of SRT into a preset,
 * everything else directly.
 */
export async function openPushLink(url: string): Promise<PushLink> {
  const secrets = secretsIn(url);
  const shown = (text: string): string => withoutPasswords(text.replaceAll(url, placeOf(url)), secrets);
  if (/^rtsps?:/i.test(url)) {
    const { username, password } = new URL(url);
    const bare = new URL(url);
    bare.username = bare.password = '';
    const credentials = username ? { user: percentDecoded(username), password: percentDecoded(password) } : undefined;
    const relay = await startRtspRelay({ url: bare.href, credentials });
    const met = (): string | undefined => {
      const trouble = relay.seen().trouble;
      return trouble?.kind === 'ended' ? undefined : trouble?.words;
    };
    return { url: relay.url, trouble: met, shown, close: () => relay.close() };
  }
  const hidden = hiddenOptions(url);
  const file = hidden && (await openNamelessFile(asPreset(hidden)));
  if (file) {
    return { url: hidden.url, preset: file.fd, trouble: () => undefined, shown, close: () => file.close() };
  }
  if (!canRelay(url)) return { url, trouble: () => undefined, shown, close: () => Promise.resolve() };
  const relay = await startRtmpRelay(url);
  return { url: relay.url, trouble: () => relay.trouble(), shown, close: () => Promise.resolve(relay.close()) };
}
