import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { addressFromHere, reachableAddresses } from '#lib/runtime/own-addresses.ts';

test('a box that listens everywhere is told by addresses that others can type, one that does not by its own', () => {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const others = all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
  assert.deepEqual(reachableAddresses('0.0.0.0'), others.length > 0 ? others : ['127.0.0.1']);
  assert.deepEqual(reachableAddresses('10.1.2.3'), ['10.1.2.3']);
  assert.deepEqual(reachableAddresses('fe80::1'), ['[fe80::1]']);
});

test('what listens everywhere is reached from here by loopback', () => {
  assert.deepEqual(['0.0.0.0', '::', '10.1.2.3'].map(addressFromHere), ['127.0.0.1', '::1', '10.1.2.3']);
});
