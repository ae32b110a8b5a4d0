// In a process of its own: it runs a mail server.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { sendEmail } from '#central/workflows/operations/control/send-email.ts';
import { openMailer } from '#central/workflows/operations/control/mail/mailer.ts';
import { smtpSettings } from '#central/workflows/operations/control/mail/smtp-settings.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import { startWorker } from '#central/workflows/run/worker.ts';
import { json } from '#central/store/tables.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { freePort } from '#test/support/free-port.ts';
import { startMailServer, type KeptMail, type MailServer } from '#test/support/mail-server.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openRunRig, planned } from '../../run/run-rig.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

const TITLE = 'Anatomie\r\nBcc: thief@example.org\r\n\r\n<b>é</b> "x"';

let opened: TestDatabase;
let rig: OperationRig;
let server: MailServer | { why: string };
let folder: string;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  folder = await mkdtemp(join(tmpdir(), 'amphi-mail-'));
  await writeFile(join(folder, 'password'), 'let me in\n');
  await writeFile(join(folder, 'ready'), 'Bonjour,\n${mediaPackage.title} is ready.\n.\nFrom here on it goes on.');
  server = await startMailServer();
  const terms = json([{ namespace: 'http://purl.org/dc/terms/', name: 'publisher', value: 'Zoé <zoe@example.org>' }]);
  await opened.database.insertInto('events').values({ id: 'lecture-1', title: TITLE, terms }).execute();
});
after(async () => {
  if ('stop' in server) await server.stop();
  await rig.close();
  await opened.close();
  await rm(folder, { recursive: true });
});

/** The mail server; without one the test says why and is left out. */
function running(t: TestContext): MailServer | undefined {
  if ('port' in server) return server;
  t.skip(server.why);
  return undefined;
}

const mailerAt = (port: number, more: object = {}) =>
  openMailer(
    smtpSettings.parse({ host: '127.0.0.1', port, security: 'none', from: 'Amphi <amphi@example.org>', ...more }),
  );

async function sent(port: number, keys: Record<string, string>, more: object = {}): Promise<string[]> {
  const operation = sendEmail({ ...rig.needs, mailer: mailerAt(port, { templates: folder, ...more }) });
  const { lines } = await rig.run(operation, keys, [], { variables: { address: 'anna@example.org' } });
  return lines;
}

const keptBy = async (mail: MailServer, subject: RegExp): Promise<KeptMail> => {
  let found: KeptMail | undefined;
  await until(`the mail ${subject.source} is there`, async () => {
    found = (await mail.mails()).find(({ header }) => header.some((line) => subject.test(line)));
    return found !== undefined;
  });
  return found!;
};
const headerOf = ({ header }: KeptMail, name: string): string | undefined =>
  header.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))?.slice(name.length + 2);

test('a mail arrives at a real server, with its copies, texts and values', async (t) => {
  const mail = running(t);
  if (!mail) return;
  const lines = await sent(
    mail.port,
    {
      to: "${workflowConfig['address']}, ${catalogs['dublincore/episode']['publisher']}",
      cc: 'copy@example.org',
      bcc: 'hidden@example.org',
      subject: 'First: ${workflow.id}',
      'body-template-file': 'ready',
      'body-html': '<p>${mediaPackage.title}</p>',
    },
    { user: 'amphi', passwordFile: join(folder, 'password') },
  );
  assert.deepEqual(lines, ['sent to 4 addresses']);
  const kept = await keptBy(mail, /^Subject: First: 1$/);
  assert.deepEqual(kept.to.toSorted(), [
    'anna@example.org',
    'copy@example.org',
    'hidden@example.org',
    'zoe@example.org',
  ]);
  assert.equal(headerOf(kept, 'From'), 'Amphi <amphi@example.org>');
  assert.match(headerOf(kept, 'To') ?? '', /^anna@example\.org, =\?UTF-8\?.*<zoe@example\.org>$/i);
  assert.match(headerOf(kept, 'Message-ID') ?? '', /^<workflow-1-\d+@example\.org>$/);
  assert.equal(headerOf(kept, 'Bcc'), undefined);
  assert.match(kept.body, /From here on it goes on\./);
  assert.match(kept.body, /&lt;b&gt;/);
});

test('a title with line ends makes no header, no other recipient and no other body', async (t) => {
  const mail = running(t);
  if (!mail) return;
  await sent(mail.port, { to: 'one@example.org', subject: 'Second ${mediaPackage.title}' });
  const kept = await keptBy(mail, /^Subject: .*Second/);
  assert.deepEqual(kept.to, ['one@example.org']);
  assert.equal(headerOf(kept, 'Bcc'), undefined);
  assert.equal(headerOf(kept, 'To'), 'one@example.org');
  assert.equal(kept.header.filter((line) => line.includes('thief') && !line.startsWith('Subject: ')).length, 0);
  assert.match(kept.body, /\(lecture-1\)/, 'without a body the mail says title and id');
});

test('what cannot be sent fails in words', async (t) => {
  const fails = (asked: Promise<unknown>, why: RegExp) =>
    assert.rejects(asked, (error) => {
      assert.ok(error instanceof OperationFailed, String(error));
      assert.match(error.message, why);
      return true;
    });
  const keys = { to: 'one@example.org', subject: 'x' };
  const nobody = await freePort();
  await fails(sent(nobody, keys), new RegExp(`127\\.0\\.0\\.1:${nobody} did not take the mail: .*ECONNREFUSED`));
  await fails(rig.run(sendEmail(rig.needs), keys), /the setting smtp names no mail server/);
  await fails(
    sent(nobody, { ...keys, to: 'm.dupont' }),
    /to: "m\.dupont" is no e-mail address; anna@example\.org is one/,
  );
  await fails(sent(nobody, { ...keys, to: "${mediaPackage.seriesTitle!''}" }), /the key to is missing/);
  await fails(
    sent(nobody, { ...keys, to: Array.from({ length: 201 }, (_, n) => `a${n}@b`).join(',') }),
    /200 addresses at most/,
  );
  await fails(sent(nobody, { ...keys, 'body-template-file': '../password' }), /there is no template "\.\.\/password"/);
  const unreadable = { user: 'amphi', passwordFile: join(folder, 'none') };
  await fails(sent(nobody, keys, unreadable), /the password of the mail server cannot be read: ENOENT/);
  assert.deepEqual(await sent(nobody, { ...keys, to: 'm.dupont', 'skip-invalid-address': 'true' }), [
    'to: "m.dupont" is no e-mail address; anna@example.org is one: left out',
  ]);
  const mail = running(t);
  if (!mail) return;
  await writeFile(join(folder, 'wrong'), 'guess');
  await fails(
    sent(mail.port, keys, { user: 'amphi', passwordFile: join(folder, 'wrong') }),
    /did not take the mail: .*(535|authentication)/i,
  );
  await fails(sent(mail.port, keys, { security: 'starttls' }), /did not take the mail: .*STARTTLS/i);
  await fails(
    sent(mail.port, { ...keys, to: 'nobody@example.org' }),
    /did not take the mail: .*there is no such person/,
  );
  const some = await sent(mail.port, { ...keys, to: 'nobody@example.org,two@example.org', subject: 'Third' });
  assert.deepEqual(some, ['the server refused nobody@example.org', 'sent to 1 addresses']);
  assert.deepEqual((await keptBy(mail, /^Subject: Third$/)).to, ['two@example.org']);
});

test('a mail that nobody takes is sent again by the strategy of its operation', async (t) => {
  const mail = running(t);
  if (!mail) return;
  const run = await openRunRig(opened.database, opened.connection);
  t.after(() => run.close());
  let connections = 0;
  // The server is away for the first attempt.
  const away = createServer((socket) => {
    connections += 1;
    socket.end('421 away for a moment\r\n');
    if (connections === 1) away.close();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => away.listen(port, '127.0.0.1', resolve));
  const mailers = [mailerAt(port), mailerAt(mail.port)];
  const send = sendEmail({
    ...rig.needs,
    mailer: { ...mailers[1]!, send: (one) => (mailers.shift() ?? mailerAt(mail.port)).send(one) },
  });
  const catalogue = openCatalogue();
  t.after(
    await startWorker({
      ...run,
      database: opened.database,
      catalogue,
      store: rig.store,
      ffprobe: 'ffprobe',
      log: silentLog,
      atOnce: { light: 1 },
      operationOf: () => send,
    }),
  );
  const keys = { to: 'three@example.org', subject: 'Fourth' };
  const operation = planned('email', [], {
    configuration: new Map(Object.entries(keys)),
    maxAttempts: 3,
    retryStrategy: 'retry',
  });
  const id = await run.begin([operation]);
  assert.equal(await run.over(id), 'succeeded');
  const [row] = await run.rows(id);
  assert.equal(row?.attempts, 2);
  assert.match(
    (await run.lines(id)).join('\n'),
    /did not take the mail: .*421 away for a moment[\s\S]*sent to 1 addresses/,
  );
  assert.deepEqual((await keptBy(mail, /^Subject: Fourth$/)).to, ['three@example.org']);
});
