import { flag, oneOf, text } from '../codecs.ts';
import { acts, asking, command, guess, installing, operating, sure } from '../table.ts';
import { stream } from './fields.ts';

const streamName = text({
  max: 16,
  like: /^[A-Za-z0-9_-]+$/,
  samples: ['extron1', 'Hall-3_b', 'camera'],
  describe: '1 to 16 letters, digits, - and _',
  wrong: ['hall 3', 'hall/3'],
});

const pushUrl = text({
  max: 1024,
  like: /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s/]\S*$/,
  samples: ['rtmp://live.example.org/app/key-1', 'rtmps://a.example/live2/abcd-1234'],
  describe: 'an address with its key, at most 1024 characters',
  wrong: ['not an address', 'rtmp://'],
});

const server = oneOf({ 1: 'primary', 2: 'backup' });

/** The rows that set what is streamed, and where to (facts/smp351 2.7). */
export const streaming = [
  command({
    id: 'stream.content',
    summary: 'Stream with sound, or pictures alone',
    set: 'ESC 1*{content}SMOD',
    query: 'ESC 1SMOD',
    bare: '{content}',
    tagged: 'Smod1*{content}',
    fields: { content: oneOf({ 1: 'audio-video', 2: 'video' }) },
    factory: { content: 'audio-video' },
    by: 'keeper',
    effect: 'kept',
    ...installing,
    ...sure,
    examples: [
      ['ESC 1*1SMOD', 'Smod1*1'],
      ['ESC 1SMOD', '1', 'Smod1*1'],
    ],
  }),
  command({
    id: 'stream.enable',
    summary: 'A stream on or off',
    set: 'ESC {stream}*{on}STRC',
    query: 'ESC {stream}STRC',
    bare: '{on}',
    tagged: 'Strc{stream}*{on}',
    fields: { stream, on: flag },
    ...acts,
    ...operating,
    access: 'admin',
    ...sure,
    words: ['stream'],
    examples: [
      ['ESC 1*1STRC', 'Strc1*1'],
      ['ESC 3STRC', '0', 'Strc3*0'],
    ],
  }),
  command({
    id: 'stream.name',
    summary: 'Name of a stream: rtsp://box/name',
    set: 'ESC N{stream}*{name}STRC',
    query: 'ESC N{stream}STRC',
    bare: '{name}',
    tagged: 'StrcN{stream}*{name}',
    fields: { stream, name: streamName },
    ...acts,
    ...installing,
    ...sure,
    examples: [
      ['ESC N1*hall-3STRC', 'StrcN1*hall-3'],
      ['ESC N3STRC', 'extron3', 'StrcN3*extron3'],
    ],
  }),
  command({
    id: 'push.enable',
    summary: 'Push of a stream (RTMP) on or off',
    set: 'ESC E{stream}*{on}RTMP',
    query: 'ESC E{stream}RTMP',
    bare: '{on}',
    tagged: guess('push.enable', 'stream', 'on'),
    fields: { stream, on: flag },
    ...acts,
    ...operating,
    access: 'admin',
    ...sure,
    words: ['push'],
    examples: [
      ['ESC E1*1RTMP', 'RtmpE1*1'],
      ['ESC E1RTMP', '1', 'RtmpE1*1'],
    ],
  }),
  command({
    id: 'push.url',
    summary: 'Address, with its key, a stream is pushed to',
    set: 'ESC U{server}*{stream}*{url}RTMP',
    reset: 'ESC U{server}*{stream}*␠RTMP',
    query: 'ESC U{server}*{stream}RTMP',
    bare: '{url}',
    tagged: 'RtmpU{server}*{stream:2}*{url}',
    fields: { server, stream, url: pushUrl },
    ...acts,
    ...installing,
    ...sure,
    examples: [
      ['ESC U1*1*rtmp://live.example.org/app/Key-1RTMP', 'RtmpU1*01*rtmp://live.example.org/app/Key-1'],
      ['ESC U1*1RTMP', 'rtmp://live.example.org/app/Key-1', 'RtmpU1*01*rtmp://live.example.org/app/Key-1'],
      ['ESC U2*3RTMP', '', 'RtmpU2*03*'],
      ['ESC U2*3*␠RTMP', 'RtmpU2*03*'],
    ],
  }),
  command({
    id: 'push.status',
    summary: 'Whether a push is connected',
    query: 'ESC S{server}*{stream}RTMP',
    bare: '{connected}',
    tagged: 'RtmpS{server}*{stream}*{connected}',
    fields: { server, stream, connected: flag },
    ...acts,
    ...asking,
    ...sure,
    examples: [
      ['ESC S1*1RTMP', '0', 'RtmpS1*1*0'],
      ['ESC S2*3RTMP', '1', 'RtmpS2*3*1'],
    ],
  }),
] as const;
