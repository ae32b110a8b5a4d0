import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { test } from 'node:test';
import { addPages, BUILT } from '#agent/web/http/pages.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { startFakeBox } from '../fake-box.ts';

test('the pages are served with names that may be kept for ever, packed for who can unpack them', async () => {
  assert.ok(existsSync(join(BUILT, 'device.html')), 'bin/setup builds the pages');
  await using box = await startFakeBox();
  const page = await fetch(`${box.url}/`);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|https?:/);
  const html = await page.text();
  assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|style="|https?:\/\//, 'nothing inline, nothing of others');
  const links = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, link = '']) => link);
  assert.ok(links.length >= 3, links.join());
  for (const link of links) {
    const file = await fetch(`${box.url}${link}`, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(file.status, 200, link);
    if (!link.startsWith('/assets/')) continue;
    assert.match(link, /-[\w-]{8}\.(js|css)$/);
    assert.match(file.headers.get('cache-control') ?? '', /immutable/);
    assert.equal(file.headers.get('content-encoding'), 'gzip');
    const again = await fetch(`${box.url}${link}`, { headers: { 'if-none-match': file.headers.get('etag') ?? '' } });
    assert.equal(again.status, 304);
    const plain = await fetch(`${box.url}${link}`, { headers: { 'accept-encoding': 'identity' } });
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(await plain.text(), await file.text());
  }
});

test('a box whose pages were not built says how to build them', async () => {
  const app = fastify();
  await addPages(app, silentLog, '/nowhere');
  const answer = await app.inject('/');
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /bin\/setup/);
});
