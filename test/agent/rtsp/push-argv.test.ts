import assert from 'node:assert/strict';
import test from 'node:test';
import { isConnected, pushArgv, reasonIn } from '#agent/rtsp/push-argv.ts';

const HEAD =
  '-hide_banner -nostats -loglevel repeat+info -nostdin -fflags nobuffer -probesize 1000000 -analyzeduration 2000000 ' +
  '-f mpegts -i pipe:0 -map 0:v:0 -map 0:a:0? -c copy ';

test('each kind of target, and nothing is encoded again but the sound for RTSP', () => {
  const flv = '-bsf:a aac_adtstoasc -flvflags no_duration_filesize -rw_timeout 10000000 -f flv';
  const table = {
    'rtsp://h:554/a': '-c:a aac -f rtsp -rtsp_transport tcp rtsp://h:554/a',
    'rtsps://h/a': '-c:a aac -f rtsp -rtsp_transport tcp rtsps://h/a',
    'rtmp://h/app/key': `${flv} rtmp://h/app/key`,
    'RTMPS://h/app/key?a=b': `${flv} RTMPS://h/app/key?a=b`,
    'srt://h:9000?passphrase=x': '-flush_packets 1 -f mpegts srt://h:9000?passphrase=x',
    'udp://239.1.1.1:5000': '-flush_packets 1 -f mpegts udp://239.1.1.1:5000?pkt_size=1316',
    'udp://h:5000?ttl=4': '-flush_packets 1 -f mpegts udp://h:5000?ttl=4&pkt_size=1316',
    'udp://h:5000?pkt_size=188': '-flush_packets 1 -f mpegts udp://h:5000?pkt_size=188',
  };
  for (const [url, target] of Object.entries(table)) assert.equal(pushArgv(url).join(' '), HEAD + target);
});

test('other schemes are refused', () => {
  for (const url of ['file:///etc/passwd', 'http://h/x', 'pipe:1', 'tee:a|b', ''])
    assert.throws(() => pushArgv(url), /cannot push to .*use rtsp, rtsps, rtmp, rtmps, udp or srt/);
});

test('the line that says the target has taken it', () => {
  assert.equal(isConnected("Output #0, flv, to 'rtmp://h/app/key':"), true);
  assert.equal(isConnected("Input #0, mpegts, from 'pipe:0':"), false);
  assert.equal(isConnected('  title : Output #0'), false);
});

test('why a push ended, in words that say something', () => {
  const refused = 'Could not write header for output file #0: Server returned 401 Unauthorized (authorization failed)';
  const tail = [
    '[rtsp @ 0x5] method ANNOUNCE failed: 401',
    refused,
    'Error initializing output stream 0:0 -- ',
    '[aac @ 0x55935db1c400] Qavg: nan',
    'Conversion failed!',
  ];
  assert.equal(reasonIn(tail.join('\n')), refused);
  assert.equal(reasonIn('rtmp://h/app/key: Connection refused'), 'rtmp://h/app/key: Connection refused');
  assert.equal(reasonIn('Conversion failed!'), undefined);
  assert.equal(reasonIn(''), undefined);
});
