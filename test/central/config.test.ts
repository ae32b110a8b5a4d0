import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { centralCommand, configOf } from '#central/command.ts';
import { ConfigError, parseConfig } from '#central/config.ts';

describe('the configuration', () => {
  test('has a default for everything', () => {
    const { data, ...rest } = parseConfig({});
    assert.match(data, /^\/.*amphi-central$/);
    assert.deepEqual(rest, {
      listen: '0.0.0.0',
      port: 8080,
      ffmpeg: {},
      roles: ['web', 'worker'],
      heavyAtOnce: 1,
      streamFormats: ['hls', 'dash'],
      trustedProxies: [],
      fetchFrom: [],
      copyFolders: [],
      searchShape: '16',
      corsOrigins: [],
      keepDeletedDays: 30,
      offlineAfterSeconds: 120,
      workflow: 'schedule-and-upload',
      minFreeMB: 500,
    });
  });

  test('of signed tokens is whole, or none', () => {
    assert.throws(() => parseConfig({ jwtIssuer: 'lms' }), /jwtIssuer: .*without jwtKeys/);
    assert.throws(() => parseConfig({ jwtAudience: 'amphi' }), /jwtAudience: .*without jwtKeys/);
    assert.equal(parseConfig({ jwtKeys: '/keys.json', jwtIssuer: 'lms' }).jwtIssuer, 'lms');
  });

  test('tells all mistakes at once, each with its place', () => {
    const wrong = {
      listen: 'everywhere',
      port: 70_000,
      url: 'ftp://x',
      data: 'here',
      databaseUrl: 'mysql://x',
      offlineAfterSeconds: 0,
      minFreeMB: -1,
      colour: 'red',
    };
    assert.throws(
      () => parseConfig(wrong),
      (error) => {
        assert.ok(error instanceof ConfigError);
        for (const key of ['listen', 'port', 'url', 'data', 'databaseUrl', 'offlineAfterSeconds', 'minFreeMB'])
          assert.match(error.message, new RegExp(`^  ${key}: `, 'm'), key);
        assert.match(error.message, /colour/);
        return true;
      },
    );
  });

  test('takes the slash from the end of its URL', () => {
    assert.equal(parseConfig({ url: 'https://capture.example.org//' }).url, 'https://capture.example.org');
  });
});

describe('flags and the environment', () => {
  test('name the mail server part by part', () => {
    const env = { AMPHI_CENTRAL_SMTP_FROM: 'a@example.org', AMPHI_CENTRAL_SMTP_PORT: '25' };
    assert.deepEqual(configOf({ smtpHost: 'mail.example.org', port: '80' }, env).smtp, {
      host: 'mail.example.org',
      port: 25,
      security: 'starttls',
      from: 'a@example.org',
    });
    assert.throws(() => configOf({ smtpHost: 'mail.example.org' }, {}), /smtp\.from: /);
    assert.equal(configOf({}, {}).smtp, undefined);
  });

  test('flags go first, then the environment, then the default; what is empty is not said', () => {
    const env = { AMPHI_CENTRAL_PORT: '9000', AMPHI_CENTRAL_LISTEN: '127.0.0.1', AMPHI_CENTRAL_WORKFLOW: '' };
    const config = configOf({ port: '9001' }, env);
    assert.deepEqual([config.port, config.listen, config.workflow], [9001, '127.0.0.1', 'schedule-and-upload']);
  });

  test('folders may be relative, numbers are numbers, proxies stand with commas', () => {
    const config = configOf(
      { data: 'here', offlineAfter: '2.5', minFree: '10', trustProxy: '10.0.0.1, 10.0.0.2' },
      { AMPHI_CENTRAL_MEDIA: '/nas', DATABASE_URL: 'postgres://me@host/amphi' },
    );
    assert.deepEqual(
      [config.data, config.media, config.offlineAfterSeconds, config.minFreeMB, config.trustedProxies],
      [resolve('here'), '/nas', 2.5, 10, ['10.0.0.1', '10.0.0.2']],
    );
    assert.equal(config.databaseUrl, 'postgres://me@host/amphi');
  });

  test('what is no number is a mistake of the configuration', () => {
    assert.throws(() => configOf({ port: 'many' }, {}), /port: /);
  });

  test('each flag is in the help, with its variable', () => {
    const help = centralCommand().helpInformation();
    for (const variable of ['PORT', 'LISTEN', 'URL', 'DATA', 'MEDIA', 'OFFLINE_AFTER', 'MIN_FREE', 'WORKFLOW'])
      assert.match(help, new RegExp(`AMPHI_CENTRAL_${variable}\\b`), variable);
    assert.match(help, /DATABASE_URL/);
  });
});
