import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openIngestRig, type IngestRig } from '../ingest-rig.ts';

/** Forms and queries as programs of other years and countries write them: letters as bytes, all ways to say a name, broken off. */

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
});
after(() => on.close());

type Part = [disposition: string | Buffer, body: string | Buffer, ...headers: string[]];

function formOf(parts: readonly Part[]): Buffer {
  const bytes = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);
  const all = parts.flatMap(([disposition, body, ...headers]) => [
    bytes('--so-many\r\nContent-Disposition: form-data; '),
    bytes(disposition),
    bytes(headers.map((header) => `\r\n${header}`).join('')),
    bytes('\r\n\r\n'),
    bytes(body),
    bytes('\r\n'),
  ]);
  return Buffer.concat([...all, bytes('--so-many--\r\n')]);
}

const MULTIPART = 'multipart/form-data; boundary=so-many';
const URLENCODED = 'application/x-www-form-urlencoded';

async function post(path: string, body: Buffer | string, type = MULTIPART, more: Record<string, string> = {}) {
  const headers = { ...on.rig.as('admin'), 'content-type': type, ...more };
  const bytes = new Uint8Array(Buffer.from(body as string));
  const reply = await fetch(`${on.url}${path}`, { method: 'POST', headers, body: bytes });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const lastUrl = (text: string): string => [...text.matchAll(/<url>([^<]*)<\/url>/g)].at(-1)?.[1] ?? text;

describe('the name of a file', () => {
  const ete = 'été.mp4';
  for (const [how, disposition, name] of [
    ['in UTF-8', Buffer.from('name="BODY"; filename="été.mp4"'), ete],
    ['in Latin-1', latin1('name="BODY"; filename="été.mp4"'), ete],
    ['in Windows-1252', latin1('name="BODY"; filename="l\u0091\u00e9t\u00e9.mp4"'), 'l_été.mp4'],
    ['of RFC 5987', 'name="BODY"; filename*=UTF-8\'\'%C3%A9t%C3%A9.mp4', ete],
    ['of RFC 5987 in Latin-1', 'name="BODY"; filename*=ISO-8859-1\'fr\'%E9t%E9.mp4', ete],
    ['of RFC 5987 in quotes', 'name="BODY"; filename*="UTF-8\'\'%C3%A9t%C3%A9.mp4"', ete],
    ['of RFC 5987 before a plain one', 'name="BODY"; filename*=UTF-8\'\'%C3%A9t%C3%A9.mp4; filename="ete.mp4"', ete],
    ['of RFC 5987 behind a plain one', 'name="BODY"; filename="ete.mp4"; filename*=UTF-8\'\'%C3%A9t%C3%A9.mp4', ete],
    ['in pieces (RFC 2231)', 'name="BODY"; filename*1="name.mp4"; filename*0="long-"', 'long-name.mp4'],
    ['in encoded pieces', 'name="BODY"; filename*0*=UTF-8\'\'%C3%A9t; filename*1*=%C3%A9; filename*2=.mp4', ete],
    ['of RFC 2047', 'name="BODY"; filename="=?UTF-8?B?w6l0w6kubXA0?="', ete],
    ['in percent signs', 'name="BODY"; filename="%C3%A9t%C3%A9.mp4"', ete],
    ['with a percent sign', 'name="BODY"; filename="50%25.mp4"', '50_25.mp4'],
    ['with a path of Windows', 'name="BODY"; filename="C:\\Users\\new\\film.mp4"', 'film.mp4'],
    ['with a semicolon', 'name="BODY"; filename="a;b.mp4"', 'a_b.mp4'],
    ['without quotes, in large letters', 'Name=BODY; FileName=film.mp4', 'film.mp4'],
  ] as const) {
    test(`${how} is ${name}`, async () => {
      const body = formOf([
        ['name="mediaPackage"', await on.create()],
        ['name="flavor"', 'presenter/source'],
        [disposition, on.movie, 'Content-Type: video/mp4'],
      ]);
      const { status, text } = await post('/ingest/addTrack', body);
      assert.equal(status, 200, text);
      assert.equal(decodeURIComponent(lastUrl(text).split('/').at(-1) ?? ''), name);
    });
  }
});

describe('a catalog', () => {
  const catalog = (encoding: string): string =>
    `<?xml version="1.0" encoding="${encoding}"?><dublincore xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" ` +
    'xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Algèbre – été</dcterms:title></dublincore>';
  const windows = (text: string): Buffer => latin1(text.replaceAll('–', '\u0096'));
  const name = 'name="dublinCore"';
  for (const [how, part] of [
    ['in UTF-8', [name, catalog('UTF-8')]],
    ['in UTF-8 with a mark', [name, Buffer.from(`\ufeff${catalog('UTF-8')}`)]],
    ['that says it is Latin-1', [name, windows(catalog('ISO-8859-1'))]],
    ['that says it is UTF-8, and is none', [name, windows(catalog('UTF-8'))]],
    ['whose part says its letters', [name, windows(catalog('UTF-8')), 'Content-Type: text/xml; charset=windows-1252']],
    ['in UTF-16', [name, Buffer.from(`\ufeff${catalog('UTF-16')}`, 'utf16le')]],
    ['in UTF-8 that still says Latin-1', [name, catalog('ISO-8859-1')]],
    ['as a file in Latin-1', [`${name}; filename="dc.xml"`, windows(catalog('ISO-8859-1')), 'Content-Type: text/xml']],
    ['in percent signs', [name, encodeURIComponent(catalog('UTF-8'))]],
  ] as [string, Part][]) {
    test(`${how} keeps its letters, for whoever reads it again`, async () => {
      const added = await post('/ingest/addDCCatalog', formOf([['name="mediaPackage"', await on.create()], part]));
      assert.equal(added.status, 200, added.text);
      const kept = await (await on.get(lastUrl(added.text))).text();
      assert.match(kept, /title>Algèbre – été</);
      assert.match(kept, /^<\?xml version="1.0" encoding="UTF-8"\?>/, 'it says what it is now');
    });
  }

  test('as a file of its own is understood in Latin-1, and kept byte for byte', async () => {
    const id = 'latin-1-lecture';
    let mediaPackage = `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${id}"/>`;
    const bytes = windows(catalog('ISO-8859-1'));
    for (const [path, flavor, file, content] of [
      ['addCatalog', 'dublincore/episode', 'dc.xml', bytes],
      ['addTrack', 'presenter/source', 'film.mp4', on.movie],
    ] as const) {
      const form = formOf([
        ['name="mediaPackage"', mediaPackage],
        ['name="flavor"', flavor],
        [`name="BODY"; filename="${file}"`, content],
      ]);
      const added = await post(`/ingest/${path}`, form);
      assert.equal(added.status, 200, added.text);
      mediaPackage = added.text;
    }
    const url = /<catalog[\s\S]*?<url>([^<]*)</.exec(mediaPackage)?.[1] ?? '';
    assert.deepEqual(Buffer.from(await (await on.get(url)).arrayBuffer()), bytes);
    const done = await post('/ingest/ingest', formOf([['name="mediaPackage"', mediaPackage]]));
    assert.equal(done.status, 200, done.text);
    const event = await on.get(`/api/events/${id}`, on.rig.as('admin'));
    assert.equal(((await event.json()) as { title: string }).title, 'Algèbre – été');
  });
});

test('a field of a plain form may be in Latin-1, in percent signs or not, with and without saying so', async () => {
  for (const [type, body] of [
    [URLENCODED, 'state=idle&address=http://%C3%A9t%C3%A9+1/'],
    [URLENCODED, 'state=idle&address=http://%E9t%E9+1/'],
    [`${URLENCODED}; charset=ISO-8859-1`, 'state=idle&address=http://%E9t%E9%201/'],
    [URLENCODED, latin1('state=idle&address=http://été+1/')],
    [`${URLENCODED}; charset=UTF-8`, 'address=http://été+1/&&state=idle&state=bogus&novalue'],
  ] as const) {
    await post('/capture-admin/agents/letters', 'state=offline&address=none', URLENCODED);
    assert.equal((await post('/capture-admin/agents/letters', body, type)).status, 200);
    const agent = await (await on.get('/capture-admin/agents/letters.json')).json();
    const told = (agent as { 'agent-state-update': { state: string; url: string } })['agent-state-update'];
    assert.deepEqual([told.state, told.url], ['idle', 'http://été 1/']);
  }
});

describe('a form that cannot be read is 400 in words', () => {
  const whole = formOf([['name="state"', 'idle']]);
  for (const [what, body, type, words] of [
    ['cut off in a part', whole.subarray(0, 60), MULTIPART, /ends in the middle/],
    ['cut off before its end', whole.subarray(0, -12), MULTIPART, /ends in the middle/],
    ['with another boundary', whole, 'multipart/form-data; boundary=other', /ends in the middle/],
    ['without a boundary', whole, 'multipart/form-data', /boundary/],
    ['with an endless boundary', whole, `multipart/form-data; boundary=${'x'.repeat(300)}`, /boundary/],
    ['with line feeds alone', Buffer.from(whole.toString().replaceAll('\r', '')), MULTIPART, /ends in the middle/],
    [
      'packed for mail',
      formOf([['name="state"', 'aWRsZQ==', 'Content-Transfer-Encoding: base64']]),
      MULTIPART,
      /base64/,
    ],
    ['that is none', 'state=idle', 'text/plain', /state must be one of idle,/],
    ['with a state that is none', 'state=IDLE', URLENCODED, /state must be one of idle,/],
  ] as const) {
    test(what, async () => {
      const { status, text } = await post('/capture-admin/agents/broken', body, type);
      assert.equal(status, 400, text);
      assert.match(text, words);
    });
  }

  test('one that is packed is 415', async () => {
    const { status, text } = await post('/capture-admin/agents/broken', whole, MULTIPART, { 'content-encoding': 'br' });
    assert.equal(status, 415);
    assert.match(text, /packed as br/);
  });

  test('one with more than a thousand parts is 413', async () => {
    const many = formOf(Array.from({ length: 1001 }, (_, n): Part => [`name="f${n}"`, 'x']));
    assert.equal((await post('/capture-admin/agents/broken', many)).status, 413);
  });
});

test('a form is read whatever stands around its parts, and parts without a name are nobody’s', async () => {
  const whole = formOf([
    ['filename="nameless.txt"', 'x'],
    ['name="empty"', ''],
    ['name="state"', ' idle\r\n'],
  ]);
  for (const body of [
    whole,
    Buffer.concat([Buffer.from('a preamble\r\n'), whole]),
    Buffer.concat([whole, Buffer.from('and what follows')]),
    whole.subarray(0, -2),
  ]) {
    await post('/capture-admin/agents/around', 'state=offline', URLENCODED);
    assert.equal((await post('/capture-admin/agents/around', body)).text, 'around set to idle');
  }
});

describe('a query', () => {
  test('with a parameter several times is the first of them, on every route that answers GET', async () => {
    const failed: string[] = [];
    const names =
      'limit offset sort filter q id sid agent agentid start end startsfrom cutoff count startPage since type state';
    const twice = names
      .split(' ')
      .flatMap((name) => [`${name}=1`, `${name}=2`])
      .join('&');
    for (const { method, url } of on.rig.app.knownRoutes) {
      if (method !== 'GET' || url.includes('*')) continue;
      const path = url.replaceAll(/:\w+/g, 'none');
      for (const query of [twice, 'agent=a&agent=b&agentid=a&agentid=b', 'q=a&q=b&serviceType=a&serviceType=b']) {
        const { status } = await on.get(`${path}?${query}`, on.rig.as('admin'));
        if (status >= 500) failed.push(`${path}: ${status}`);
      }
    }
    assert.deepEqual(failed, []);
  });

  test('may be in Latin-1, and a slash too many does not matter', async () => {
    const { database } = on.rig.services;
    await database.insertInto('series').values({ id: 's-1', title: 'Algèbre' }).execute();
    for (const path of [
      '/series/series.json?q=alg%E8bre',
      '//series/series.json?q=alg%C3%A8bre',
      '/series//series.json',
    ]) {
      const { totalCount } = (await (await on.get(path)).json()) as { totalCount: string };
      assert.equal(totalCount, '1', path);
    }
  });
});

test('a method that a path does not have is 405 with those that it has; a path that is none is 404, or 400 in words', async () => {
  const ask = (method: string, path: string) => fetch(`${on.url}${path}`, { method, headers: on.rig.as('admin') });
  const put = await ask('PUT', '/api/events');
  assert.equal(put.status, 405);
  assert.equal(put.headers.get('allow'), 'GET, HEAD, POST');
  assert.equal((await ask('PUT', '/capture-admin/agents/hall/')).status, 405);
  assert.equal((await ask('PUT', '/nothing/here')).status, 404);
  const broken = await ask('GET', '/capture-admin/agents/%E9');
  assert.equal(broken.status, 400);
  assert.match(await broken.text(), /^the path must be UTF-8/);
});
