import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { DialError } from '#technician/dial/dial-error.ts';
import { GivenUp, type Answer, type Asking, type Server } from '#technician/dial/server.ts';
import { openProgressLine, shareInWords } from '#technician/output/progress-line.ts';

/**
 * Sends a file to the server's import, with a line of progress on a terminal; Ctrl-C stops it. Rejects with DialError
 * if the file cannot be read or the server not reached, with GivenUp if a person stopped it.
 */
export async function sendFile(server: Server, path: string, query: Asking['query'] = {}): Promise<Answer> {
  const body = bytesOf(path);
  const line = openProgressLine();
  const control = new AbortController();
  const giveUp = (): void => control.abort();
  let sentBytes = 0;
  process.once('SIGINT', giveUp);
  try {
    return await server.ask('POST', '/api/v1/import', {
      body,
      query,
      type: 'application/octet-stream',
      signal: control.signal,
      onProgress({ direction, bytes }) {
        if (direction !== 'sent') return;
        sentBytes = bytes;
        const isSent = bytes >= body.length;
        line.show(
          isSent ? `${basename(path)}: sent, the server reads it` : shareInWords(basename(path), bytes, body.length),
        );
      },
    });
  } catch (error) {
    throw error instanceof GivenUp ? new GivenUp(givenUpWords(path, sentBytes >= body.length)) : error;
  } finally {
    process.off('SIGINT', giveUp);
    line.close();
  }
}

/** Message after stopping: a file that was sent only in part has no effect, since the server does not read it. */
const givenUpWords = (path: string, isSent: boolean): string =>
  isSent
    ? `${path}: given up after it was sent: the server may have imported it; the same file again does no harm`
    : `${path}: given up before it was sent: nothing was imported`;

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DialError(`${path}: ${noFileWords(error)}`, { cause: error });
  }
}
