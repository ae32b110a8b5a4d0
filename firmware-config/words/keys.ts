import { by, NAME_32, PATH, row, type KeyWords } from './key-words.ts';
import { scheduleKeys } from './schedule-keys.ts';

export type { KeyWords } from './key-words.ts';

const NAME_16 = '1 to 16 letters, digits, `-`, `_`';
const PARTS = 'parts of the picture';
const ADDRESS = 'IPv4 or IPv6 address';

const machine: readonly KeyWords[] = [
  row('hall', 'name of the hall: in file names, in titles as `{hall}`, on the page', {
    form: '1 to 63 letters, digits, `-`, `_`',
    ...by('unit.name'),
  }),
  row('listen', 'address that all services listen on', { form: ADDRESS }),
  row('data', 'where settings, overlays, recordings and the token lie; each box has its own', { form: PATH }),
  row('timeZone', 'time zone of names, dates and clocks', {
    form: 'name such as `Europe/Paris`',
    standard: "the machine's",
  }),
  row('ffmpeg.ffmpegPath', 'this ffmpeg and no other', {
    form: PATH,
    standard: 'the one that is [found](dependencies.md#programs)',
  }),
  row('ffmpeg.ffprobePath', 'this ffprobe and no other', { form: PATH, standard: 'the one beside ffmpeg' }),
  row('overlaysFolder', 'logos and backgrounds', { form: PATH, standard: '`overlays` in `data`' }),
  row('http.enabled', 'whether API, SWIS and pages are there without encryption'),
  row('http.port', 'where; 0: any free one', by('port.http')),
  row('http.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('https.enabled', 'the same, encrypted with the certificate of the box'),
  row('https.port', 'where; 0: any free one', by('port.https')),
  row('https.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('http.token', 'what programs show to be administrators', {
    standard: 'made at the first start, in `token` in `data`',
  }),
  row('http.open', 'whoever reaches the port may do everything'),
  row('rtsp.port', 'RTSP server; 0: any free one'),
  row('rtsp.user', 'players prove it by digest; goes with `rtsp.password`', { standard: 'nobody is asked' }),
  row('rtsp.password', 'of `rtsp.user`'),
  row('telnet.enabled', 'whether controllers reach the box by Telnet', by('port.telnet')),
  row('telnet.port', 'where; 0: any free one', by('port.telnet')),
  row('telnet.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('ssh.enabled', 'whether the box is reached by SSH, with SFTP and scp', by('port.ssh')),
  row('ssh.port', 'where; 0: any free one', by('port.ssh')),
  row('ssh.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('ssh.adminKeys', 'file of public keys that may enter as `admin`', { form: PATH, standard: 'passwords alone' }),
  row('ssh.userKeys', 'file of public keys that may enter as `user`', { form: PATH, standard: 'passwords alone' }),
  row('sftp.enabled', 'whether there is a port for files alone, by SFTP and scp'),
  row('sftp.port', 'where; 0: any free one'),
  row('sftp.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('ftp.enabled', 'whether the same files are reached by FTP, plain or with explicit TLS'),
  row('ftp.port', 'where; 0: any free one'),
  row('ftp.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('ftp.plain', '`false`: logins and transfers without TLS are refused'),
  row('ftp.passivePorts.from', 'first port for data connections of passive clients; goes with `to`', {
    standard: 'any free port',
  }),
  row('ftp.passivePorts.to', 'the last one', { standard: 'any free port' }),
  row('ftp.passiveAddress', 'what `PASV` tells clients, where a router hides the address of the box', {
    form: 'IPv4 address',
    standard: 'the address they came to',
  }),
  row('snmp.port', 'SNMP v2c over UDP, once `device.sis.snmp.enabled` is true; 0: any free one', by('port.snmp')),
  row('snmp.listen', 'on which addresses', { form: '1 to 16 IPv4 or IPv6 addresses', standard: '`listen`' }),
  row('serial.path', 'a serial line (9600 8N1 until it is set otherwise) that speaks the control protocol', {
    form: PATH,
    standard: 'none',
  }),
  row(
    'accounts.allowNoPassword',
    'Telnet, SSH and HTTP may be without a password; else one is made at the first start',
  ),
  row('scheduler', 'null: no scheduler', { standard: 'null' }),
  row('scheduler.url', 'address of the scheduler (Opencast, or Amphi central)', {
    form: 'URL, at most 1024 characters',
    standard: 'must be given',
  }),
  row('scheduler.auth', 'proof of the password to the scheduler'),
  row('scheduler.agent', 'name of the box at the scheduler', { standard: "the hall's" }),
  row('scheduler.user', 'user name at the scheduler'),
  row('scheduler.password', 'password at the scheduler; never shown or logged'),
  row('recordings.destinations[].name', 'how the API calls it', {
    form: NAME_32,
    standard: 'one: `internal`, `recordings` in `data`',
  }),
  row('recordings.destinations[].folder', 'where', { form: PATH, standard: 'must be given' }),
  row('recordings.destinations[].mustBeMount', 'not usable unless something is mounted exactly there'),
  row('recordings.destinations[].minFreeMB', 'less free space than this is full', { unit: 'MB (2^20 bytes)' }),
  row('recordings.destinations[].maxMB', 'recordings take no more than this there', {
    unit: 'MB',
    standard: 'the whole disk',
  }),
  row(
    'recordings.pattern',
    'name of a file: `{series}`, `{title}`, `{hall}`, `{date}`, `{time}`, `{stream}`, `{part}`',
    {
      form: 'at most 200 characters; has `{part}`, ends in `.mp4`',
    },
  ),
  row('recordings.titleLimit', 'characters of the title in the name; each outside A-Z, a-z, 0-9 is a `_`'),
  row('recordings.maxFileMB', 'no file is larger: the recording goes on in the next part', { unit: 'MB' }),
  row('recordings.warnFreePercent', 'below this an alarm is raised', { unit: '%' }),
  row('recordings.cleanFreePercent', 'below this the oldest recordings that were delivered are deleted; others never', {
    unit: '%',
  }),
];

const inputs: readonly KeyWords[] = [
  row('device.inputs.*.name', 'name of the input: on the slate and the page', {
    standard: '`Input N`',
    ...by('input.name'),
  }),
  row('device.inputs.*.source.driver', 'where the picture comes from'),
  row('device.inputs.*.source.pattern', 'test picture (driver `test`)', { standard: 'must be given' }),
  row('device.inputs.*.source.path', 'file, played in a loop (driver `file`)', {
    form: PATH,
    standard: 'must be given',
  }),
  row(
    'device.inputs.*.source.url',
    'address (drivers `rtsp`: `rtsp://`, `rtsps://`; and `url`: also `rtmp`, `rtmps`, `srt`, `udp`, `rtp`, `tcp`, `http`, `https`)',
    { form: 'URL, at most 1024 characters', standard: 'must be given' },
  ),
  row('device.inputs.*.source.transport', 'way of the packets (driver `rtsp`)'),
  row('device.inputs.*.source.user', 'user name (driver `rtsp`)'),
  row('device.inputs.*.source.password', 'password (driver `rtsp`); never shown or logged'),
  row('device.inputs.*.source.device', 'device (driver `v4l2`)', {
    form: 'as `/dev/video0`',
    standard: 'must be given',
  }),
  row('device.inputs.*.source.widthPx', 'width asked of the device (driver `v4l2`); with `heightPx`', {
    unit: 'pixels',
    standard: "the device's own",
  }),
  row('device.inputs.*.source.heightPx', 'height asked of the device (driver `v4l2`)', {
    unit: 'pixels',
    standard: "the device's own",
  }),
  row('device.inputs.*.source.fps', 'frame rate asked of the device (driver `v4l2`)', {
    unit: 'frames/s',
    standard: "the device's own",
  }),
  row('device.inputs.*.source.audio.system', 'sound that goes with the picture (driver `v4l2`)', {
    standard: 'none',
  }),
  row('device.inputs.*.source.audio.device', 'sound device, as `hw:1,0`', { standard: 'must be given' }),
  row(
    '**.aspect',
    'shape in a window of another shape: `fill` stretches, `follow` keeps the shape and leaves margins, `fit` keeps it and cuts',
    by('input.aspect'),
  ),
  row('**.crop.left', 'cut away at the left edge; all four are given', { unit: PARTS }),
  row('**.crop.top', 'cut away above', { unit: PARTS }),
  row('**.crop.right', 'cut away at the right edge; left and right leave a tenth', { unit: PARTS }),
  row('**.crop.bottom', 'cut away below; top and bottom leave a tenth', { unit: PARTS }),
  row('**.picture.brightness', 'brightness; 64 is neutral', by('picture.brightness')),
  row('**.picture.contrast', 'contrast; 64 is neutral', by('picture.contrast')),
  row('**.picture.colour', 'colour; 64 is neutral', by('picture.colour')),
  row('**.picture.tint', 'tint; 64 is neutral', by('picture.tint')),
  row('device.routing.A', 'input of channel A', by('input.select')),
  row('device.routing.B', 'input of channel B', by('input.select')),
];

const layouts: readonly KeyWords[] = [
  row(
    'device.layout',
    'preset on show: 1 to 12 are the factory’s, 13 to 16 free',
    by('preset.layout.recall', 'preset.layout.recall-windows'),
  ),
  row('device.shown', 'the layout on show where it is not the preset as saved; null: it is', {
    ...by('window.x', 'window.y', 'window.width', 'window.height', 'layout.background'),
  }),
  row('**.windows[].channel', 'channel that a window shows'),
  row('device.layouts.*.routing.*', 'input that is recalled with the layout, if any'),
  row('device.layouts.*.name', 'name of the layout', { standard: 'must be given', ...by('preset.layout.name') }),
  row('device.shown.name', 'name of the layout on show', { standard: 'must be given' }),
  row('**.background.colour', 'colour behind the windows', { form: 'CSS colour', standard: 'must be given' }),
  row('**.background.image', 'a picture behind the windows', {
    form: 'file in the overlays folder',
    standard: 'none',
    ...by('layout.background'),
  }),
  row('**.rect.x', 'left edge', { unit: PARTS, standard: 'must be given', ...by('window.x') }),
  row('**.rect.y', 'upper edge', { unit: PARTS, standard: 'must be given', ...by('window.y') }),
  row('**.rect.width', 'width; at most up to the right edge', {
    unit: PARTS,
    standard: 'must be given',
    ...by('window.width'),
  }),
  row('**.rect.height', 'height; at most down to the lower edge', {
    unit: PARTS,
    standard: 'must be given',
    ...by('window.height'),
  }),
  row('**.z', 'what is higher lies over what is lower', { standard: 'must be given' }),
  row('**.overlays[].kind', 'what lies over the picture', { standard: 'must be given' }),
  row('**.overlays[].name', 'name, each once', { standard: 'must be given' }),
  row('**.overlays[].template', 'text (kind `text`), with `{title}`, `{presenter}`, `{series}`, `{date}`, `{time}`…', {
    standard: 'must be given',
  }),
  row('**.overlays[].style.colour', 'colour of the letters', { form: 'CSS colour', standard: 'must be given' }),
  row('**.overlays[].style.background', 'colour of the band behind the letters; empty: none', {
    form: 'CSS colour',
    standard: 'must be given',
  }),
  row('**.overlays[].style.align', 'alignment of lines', { standard: 'must be given' }),
  row('**.overlays[].style.valign', 'place of the text, up and down', { standard: 'must be given' }),
  row('**.overlays[].style.bold', 'thick letters', { standard: 'must be given' }),
  row('**.overlays[].style.size', 'largest letters; the text shrinks until it fits', {
    unit: "parts of the picture's height",
    standard: 'must be given',
  }),
  row('**.overlays[].file', 'picture (kind `logo`)', {
    form: 'file in the overlays folder',
    standard: 'must be given',
  }),
  row('**.overlays[].opacity', 'opacity (kind `logo`); 1 hides what is behind', { standard: 'must be given' }),
  row('**.overlays[].format', 'what a clock shows (kind `clock`)', { standard: 'must be given' }),
  row('device.swapped', 'channels trade places in every window', by('layout.swap')),
  row('device.muted.*', 'the channel is blank', by('video.mute')),
  row('device.locale', 'language of dates in the picture'),
  row('device.noSignalHoldMs', 'a lost picture stays so long before the slate', { unit: 'ms' }),
  row('device.overlays.timecode.*', 'where a time code is burnt into the layout that the box starts with, for tests', {
    unit: PARTS,
    standard: 'none',
  }),
];

const sound: readonly KeyWords[] = [
  row('device.audio.from', 'which sound is recorded', by('audio.output')),
  row('device.audio.outputMuted', 'silence in place of all sound', by('audio.mute')),
  row('device.audio.channels.*.gainDb', 'louder or softer', { unit: 'dB', ...by('audio.gain') }),
  row('device.audio.channels.*.muted', "without this channel's sound", by('audio.mute')),
  row('device.audio.channels.*.delayMs', 'sound later than its picture', { unit: 'ms', ...by('audio.delay') }),
  row('device.audio.channels.A.mono', 'both ears hear the same'),
  row('device.audio.channels.B.mono', 'both ears hear the same', by('audio.output')),
];

const streams: readonly KeyWords[] = [
  row('**.widthPx', 'width of the picture, even', { unit: 'pixels', ...by('encoder.resolution') }),
  row('**.heightPx', 'height of the picture, even', { unit: 'pixels', ...by('encoder.resolution') }),
  row('**.fps', "frame rate; the archive's is that of the whole box", { unit: 'frames/s', ...by('encoder.fps') }),
  row('**.videoKbps', 'bit rate of the picture', { unit: 'kb/s', ...by('encoder.bitrate.video') }),
  row(
    '**.rateControl',
    'rate control: `vbr` may rise to twice the rate for a while, `cvbr` averages over two seconds, `cbr` is padded',
    by('encoder.rate-control'),
  ),
  row('**.gopFrames', 'frames from key picture to key picture', { unit: 'frames', ...by('encoder.gop') }),
  row('**.profile', 'profile of H.264', by('encoder.profile')),
  row('**.audioKbps', 'bit rate of the sound (AAC, 48 kHz, stereo)', {
    unit: 'kb/s',
    ...by('encoder.bitrate.audio'),
  }),
  row('**.hardware', 'hardware that encodes; `auto`: what encodes a test picture at the start'),
  row('device.encoders.confidence.enabled', 'whether there is a small stream'),
  row('device.streams.*.enabled', 'whether the RTSP server offers it', by('stream.enable')),
  row('device.streams.*.name', 'name of the stream: `rtsp://box/NAME`', { form: NAME_16, ...by('stream.name') }),
  row('**.multicast', 'multicast; null: none', { standard: 'null' }),
  row('**.multicast.address', 'multicast group for players that ask for it', {
    form: '224.0.0.0 to 239.255.255.255',
    standard: 'must be given',
  }),
  row('**.multicast.port', 'first of the multicast ports, even', { standard: 'must be given' }),
  row('**.multicast.ttl', 'routers that multicast may pass', { standard: 'must be given' }),
  row('device.pushes[].id', 'id for the API; at most 32 targets', {
    form: NAME_32,
    standard: 'must be given',
    ...by('push.url'),
  }),
  row('device.pushes[].name', 'name for people', { standard: 'must be given' }),
  row('device.pushes[].enabled', 'whether it is sent there', { standard: 'must be given', ...by('push.enable') }),
  row('device.pushes[].stream', 'stream that is sent', { standard: 'must be given' }),
  row('device.pushes[].url', 'address: `rtsp`, `rtsps`, `rtmp`, `rtmps`, `udp` (MPEG-TS), `srt`', {
    form: 'URL, at most 1024 characters',
    standard: 'must be given',
    ...by('push.url'),
  }),
];

const control: readonly KeyWords[] = [
  row('**.metadata.identifier', 'description: identifier of what is recorded', { standard: 'empty' }),
  row('**.metadata.*', 'description: what a recording says of itself unless it is told better', {
    standard: 'empty',
    ...by('record.metadata'),
  }),
  row('device.sis.destination', 'where recordings go: `internal`, `auto`, or the name of another destination', {
    form: '1 to 64 letters, digits, `-`, `_`, `+`',
    ...by('record.destination'),
  }),
  row('device.sis.countdownSeconds', 'controllers are counted down so long; the recording begins at once', {
    unit: 's',
    ...by('record.delay'),
  }),
  row('device.sis.pattern', 'test picture in the place of all inputs', by('output.pattern')),
  row('device.sis.thumbnails', 'thumbnails of recordings: small, or as large as their picture', by('record.thumbnail')),
  row('device.sis.zone', 'time zone for controllers; null: as `timeZone` says', {
    form: 'code such as `CET`',
    ...by('clock.zone'),
  }),
  row('device.sis.idleMs', 'a session ends after so long without a word', { unit: 'ms', ...by('network.timeout') }),
  row('device.sis.ports.telnet', 'port of Telnet, where it was moved; null: off', {
    standard: 'as `telnet.port`',
    ...by('port.telnet'),
  }),
  row('device.sis.ports.ssh', 'port of SSH, where it was moved; null: off', {
    standard: 'as `ssh.port`',
    ...by('port.ssh'),
  }),
  row('device.sis.ports.http', 'port of HTTP, where it was moved; null: off', {
    standard: 'as `http.port`',
    ...by('port.http'),
  }),
  row('device.sis.ports.https', 'port of HTTPS, where it was moved; null: off', {
    standard: 'as `https.port`',
    ...by('port.https'),
  }),
  row('device.sis.ports.snmp', 'port of SNMP, where it was moved; null: off', {
    standard: 'as `snmp.port`',
    ...by('port.snmp'),
  }),
  row('device.sis.snmp.contact', 'SNMP contact: who is asked about the box', by('snmp.contact')),
  row('device.sis.snmp.location', 'SNMP location: where the box stands', by('snmp.location')),
  row('device.sis.snmp.community', 'SNMP community: what readers show', by('snmp.community.public')),
  row('device.sis.snmp.enabled', 'whether the box answers SNMP', by('snmp.enable')),
  row('device.sis.profile', 'recording profile in use; 0: none', by('profile.recall')),
  row('device.sis.kept.*.*', 'value of a command that the box only keeps, by row and field', {
    form: 'as the [row](sis-reference.md) has it',
  }),
  row('device.sis.presets.user.names.*', 'name of the preset'),
  row('device.sis.presets.input.*.name', 'name of the preset'),
  row('device.sis.presets.input.*.input', 'which input it selects'),
  row('device.sis.presets.streaming.*.name', 'name of the preset'),
  row('device.sis.presets.streaming.**.enabled', 'whether it is offered, or sent'),
  row('device.sis.presets.streaming.*.stream.name', 'name of the stream', {
    form: NAME_16,
  }),
  row('device.sis.presets.streaming.**.url', 'address that it is sent to', {
    form: 'URL, at most 1024 characters',
  }),
  row('device.sis.presets.encoder.*.name', 'name of the preset'),
  row('device.sis.presets.profile.*.name', 'name of the profile'),
];

/** Every key of the configuration. A test holds it against the schema. */
export const keyWords: readonly KeyWords[] = [
  ...machine,
  ...scheduleKeys,
  ...inputs,
  ...layouts,
  ...sound,
  ...control,
  ...streams,
];

const patterns = keyWords.map((words) => ({ words, pattern: patternOf(words.key) }));

function patternOf(key: string): RegExp {
  const source = key
    .replaceAll(/[.[\]]/g, String.raw`\$&`)
    .replaceAll(/\*\*|\*/g, (stars) => (stars === '**' ? String.raw`[\w.[\]-]+` : String.raw`[\w[\]-]+`));
  return new RegExp(`^${source}$`);
}

/** The row of a key such as `device.inputs.1.name`, or `device.inputs.N.name`. */
export const wordsOf = (key: string): KeyWords | undefined => patterns.find(({ pattern }) => pattern.test(key))?.words;

/** Of what is saved under a number: the rows that save it, or name it. */
function presetRowsOf(key: string): readonly string[] | undefined {
  const family = key.startsWith('device.layouts.') ? 'layout' : /\.presets\.(\w+)\./.exec(key)?.[1];
  if (family === undefined || family === 'profile') return family === undefined ? undefined : [];
  const isName = /\.names\.[^.]+$|^device\.(?:layouts|sis\.presets\.\w+)\.[^.]+\.name$/.test(key);
  return [`preset.${family}.${isName ? 'name' : 'save'}`];
}

/** Ids of the rows of the control protocol that set a key. */
export const sisRowsOf = (key: string): readonly string[] => presetRowsOf(key) ?? wordsOf(key)?.sis ?? [];
