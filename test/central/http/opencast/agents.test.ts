import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { askOf, openRig } from '../../rig.ts';
import { bookingOf } from '#lib/opencast/calendars/booking.ts';
import { readCalendar } from '#lib/calendar/calendar-read.ts';
import { ianaZone } from '#lib/calendar/zones/zoned-time.ts';

const rig = await openRig(MODULES);
const { app, services } = rig;
const ask = askOf(rig);
after(() => rig.close());

const HOUR_MS = 3600_000;
const schedule = (title: string, agent: string, hours: number) =>
  services.database
    .insertInto('events')
    .values({
      id: crypto.randomUUID(),
      title,
      agent,
      hall: agent,
      workflow: 'schedule-and-upload',
      inputs: ['Channel A'],
      starts_at: new Date(Date.now() + hours * HOUR_MS),
      ends_at: new Date(Date.now() + (hours + 1) * HOUR_MS),
    })
    .returning('id')
    .executeTakeFirstOrThrow();

describe('a capture agent', () => {
  test('registers with its first state, as multipart or urlencoded, and is told what Opencast tells', async () => {
    const told = { state: 'idle', address: 'http://10.0.0.7' };
    const first = await ask('POST', '/capture-admin/agents/salle%20%C3%A91', told, { as: 'agent', multipart: true });
    assert.deepEqual([first.status, first.text], [200, 'salle é1 set to idle']);
    assert.match(first.type, /^text\/html/);
    const again = await ask('POST', '/capture-admin/agents/salle%20%C3%A91', told, { as: 'agent' });
    assert.deepEqual([again.status, again.text], [200, ''], 'nothing new');
    const wrong = await ask('POST', '/capture-admin/agents/x', { state: 'asleep' }, { as: 'agent' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /state must be one of idle, /);
    const { json } = await ask('GET', '/capture-admin/agents/salle%20%C3%A91.json', undefined, { as: 'agent' });
    const { 'time-since-last-update': sinceMs, ...rest } = json['agent-state-update'];
    assert.deepEqual(rest, { name: 'salle é1', state: 'idle', url: 'http://10.0.0.7', capabilities: '' });
    assert.ok(sinceMs >= 0 && sinceMs < 60_000);
    assert.equal((await ask('GET', '/capture-admin/agents/nobody.json')).status, 404);
  });

  test('tells its capabilities in XML with a DOCTYPE or in JSON, and gets the same back', async () => {
    const xml = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
<properties><comment>x</comment><entry key="capture.device.names">camera,screen</entry><entry key="capture.device.camera.flavor">presenter/source</entry><entry key="service.pid">galicaster</entry></properties>`;
    const url = '/capture-admin/agents/salle-b2/configuration';
    const reply = await ask('POST', url, { configuration: xml }, { as: 'agent', multipart: true });
    assert.equal(reply.status, 200);
    assert.match(reply.type, /^text\/xml/);
    assert.match(reply.text, /properties-response.*<ns2:key>service.pid<\/ns2:key><ns2:value>galicaster</s);
    const { json } = await ask('GET', '/capture-admin/agents/salle-b2/capabilities.json', undefined, { as: 'agent' });
    assert.deepEqual(json['properties-response'].properties.item, [
      { key: 'capture.device.names', value: 'camera,screen' },
      { key: 'capture.device.camera.flavor', value: 'presenter/source' },
    ]);
    assert.equal(
      (await ask('GET', '/capture-admin/agents/salle-b2.xml')).text.includes('<ns2:state>unknown</ns2:state>'),
      true,
    );
    for (const wrong of [
      '',
      '<properties>',
      '{"a":',
      '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><properties/>',
    ]) {
      assert.equal((await ask('POST', url, { configuration: wrong }, { as: 'agent' })).status, 400, wrong);
    }
  });

  test('that falls silent is offline', async () => {
    let nowMs = Date.now();
    const own = await openRig(MODULES, { ...services.clock, nowMs: () => nowMs });
    try {
      await own.services.roster.tellState('Amphi_Z', 'idle', { address: '10.0.0.1' });
      nowMs += 121_000;
      await own.services.roster.close();
      assert.equal(own.services.roster.get('Amphi_Z')?.state, 'offline');
      const row = await own.services.database
        .selectFrom('agents')
        .selectAll()
        .where('name', '=', 'Amphi_Z')
        .executeTakeFirstOrThrow();
      assert.equal(row.state, 'offline');
    } finally {
      await own.close();
    }
  });

  test('tells the states of its recordings; of an event that there is not, 404', async () => {
    const { id } = await schedule('A', 'Amphi_S', 1);
    const told = await ask(
      'POST',
      `/capture-admin/recordings/${id}`,
      { state: 'capturing' },
      { as: 'agent', multipart: true },
    );
    assert.deepEqual([told.status, told.text], [200, `${id} set to capturing`]);
    const { json } = await ask('GET', `/capture-admin/recordings/${id}.json`, undefined, { as: 'agent' });
    assert.equal(json['recording-state-update'].state, 'capturing');
    assert.equal(
      (await ask('POST', '/capture-admin/recordings/none', { state: 'capturing' }, { as: 'agent' })).status,
      404,
    );
    assert.equal(
      (await ask('POST', `/capture-admin/recordings/${id}`, { state: 'bored' }, { as: 'agent' })).status,
      400,
    );
    assert.match((await ask('GET', '/capture-admin/recordings')).text, new RegExp(id));
  });
});

describe('a calendar', () => {
  const read = async (text: string) => {
    const window = { fromMs: Date.now() - HOUR_MS, toMs: Date.now() + 1000 * HOUR_MS };
    const reading = await readCalendar(Buffer.from(text), { zone: ianaZone('Europe/Paris')!, ...window });
    return { events: reading.occurrences.map(({ event }) => event), complaints: reading.complaints };
  };

  test('has the events of its agent, with what is to be done attached, and nothing of others', async () => {
    const { id } = await schedule('Informations générales; suite', 'Amphi_D', 2);
    await schedule('other', 'Amphi_E', 2);
    await schedule('long over', 'Amphi_D', -5);
    const reply = await ask('GET', '/recordings/calendars?agentid=Amphi_D', undefined, { as: 'agent' });
    assert.equal(reply.type, 'text/calendar; charset=UTF-8');
    assert.match(reply.text, /^BEGIN:VCALENDAR\r\nPRODID:/);
    const { events, complaints } = await read(reply.text);
    assert.deepEqual([events.map((event) => event.uid), complaints], [[id], []]);
    const booking = bookingOf(events[0]!);
    assert.deepEqual(
      [booking.title, booking.hall, booking.workflow, booking.devices],
      ['Informations générales; suite', 'Amphi_D', 'schedule-and-upload', ['Channel A']],
    );
  });

  test('is also told by HEAD, and its events as media packages', async () => {
    const head = await app.inject({
      method: 'HEAD',
      url: '/recordings/calendars?agentid=Amphi_D',
      headers: rig.as('agent'),
    });
    assert.deepEqual([head.statusCode, head.body], [200, '']);
    assert.match(String(head.headers['etag']), /^mod\d+$/);
    const list = await ask('GET', `/recordings/recordings.json?agent=Amphi_D&startsfrom=${Date.now()}`);
    assert.equal(list.json.events[0].title, 'Informations générales; suite');
    const id = list.json.events[0].id;
    assert.match(
      (await ask('GET', `/recordings/${id}/dublincore.xml`, undefined, { as: 'agent' })).text,
      /dcterms:spatial>Amphi_D</,
    );
    assert.match((await ask('GET', `/recordings/${id}/agent.properties`)).text, /^event.location=Amphi_D$/m);
    assert.equal((await ask('GET', '/recordings/currentRecording/Amphi_D')).status, 204);
    assert.match((await ask('GET', '/recordings/upcomingRecording/Amphi_D')).text, new RegExp(id));
  });

  test('of an agent that nobody knows is empty, and valid', async () => {
    const reply = await ask('GET', '/recordings/calendars?agentid=nobody', undefined, { as: 'agent' });
    assert.deepEqual([reply.status, reply.headers['etag']], [200, 'mod0']);
    assert.deepEqual((await read(reply.text)).events, []);
  });

  test('is told once: 304 while nothing changes, anew at once when something does', async () => {
    const get = (ifNoneMatch?: string) =>
      app.inject({
        url: '/recordings/calendars?agentid=Amphi_F',
        headers: { ...rig.as('agent'), ...(ifNoneMatch ? { 'if-none-match': ifNoneMatch } : {}) },
      });
    const { id } = await schedule('first', 'Amphi_F', 1);
    services.calendars.suspect();
    const first = await get();
    const mark = String(first.headers['etag']);
    assert.match(mark, /^mod\d{13}$/);
    for (const sent of [mark, `"${mark}"`, `W/"${mark}"`, `${mark}--gzip`]) {
      const again = await get(sent);
      assert.deepEqual([again.statusCode, again.headers['etag'], again.body], [304, mark, ''], sent);
    }
    assert.equal((await get('-1')).statusCode, 200, 'as Galicaster asks at first');
    const moved = await ask('PUT', `/recordings/${id}`, { end: String(Date.now() + 10 * HOUR_MS) });
    assert.equal(moved.status, 200);
    const changed = await get(mark);
    assert.equal(changed.statusCode, 200);
    assert.notEqual(changed.headers['etag'], mark);
  });

  test('with a cutoff: a window that moves on shows what comes into it', async () => {
    await schedule('soon', 'Amphi_G', 1);
    await schedule('later', 'Amphi_G', 30);
    services.calendars.suspect();
    const get = (hours: number, mark = '') =>
      app.inject({
        url: `/recordings/calendars?agentid=Amphi_G&cutoff=${Date.now() + hours * HOUR_MS}`,
        headers: { ...rig.as('agent'), 'if-none-match': mark },
      });
    const day = await get(24);
    assert.deepEqual(
      (await read(day.body)).events.map(({ title }) => title),
      ['soon'],
    );
    assert.equal((await get(25, String(day.headers['etag']))).statusCode, 304);
    const week = await get(24 * 7, String(day.headers['etag']));
    assert.deepEqual(
      (await read(week.body)).events.map(({ title }) => title),
      ['soon', 'later'],
    );
    assert.equal((await ask('GET', '/recordings/calendars?agentid=x&cutoff=soon')).status, 400);
  });

  test('also by If-Modified-Since, once the second of the change is over', async () => {
    await schedule('x', 'Amphi_H', 1);
    await services.database
      .updateTable('agent_calendars')
      .set({ revision_ms: Date.now() - 5000 })
      .where('agent', '=', 'Amphi_H')
      .execute();
    services.calendars.suspect();
    const get = (since?: string) =>
      app.inject({
        url: '/recordings/calendars?agentid=Amphi_H',
        headers: { ...rig.as('agent'), ...(since ? { 'if-modified-since': since } : {}) },
      });
    const changed = String((await get()).headers['last-modified']);
    assert.equal((await get(changed)).statusCode, 304);
    assert.equal((await get(new Date(Date.parse(changed) - 1000).toUTCString())).statusCode, 200);
  });

  test('in JSON, with milliseconds where they are asked for', async () => {
    const { id } = await schedule('json', 'Amphi_J', 1);
    services.calendars.suspect();
    const { json } = await ask('GET', '/recordings/calendar.json?agentid=Amphi_J&timestamp=true', undefined, {
      as: 'agent',
    });
    assert.equal(json[0].data.eventId, id);
    assert.equal(typeof json[0].data.startDate, 'number');
    assert.equal(json[0].data.agentConfig['event.location'], 'Amphi_J');
    assert.match(json[0]['episode-dublincore'], /^<\?xml/);
    const worded = await ask('GET', '/recordings/calendar.json?agentid=Amphi_J', undefined, { as: 'agent' });
    assert.match(worded.json[0].data.startDate, /^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M$/);
  });

  test('with 10 000 events of one agent, is made once and then given as it is', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      id: `many-${n}`,
      title: `Cours ${n}`,
      agent: 'Amphi_many',
      starts_at: new Date(Date.now() + n * HOUR_MS),
      ends_at: new Date(Date.now() + (n + 1) * HOUR_MS),
    }));
    await services.database.insertInto('events').values(rows).execute();
    services.calendars.suspect();
    const url = '/recordings/calendars?agentid=Amphi_many';
    const first = await app.inject({ url, headers: rig.as('agent') });
    assert.equal(first.body.split('BEGIN:VEVENT').length - 1, 10_000);
    const { made } = await services.calendars.of('Amphi_many');
    const bytes = [...made.values()][0];
    await app.inject({ url, headers: rig.as('agent') });
    assert.equal([...(await services.calendars.of('Amphi_many')).made.values()][0], bytes, 'not made again');
  });
});

describe('who may', () => {
  test('nobody who does not say who he is: 401 with the challenge that was asked for, a page for browsers', async () => {
    const get = (headers: Record<string, string>) => app.inject({ url: '/recordings/calendars?agentid=x', headers });
    const digest = await get({ 'x-requested-auth': 'Digest' });
    assert.equal(digest.statusCode, 401);
    assert.match(String(digest.headers['www-authenticate']), /^Digest realm="Opencast", qop="auth", nonce="[\w+/=]+"$/);
    assert.match(
      String((await get({ 'x-opencast-matterhorn-authorization': 'true' })).headers['www-authenticate']),
      /^Digest/,
    );
    assert.equal((await get({ 'x-requested-auth': 'Basic' })).headers['www-authenticate'], 'Basic realm="Opencast"');
    assert.equal((await get({ authorization: `Basic ${btoa('agent:wrong')}` })).statusCode, 401);
    const page = await get({ accept: 'text/html,*/*' });
    assert.deepEqual([page.statusCode, page.headers['location']], [302, '/login.html']);
  });

  test('with digest, with qop and without, but not with a nonce that is old', async () => {
    const url = '/recordings/calendars?agentid=x&cutoff=1';
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const nonceOf = async () =>
      /nonce="([^"]+)"/.exec(
        String((await app.inject({ url, headers: { 'x-requested-auth': 'Digest' } })).headers['www-authenticate']),
      )?.[1] ?? '';
    const ask = (nonce: string, qop: boolean, password = 'agent', uri = url) => {
      const [ha1, ha2] = [md5(`agent:Opencast:${password}`), md5(`GET:${uri}`)];
      const response = md5(qop ? `${ha1}:${nonce}:00000001:abc:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
      const more = qop ? ', qop=auth, nc=00000001, cnonce="abc"' : '';
      const authorization = `Digest username="agent", realm="Opencast", nonce="${nonce}", uri="${uri}", response="${response}"${more}`;
      return app.inject({ url, headers: { authorization, 'x-requested-auth': 'Digest' } });
    };
    const nonce = await nonceOf();
    assert.equal((await ask(nonce, true)).statusCode, 200);
    assert.equal((await ask(nonce, false)).statusCode, 200);
    assert.equal((await ask(nonce, true, 'wrong')).statusCode, 401);
    assert.equal(
      (await ask(nonce, true, 'agent', '/recordings/calendars?agentid=y')).statusCode,
      401,
      'of another request',
    );
    const old = Buffer.from(`1000:${'0'.repeat(32)}`).toString('base64');
    const stale = await ask(old, true);
    assert.equal(stale.statusCode, 401);
    assert.match(String(stale.headers['www-authenticate']), /, stale="true"$/);
  });

  test('an agent writes its states, but plans nothing; a viewer writes nothing', async () => {
    assert.equal((await ask('POST', '/recordings', {}, { as: 'agent' })).status, 403);
    assert.equal((await ask('POST', '/capture-admin/agents/x', { state: 'idle' }, { as: 'viewer' })).status, 403);
    await services.database.updateTable('accounts').set({ agent: 'Amphi_D' }).where('name', '=', 'agent').execute();
    services.accounts.forget();
    try {
      assert.equal(
        (await ask('POST', '/capture-admin/agents/Amphi_X', { state: 'idle' }, { as: 'agent' })).status,
        403,
      );
      assert.equal(
        (await ask('POST', '/capture-admin/agents/Amphi_D', { state: 'idle' }, { as: 'agent' })).status,
        200,
      );
    } finally {
      await services.database.updateTable('accounts').set({ agent: null }).where('name', '=', 'agent').execute();
      services.accounts.forget();
    }
  });
});

describe('discovery', () => {
  test('one service, at the address by which it was asked; an empty object for one that there is not', async () => {
    const { json } = await ask('GET', '/services/available.json?serviceType=org.opencastproject.ingest', undefined, {
      as: 'agent',
    });
    const { type, path, host, online, active, maintenance } = json.services.service;
    assert.deepEqual(
      [type, path, host, online, active, maintenance],
      ['org.opencastproject.ingest', '/ingest', 'http://localhost:80', true, true, false],
    );
    assert.deepEqual((await ask('GET', '/services/available.json?serviceType=x', undefined, { as: 'agent' })).json, {
      services: {},
    });
    assert.equal((await ask('GET', '/services/available.json', undefined, { as: 'agent' })).status, 400);
    assert.equal((await ask('GET', '/services/hosts.json', undefined, { as: 'agent' })).json.hosts.host.online, true);
  });

  test('anybody may ask who he is, and what this is', async () => {
    assert.equal(JSON.parse((await app.inject('/info/me.json')).body).userRole, 'ROLE_ANONYMOUS');
    assert.ok(
      (await ask('GET', '/info/me.json', undefined, { as: 'agent' })).json.roles.includes('ROLE_CAPTURE_AGENT'),
    );
    assert.match(JSON.parse((await app.inject('/info/health')).body).releaseId, /^\d+\./);
  });
});

test('series: in both lists, one by one, in XML and JSON, and changed by who may', async () => {
  const catalog = `<dublincore xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Physique</dcterms:title><dcterms:identifier>PAES_2016_S2_UE3</dcterms:identifier><dcterms:creator>M. Dupont</dcterms:creator></dublincore>`;
  assert.equal((await ask('POST', '/series/', { series: catalog })).status, 201);
  assert.equal((await ask('POST', '/series/', { series: catalog })).status, 204, 'it is there already');
  assert.equal((await ask('POST', '/series/', { description: 'no title' })).status, 400);
  const now = (await ask('GET', '/admin-ng/series/series.json?limit=10', undefined, { as: 'agent' })).json;
  assert.equal(now.count, 1);
  assert.deepEqual(
    [now.results[0].id, now.results[0].title, now.results[0].organizers],
    ['PAES_2016_S2_UE3', 'Physique', ['M. Dupont']],
  );
  const then = JSON.parse((await ask('GET', '/series/series.json?seriesId=PAES_2016_S2_UE3')).text);
  assert.deepEqual([then.totalCount, then.catalogs[0]['http://purl.org/dc/terms/'].title[0].value], ['1', 'Physique']);
  assert.equal((await ask('GET', '/series/count')).text, '1');
  assert.match((await ask('GET', '/series/PAES_2016_S2_UE3.xml')).text, /<dcterms:title>Physique</);
  assert.equal((await ask('DELETE', '/series/PAES_2016_S2_UE3')).status, 204);
  assert.equal((await ask('GET', '/series/PAES_2016_S2_UE3.json')).status, 404);
  assert.equal((await app.inject('/series/series.json')).statusCode, 401, 'not without an account');
});
