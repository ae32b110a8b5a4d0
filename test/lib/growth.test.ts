// Runs alone: it measures the processor's time.
import { readExtendedPort, readPort, readTimeValue } from '#agent/control/ftp/ftp-lists.ts';
import { readScpCommand } from '#agent/control/ssh/scp.ts';
import { readClock, readDuration, readSpan } from '#central/timetable/import/clocks.ts';
import { readDate, readInstant, readWeekday, readWeekdays, splitMoment } from '#central/timetable/import/dates.ts';
import { hallsIn } from '#lib/calendar/hall-words.ts';
import { parseAccessList } from '#lib/opencast/access-list.ts';
import { parseExtent, parsePeriod } from '#lib/opencast/dates.ts';
import { readSenderReport } from '#lib/rtsp/wire/rtcp.ts';
import { readRtp } from '#lib/rtsp/wire/rtp.ts';
import { readAddress } from '#lib/sis/addresses.ts';
import { readClock as readDeviceClock, readWireDate } from '#lib/sis/dates.ts';
import { parseColour } from '#overlays/colour.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { repairFile } from '#agent/recorder/recovery/repair.ts';
import { boundaryIn, rawParts } from '#central/http/multipart.ts';
import { checkedText, yamlOf } from '#firmware-config/document/text.ts';
import { configSchema } from '#firmware-config/schema/config.ts';
import { drawPng } from '#overlays/picture.ts';
import { keysIn } from '#agent/control/ssh/authorized-keys.ts';
import { fitsPattern, shellWords } from '#agent/control/ssh/shell-words.ts';
import { openPasswordReader } from '#agent/control/accounts/password-reader.ts';
import { openTelnetOptions } from '#agent/control/telnet/telnet-options.ts';
import { readSnmp } from '#agent/control/snmp/snmp-packets.ts';
import { readRequest } from '#agent/control/ssh/sftp-packets.ts';
import { certificateIn } from '#agent/control/certificate/certificate.ts';
import { passwordFileIn } from '#agent/schedule/server/server-side.ts';
import { acceptedIn } from '#agent/schedule/hand-over/ingest-answers.ts';
import { cookieOf } from '#agent/web/access/session-cookie.ts';
import { byteRange } from '#lib/http-api/byte-range.ts';
import { reasonIn } from '#agent/rtsp/push-argv.ts';
import { timeServersIn } from '#agent/box/web/time-servers.ts';
import { accessListIn } from '#central/http/fields.ts';
import { flavorIn, offsetIn, tagsIn } from '#central/http/opencast/ingest/ingest-fields.ts';
import { queryIn } from '#central/http/query.ts';
import { askedIn } from '#central/catalogue/search/lucene.ts';
import { wordsIn } from '#central/catalogue/search/words.ts';
import { termsIn } from '#central/intake/catalogs.ts';
import { packageIn } from '#central/intake/elements.ts';
import { readDigest } from '#central/identity/digest.ts';
import { readHosts } from '#firmware-config/document/hosts.ts';
import { placeholdersIn } from '#firmware-config/document/template.ts';
import { splitAdts } from '#lib/media/adts.ts';
import { splitAnnexB } from '#lib/media/h264.ts';
import { boxesIn, fragmentRuns } from '#lib/media/mp4-scan.ts';
import { openTsDemux } from '#lib/media/ts-demux.ts';
import { textsIn, withTexts } from '#lib/rtmp/amf.ts';
import { openChunkReader } from '#lib/rtmp/chunks.ts';
import { openVerdict } from '#lib/rtmp/login.ts';
import { openParser } from '#lib/rtsp/wire/message.ts';
import { parseAnnouncement } from '#lib/rtsp/wire/sdp.ts';
import { parseTarget } from '#lib/rtsp/wire/target.ts';
import { parseTransports } from '#lib/rtsp/wire/transport.ts';
import { parseAnswer, parseChallenge } from '#lib/runtime/access/digest.ts';
import { secretsIn } from '#lib/runtime/redact.ts';
import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import { percentDecoded } from '#lib/runtime/texts/percent.ts';
import { openFramer } from '#lib/sis/framing.ts';
import { parseFrame } from '#lib/sis/parse.ts';
import { openProtocol } from '#lib/sis/protocol.ts';
import { checkSvg } from '#overlays/svg-guard.ts';
import { drawnElements } from '#overlays/svg-weight.ts';
import { shippedPersonality } from './sis/device.ts';
import { growthRow as row, judgeGrowth } from '../support/growth.ts';

const protocol = openProtocol(shippedPersonality());
const many = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join('');
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const sis = (text: string): void => {
  const bytes = bytesOf(text);
  const framer = openFramer(protocol);
  for (let at = 0; at < bytes.length; at += 1000)
    for (const frame of framer.push(bytes.subarray(at, at + 1000))) parseFrame(protocol, frame);
};
const svg = (inside: string): Buffer => bytesOf(`<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`);
const box = (type: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  return Buffer.concat([head.fill(type, 4, 8, 'latin1'), content]);
};
const repeated = (piece: Buffer, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => piece));
const rtsp = (bytes: Buffer): void => {
  const parser = openParser();
  parser.feed(bytes);
  while (parser.next());
};
const transport = (bytes: Buffer): void => {
  const demux = openTsDemux({ onPacket: () => undefined, onParameters: () => undefined });
  for (let at = 0; at < bytes.length; at += 1316) demux.write(bytes.subarray(at, at + 1316));
  demux.flush();
};

const configuration = (text: string): unknown => checkedText(configSchema, text, { name: 'box.yaml' });
const PNG_HEAD = Buffer.from('89504e470d0a1a0a0000000d4948445200000010000000100806000000', 'hex');
const pictureOf = (name: string) => (bytes: Buffer) =>
  drawPng(name, bytes, { widthPx: 16, heightPx: 16, fit: 'cover' });
const formIn = async (bytes: Buffer): Promise<void> => {
  const request = Object.assign(Readable.from([bytes]), { complete: true }) as unknown as IncomingMessage;
  for await (const { stream } of rawParts(request, 'b')) await buffer(stream);
};
const folder = mkdtempSync(join(tmpdir(), 'amphi-growth-'));
after(() => rmSync(folder, { recursive: true, force: true }));
/** A file as the recorder left it when the power went. */
const fileOf = (content: Buffer, movie = ''): string => {
  const path = join(folder, 'part.mp4');
  writeFileSync(path, Buffer.concat([box('ftyp', Buffer.alloc(8)), box('moov', bytesOf(movie)), content]));
  return path;
};
const recovered = (path: string): Promise<unknown> => repairFile(path);

/** What the law `growth` counts: who reads foreign text or bytes stands here, or where it says so. */
const ROWS = [
  row('SIS, commands', 20_000, (n) => 'Q'.repeat(n), sis),
  row('SIS, words nobody knows', 4000, (n) => many(n, (at) => `zz${at} `), sis),
  row('SIS, escape commands', 4000, (n) => '\x1bX1*CV\r'.repeat(n), sis),
  row('SIS, an escape command without end', 100_000, (n) => `\x1b${'1*'.repeat(n)}`, sis),
  row('SIS, ESC and W', 50_000, (n) => '\x1bW'.repeat(n), sis),
  row('SIS, backspaces', 100_000, (n) => `1${'\b'.repeat(n)}`, sis),
  row(
    'passwords of Telnet',
    50_000,
    (n) => bytesOf('a\r'.repeat(n)),
    (bytes) => {
      const reader = openPasswordReader();
      for (let rest: Buffer = bytes; rest.length > 0;) ({ rest } = reader.take(rest));
    },
  ),
  row(
    'options of Telnet',
    200_000,
    (n) => repeated(Buffer.from([255, 251, 31]), n),
    (b) => openTelnetOptions().receive(b),
  ),
  row(
    'a detail of Telnet without end',
    500_000,
    (n) => Buffer.concat([Buffer.from([255, 250, 31]), Buffer.alloc(n, 65)]),
    (b) => openTelnetOptions().receive(b),
  ),
  row('words of a command', 200_000, (n) => `scp ${`'a' "b" \\c `.repeat(n)}`, shellWords),
  row(
    'stars in a pattern',
    1000,
    (n) => 'a*'.repeat(n),
    (pattern) => fitsPattern('a'.repeat(2000), `${pattern}b`),
  ),
  row('public keys', 4000, (n) => 'ssh-ed25519 AAAA\n'.repeat(n), keysIn),
  row('certificates', 4000, (n) => [`-----BEGIN CERTIFICATE-----\n`.repeat(n)], certificateIn),
  row('SNMP in one another', 50_000, (n) => Buffer.alloc(n, 0x30), readSnmp),
  row(
    'a request of SFTP',
    250_000,
    (n) => Buffer.concat([Buffer.from([16, 0, 0, 0, 1, 0, 0, 0, 1]), Buffer.alloc(n, 65)]),
    readRequest,
  ),
  row(
    'cookies',
    50_000,
    (n) => many(n, (at) => `a${at}=b; `),
    (text) => cookieOf(text, 'amphi-0'),
  ),
  row(
    'blanks between cookies',
    500_000,
    (n) => `a=b;${' '.repeat(n)}`,
    (text) => cookieOf(text, 'amphi-0'),
  ),
  row(
    'ranges',
    200_000,
    (n) => `bytes=${'0-1,'.repeat(n)}`,
    (text) => byteRange(text, 1000),
  ),
  row(
    'a range without end',
    1_000_000,
    (n) => `bytes=${'9'.repeat(n)}`,
    (text) => byteRange(text, 1000),
  ),
  row(
    'a login, fields',
    50_000,
    (n) => `Digest ${many(n, (at) => `k${at}="v", `)}`,
    (text) => [parseAnswer(text), readDigest(text)],
  ),
  row(
    'a login, quotes',
    200_000,
    (n) => `Digest a="${'\\"'.repeat(n)}`,
    (text) => [parseAnswer(text), parseChallenge(text)],
  ),
  row('a demand for a login', 200_000, (n) => `Digest ${'a=,'.repeat(n)}`, parseChallenge),
  row(
    'a password file',
    200_000,
    (n) => 'a\n'.repeat(n),
    (text) => passwordFileIn(text, 'a'),
  ),
  row(
    'an answer to an ingest',
    20_000,
    (n) => `<a>${'<b/>'.repeat(n)}`,
    (text) => acceptedIn(text, ['a']),
  ),
  row('words of FFmpeg', 100_000, (n) => 'error\n'.repeat(n), reasonIn),
  row('time servers', 50_000, (n) => 'server a iburst\n'.repeat(n), timeServersIn),
  row('an access list', 10_000, (n) => `[${'{"a":1},'.repeat(n)}{}]`, accessListIn),
  row('a boundary', 200_000, (n) => `multipart/form-data; ${'a=b; '.repeat(n)}boundary=x`, boundaryIn),
  row(
    'fields of an ingest',
    200_000,
    (n) => 'a/b,'.repeat(n),
    (text) => [tagsIn(text), flavorIn(text), offsetIn(text)],
  ),
  row('a query', 50_000, (n) => many(n, (at) => `k${at}=v&`), queryIn),
  row('words of a search', 20_000, (n) => `${'x*?'.repeat(n)} ${'"'.repeat(n)}`, wordsIn),
  row('quotes of a search', 20_000, (n) => `"${' "a'.repeat(n)}`, wordsIn),
  row('a question', 50_000, (n) => 'a '.repeat(n), askedIn),
  row('brackets in a question', 50_000, (n) => '('.repeat(n), askedIn),
  row('a phrase without end', 100_000, (n) => `"${'\\a'.repeat(n)}`, askedIn),
  row('a range in a question', 200_000, (n) => `a:[${' '.repeat(n)}`, askedIn),
  row('quotes in a question', 20_000, (n) => '"'.repeat(n), askedIn),
  row('terms of a catalog', 3000, (n) => `<d xmlns:t="urn:t">${'<t:x>a</t:x>'.repeat(n)}</d>`, termsIn),
  row('a package', 3000, (n) => `<mediapackage>${'<media/>'.repeat(n)}</mediapackage>`, packageIn),
  row(
    'hosts',
    5000,
    (n) => `[all]\n${many(n, (at) => `h${at} a=b\n`)}`,
    (text) => readHosts(text, 'hosts'),
  ),
  row('placeholders', 50_000, (n) => '{{a}}'.repeat(n), placeholdersIn),
  row('braces without end', 200_000, (n) => '{'.repeat(n), placeholdersIn),
  row('a configuration that is written', 20_000, (n) => Array.from({ length: n }, (_, at) => `a: ${at}`), yamlOf),
  row('frames of AAC', 20_000, (n) => repeated(Buffer.from([255, 241, 80, 128, 1, 0, 252, 0]), n), splitAdts),
  row('units of H.264', 200_000, (n) => repeated(Buffer.from([0, 0, 1, 9]), n), splitAnnexB),
  row('zeros in H.264', 2_000_000, (n) => Buffer.alloc(n), splitAnnexB),
  row('boxes of MP4', 100_000, (n) => repeated(box('free', Buffer.alloc(0)), n), boxesIn),
  row('runs of a fragment', 30_000, (n) => box('traf', repeated(box('trun', Buffer.alloc(8)), n)), fragmentRuns),
  row('packets of a transport stream', 20_000, (n) => repeated(Buffer.alloc(188, 0x47), n), transport),
  row('bytes without a transport packet', 2_000_000, (n) => Buffer.alloc(n, 65), transport),
  row('values of AMF', 100_000, (n) => Buffer.alloc(n * 3, Buffer.from([2, 0, 0])), textsIn),
  row(
    'objects of AMF in one another',
    50_000,
    (n) => Buffer.alloc(n * 3, Buffer.from([3, 0, 0])),
    (b) => withTexts(b, (t) => t),
  ),
  row(
    'chunks of RTMP',
    50_000,
    (n) => repeated(Buffer.from([3, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 1]), n),
    (b) => openChunkReader().read(b),
  ),
  row(
    'an answer of RTMP',
    60_000,
    (n) => Buffer.alloc(n),
    (bytes) => {
      const read = openVerdict();
      for (let at = 0; at < bytes.length; at += 100) read(bytes.subarray(at, at + 100));
    },
  ),
  row('requests of RTSP', 4000, (n) => bytesOf('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'.repeat(n)), rtsp),
  row('frames of RTSP', 100_000, (n) => bytesOf('$\0\0\0'.repeat(n)), rtsp),
  row('line ends of RTSP', 200_000, (n) => bytesOf('\r\n'.repeat(n)), rtsp),
  row(
    'an announcement',
    10_000,
    (n) => `v=0\r\n${'m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n'.repeat(n)}`,
    parseAnnouncement,
  ),
  row(
    'attributes of an announcement',
    50_000,
    (n) => `v=0\r\nm=video 0 RTP/AVP 96\r\n${'a=x:y\r\n'.repeat(n)}`,
    parseAnnouncement,
  ),
  row('an address of RTSP', 200_000, (n) => `rtsp://h/${'a/'.repeat(n)}`, parseTarget),
  row('transports', 50_000, (n) => 'RTP/AVP;unicast;client_port=1-2,'.repeat(n), parseTransports),
  row('secrets of an address', 20_000, (n) => `http://h/?${many(n, (at) => `key${at}=v&`)}`, secretsIn),
  row('a text with odd signs', 200_000, (n) => 'a\u200b \0'.repeat(n), cleanText),
  row('percent signs', 300_000, (n) => '%'.repeat(n), percentDecoded),
  row(
    'a picture that refers',
    3000,
    (n) => svg(many(n, (at) => `<g id="a${at}"><use href="#a${at - 1}"/></g>`)),
    checkSvg,
  ),
  row('a picture in itself', 10_000, (n) => svg('<g>'.repeat(n)), checkSvg),
  row('a picture, elements', 20_000, (n) => svg('<g/>'.repeat(n)).toString(), drawnElements),
  row('a picture, styles', 20_000, (n) => svg(`<style>${'a{fill:red}'.repeat(n)}</style>`), checkSvg),
  row('words of SCP', 200_000, (n) => `scp -t ${'a '.repeat(n)}`, readScpCommand),
  row(
    'halls in a place',
    20_000,
    (n) => 'Hall 1, '.repeat(n),
    (text) => hallsIn(text, () => false),
  ),
  row(
    'blanks in a place',
    200_000,
    (n) => `a${' '.repeat(n)}b`,
    (text) => hallsIn(text, () => false),
  ),
  row(
    'an access list of Opencast',
    10_000,
    (n) => `[${'{"role":"a","action":"b","allow":true},'.repeat(n)}{}]`,
    parseAccessList,
  ),
  row('a period', 50_000, (n) => many(n, (at) => `k${at}=v;`), parsePeriod),
  row('a report of RTCP', 200_000, (n) => Buffer.alloc(n * 4), readSenderReport),
  row('extensions of RTP', 200_000, (n) => Buffer.alloc(n, 0xbf), readRtp),
  row('a configuration, keys that nobody knows', 2000, (n) => many(n, (at) => `k${at}: 1\n`), configuration),
  row('a configuration, lists in one another', 2000, (n) => `a: ${'['.repeat(n)}`, configuration),
  row('a configuration, aliases', 2000, (n) => `a: &a 1\nb: [${'*a,'.repeat(n)}]`, configuration),
  row(
    'a configuration of JSON',
    2000,
    (n) => `{${many(n, (at) => `"k${at}": {"x": [1]},`)}"hall": "x"}`,
    configuration,
  ),
  row('a configuration, one long text', 200_000, (n) => `hall: "${'\\u0041'.repeat(n)}"`, configuration),
  row(
    'segments of a JPEG',
    50_000,
    (n) => Buffer.concat([Buffer.from([0xff, 0xd8]), repeated(Buffer.from([0xff, 0xe0, 0, 4, 0, 0]), n)]),
    pictureOf('a.jpg'),
  ),
  row(
    'chunks of a PNG',
    50_000,
    (n) => Buffer.concat([PNG_HEAD, repeated(box('tEXt', Buffer.alloc(4)), n)]),
    pictureOf('a.png'),
  ),
  row('parts of a form', 2000, (n) => bytesOf('--b\r\nx: y\r\n\r\na\r\n'.repeat(n) + '--b--'), formIn),
  row('headers of a part', 20_000, (n) => bytesOf(`--b\r\n${'x: y\r\n'.repeat(n)}\r\na\r\n--b--`), formIn),
  row('boundaries that are none', 100_000, (n) => bytesOf(`--b\r\nx: y\r\n\r\n${'\r\n--'.repeat(n)}\r\n--b--`), formIn),
  row('boxes of a file that is recovered', 2000, (n) => fileOf(repeated(box('free', Buffer.alloc(0)), n)), recovered),
  row(
    'fragments of a file that is recovered',
    500,
    (n) =>
      fileOf(
        repeated(Buffer.concat([box('moof', box('traf', Buffer.alloc(0))), box('mdat', Buffer.alloc(8))]), n),
        'mvex',
      ),
    recovered,
  ),
  ...[' ', '1', '1:', '1-', 'a ', 'lundi ', 'PT1H', '\u00a0', '.'].map((piece) =>
    row(
      `moments, of ${JSON.stringify(piece)}`,
      200_000,
      (n) => `1${piece.repeat(n)}x`,
      (text) => {
        const readers: ((text: string) => unknown)[] = [
          readClock,
          readDuration,
          readSpan,
          (words) => readDate(words, 'day first'),
          readWeekday,
          readWeekdays,
          readInstant,
          (words) => splitMoment(words, 'day first'),
          parseExtent,
          readDeviceClock,
          readWireDate,
          readAddress,
          readTimeValue,
          readPort,
          readExtendedPort,
          parseColour,
        ];
        for (const read of readers) {
          try {
            read(text);
          } catch (error) {
            assert.ok(error instanceof Error);
          }
        }
      },
    ),
  ),
];
for (const one of ROWS) test(`${one[0]}: four times as much to read takes four times as long`, () => judgeGrowth(one));
