import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { pinnedTo } from '@amphi/lib/runtime/addresses.ts';
import { withoutPasswords } from '@amphi/lib/runtime/redact.ts';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';

/** Milliseconds between attempts, the last one repeated. */
const WAITS_MS = [1000, 2000, 4000, 8000, 15_000] as const;
/** Attempts that a definition may ask for, and seconds of each; more counts as so many. */
const MOST = { attempts: 20, seconds: 60 };
/** Milliseconds after which no further attempt is made: other operations wait for the worker. */
const MOST_MS = 180_000;

/** `http-notify`: tells an address that the workflow has come here, by a form. */
export const httpNotify = (
  { addressOf }: Pick<OperationNeeds, 'addressOf'>,
  waitsMs: readonly number[] = WAITS_MS,
): Operation => ({
  id: 'http-notify',
  weight: 'light',
  async run(context) {
    const { keys, log, signal } = context;
    const url = urlOf(keys.needed('url'));
    if (!addressOf) throw new OperationFailed('http-notify: this server asks no other servers');
    const attempts = Math.min(MOST.attempts, Math.max(1, keys.number('max-retry') ?? 1));
    const timeoutMs = Math.min(MOST.seconds, Math.max(1, keys.number('timeout') ?? 1)) * 1000;
    const beganMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const why = await told(context, { url, addressOf, timeoutMs });
      if (why === undefined) return { kind: 'done' };
      if (attempt === attempts || performance.now() - beganMs > MOST_MS)
        throw new OperationFailed(`${shown(url)} was not told: ${why}`);
      log(`attempt ${attempt} of ${attempts}: ${why}`, 'warning');
      await wait(waitsMs[Math.min(attempt, waitsMs.length) - 1], undefined, { signal });
    }
  },
});

const shown = (url: URL): string => withoutPasswords(url.href);

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new OperationFailed('http-notify: url must be an address that begins with http:// or https://');
}

interface Telling {
  url: URL;
  addressOf: (url: URL) => Promise<string>;
  timeoutMs: number;
}

/** Sends the form once. Gives why that failed, if it may succeed later; throws `OperationFailed` if it never can. */
async function told(context: OperationContext, { url, addressOf, timeoutMs }: Telling): Promise<string | undefined> {
  const address = await addressOf(url).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    const isUnknown = (error as NodeJS.ErrnoException).syscall === 'getaddrinfo';
    if (isUnknown) return undefined;
    throw new OperationFailed(`http-notify: ${shown(url)} may not be asked: ${why}`);
  });
  if (address === undefined) return `the name ${url.hostname} is not known now`;
  try {
    const status = await sent(context, { url, address, timeoutMs });
    if (status >= 200 && status < 300) return undefined;
    const isFinal = status < 500 && ![408, 425, 429].includes(status);
    if (isFinal) throw new OperationFailed(`${shown(url)} was not told: it answers ${status}`);
    return `it answers ${status}`;
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof OperationFailed) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Sends the form. Gives the status of the answer, whose body is not read. A redirection is not followed. */
function sent(
  { keys, workflow, signal }: OperationContext,
  { url, address, timeoutMs }: { url: URL; address: string; timeoutMs: number },
): Promise<number> {
  const [subject, message] = [keys.text('subject'), keys.text('message')];
  const body = new URLSearchParams({
    ...(subject === undefined ? {} : { subject }),
    ...(message === undefined ? {} : { message }),
    workflowInstanceId: String(workflow.id),
    mediaPackageId: workflow.event,
  }).toString();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: (keys.text('method') ?? 'post').toUpperCase(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) },
    ...(url.username ? { auth: `${percentDecoded(url.username)}:${percentDecoded(url.password)}` } : {}),
    lookup: pinnedTo(address),
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  request.on('response', (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  request.on('error', (error) =>
    reject(error.name === 'AbortError' ? new Error(`no answer came within ${timeoutMs / 1000} s`) : error),
  );
  request.end(body);
  return promise;
}
