import assert from 'node:assert/strict';
import { test } from 'node:test';
import { language } from '#lib/pages/words.ts';
import { catalogue } from '#lib/sentences/catalogue.ts';
import { sentences, told } from '#agent/web/pages/shared/told.ts';
import { saidOf } from '#agent/web/views/said.ts';
import { reasonSaid } from '#agent/web/views/said.ts';

test('what the box says is told in the language of the reader; a message of the technique is called one', () => {
  sentences.value = catalogue;
  const text = '127.0.0.1:1: nobody listens there';
  language.value = 'fr';
  assert.equal(told(text, saidOf(text).said), '127.0.0.1:1\u00a0: rien n’écoute là');
  assert.match(told('of a later version', undefined), /message technique/);
  const ffmpeg = '[tcp @ 0x5] Failed to resolve hostname camera.example: Name or service not known';
  assert.equal(told(ffmpeg, reasonSaid(ffmpeg).said), 'personne ne connaît le nom camera.example');
  language.value = 'en';
  assert.equal(told(text, saidOf(text).said), text);
  assert.equal(told(ffmpeg, reasonSaid(ffmpeg).said), 'nobody knows the name camera.example');
});
