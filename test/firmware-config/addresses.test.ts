import assert from 'node:assert/strict';
import { test } from 'node:test';
import { urlOf } from '#firmware-config/schema/parts.ts';

const rtsp = urlOf(['rtsp']);

test('a password that tore its URL is told, with the advice to give it apart', () => {
  for (const url of [
    'admin:12/34@h/x',
    'admin:554#x@h',
    'admin:pa/ss@10.0.0.1/1',
    'me:5#9@cam.example.org',
    'a:pass?word@h/1',
  ]) {
    const { error } = rtsp.safeParse(`rtsp://${url}`);
    assert.match(error?.issues[0]?.message ?? '', /give user and password apart/, url);
  }
});

test('addresses that are whole are taken, also with a port and an @ in the path', () => {
  for (const url of ['cam/1', 'cam:554/live@hd', '10.0.0.1:8554/a?b=c@d', 'me:secret@cam:554/1', '[::1]:554/x'])
    assert.equal(rtsp.safeParse(`rtsp://${url}`).success, true, url);
});
