/**
 * Many TCP players in one light process: each asks as a player does, then reads and drops the bytes. Arguments: URL,
 * number of players. Prints one line when all receive; then, for each line on stdin, the bytes that they have received.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [url = '', count = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const received: number[] = [];

async function play(index: number): Promise<void> {
  const answers: ((text: string) => void)[] = [];
  let text = '';
  let isPlaying = false;
  const takes = Promise.withResolvers<void>();
  const socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer: Buffer.allocUnsafe(64 << 10),
      callback(length, chunk) {
        received[index] = (received[index] ?? 0) + length;
        if (isPlaying) takes.resolve();
        else text = collect(text + Buffer.from(chunk.buffer, chunk.byteOffset, length).toString('latin1'), answers);
        return true;
      },
    },
  });
  socket.on('error', (error) => takes.reject(error));
  socket.on('close', () => takes.reject(new Error(`player ${index} was sent away`)));
  let cseq = 0;
  const ask = (method: string, target: string, headers = ''): Promise<string> => {
    socket.write(`${method} ${target} RTSP/1.0\r\nCSeq: ${++cseq}\r\n${headers}\r\n`);
    return new Promise((resolve) => answers.push(resolve));
  };
  const description = await ask('DESCRIBE', url, 'Accept: application/sdp\r\n');
  const base = /Content-Base: (\S+)/i.exec(description)?.[1] ?? `${url}/`;
  let session = '';
  for (const [track, match] of [...description.matchAll(/m=[\s\S]*?a=control:(\S+)/g)].entries()) {
    const control = match[1]!;
    const transport = `Transport: RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}\r\n`;
    const answer = await ask('SETUP', control.includes('://') ? control : base + control, transport + session);
    session = `Session: ${/Session: ([^;\s]+)/i.exec(answer)?.[1]}\r\n`;
  }
  isPlaying = true;
  socket.write(`PLAY ${base} RTSP/1.0\r\nCSeq: ${++cseq}\r\n${session}\r\n`);
  await takes.promise;
}

/** Gives complete answers to those that wait for them; returns the rest of the text. */
function collect(text: string, answers: ((text: string) => void)[]): string {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return text;
  const length = end + 4 + Number(/Content-Length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  if (text.length < length) return text;
  answers.shift()?.(text.slice(0, length));
  return collect(text.slice(length), answers);
}

for (let index = 0; index < Number(count); index += 1) await play(index);
console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(received));
process.exit(0);
