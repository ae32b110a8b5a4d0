import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPasswordReader } from '#agent/control/accounts/password-reader.ts';
import { openTelnetOptions } from '#agent/control/telnet/telnet-options.ts';

const [IAC, DONT, DO, WONT, WILL, SB, SE] = [255, 254, 253, 252, 251, 250, 240];
const [BINARY, ECHO, SGA, TTYPE, NAWS] = [0, 1, 3, 24, 31];

/** Bytes given in two pieces, at every place where they can be cut. */
function inAllPieces(bytes: number[], see: (data: number[], answer: number[]) => void): void {
  for (let at = 0; at <= bytes.length; at++) {
    const options = openTelnetOptions();
    const parts = [bytes.slice(0, at), bytes.slice(at)].map((part) => options.receive(Uint8Array.from(part)));
    see(
      parts.flatMap(({ data }) => [...data]),
      parts.flatMap(({ answer }) => [...answer]),
    );
  }
}

describe('telnet options', () => {
  test('a bare socket sees no command', () => {
    const options = openTelnetOptions();
    const typed = Buffer.from('\u001bYRCDR\rQ é');
    assert.deepEqual(options.receive(typed), { data: typed, answer: Buffer.alloc(0) });
    assert.equal(options.isTelnet(), false);
  });

  test('agrees to binary, refuses the rest, once each, cut anywhere', () => {
    const said = [WILL, SGA, DO, SGA, WILL, TTYPE, DO, NAWS, DO, BINARY, WILL, BINARY].flatMap((b, at) =>
      at % 2 ? [b] : [IAC, b],
    );
    inAllPieces([81, ...said, ...said.slice(0, 3), 73], (data, answer) => {
      assert.deepEqual(data, [81, 73]);
      assert.deepEqual(
        answer,
        [DO, SGA, WONT, SGA, DONT, TTYPE, WONT, NAWS, WILL, BINARY, DO, BINARY].flatMap((b, at) =>
          at % 2 ? [b] : [IAC, b],
        ),
      );
    });
  });

  test('details are skipped, doubled IAC is a character, commands without options too', () => {
    const bytes = [1, IAC, SB, NAWS, 0, 80, IAC, IAC, 0, 24, IAC, SE, 2, IAC, IAC, 3, IAC, 241, 4, IAC, 244, 5];
    inAllPieces(bytes, (data, answer) => {
      assert.deepEqual(data, [1, 2, IAC, 3, 4, 5]);
      assert.deepEqual(answer, []);
    });
  });

  test('details without an end do not swallow the session', () => {
    const options = openTelnetOptions();
    options.receive(Uint8Array.from([IAC, SB, TTYPE]));
    options.receive(new Uint8Array(600));
    assert.equal(options.receive(Buffer.from('Q')).data.toString(), 'Q');
  });

  test('"are you there" is answered', () => {
    assert.match(
      openTelnetOptions()
        .receive(Uint8Array.from([IAC, 246]))
        .answer.toString(),
      /Yes/,
    );
  });

  test('echo: asked for, agreed to, taken back; a late answer crosses (RFC 1143)', () => {
    const options = openTelnetOptions();
    assert.deepEqual([...options.wantEcho(true)], [IAC, WILL, ECHO]);
    assert.deepEqual([...options.wantEcho(true)], []);
    // Taken back before the answer: it waits for the answer.
    assert.deepEqual([...options.wantEcho(false)], []);
    assert.deepEqual([...options.receive(Uint8Array.from([IAC, DO, ECHO])).answer], [IAC, WONT, ECHO]);
    assert.deepEqual([...options.receive(Uint8Array.from([IAC, DONT, ECHO])).answer], []);
    assert.deepEqual([...options.wantEcho(true)], [IAC, WILL, ECHO]);
    assert.deepEqual([...options.receive(Uint8Array.from([IAC, DO, ECHO])).answer], []);
    assert.deepEqual([...options.receive(Uint8Array.from([IAC, DO, ECHO])).answer], []);
  });

  test('echo that is asked for is not given', () => {
    assert.deepEqual([...openTelnetOptions().receive(Uint8Array.from([IAC, DO, ECHO])).answer], [IAC, WONT, ECHO]);
  });
});

describe('the password reader', () => {
  const all = (...chunks: string[]): string[] => {
    const reader = openPasswordReader();
    const found: string[] = [];
    for (const chunk of chunks) {
      for (let rest = Buffer.from(chunk); rest.length > 0;) {
        const taken = reader.take(rest);
        rest = Buffer.from(taken.rest);
        if (taken.password !== undefined) found.push(taken.password);
      }
    }
    return found;
  };
  test('takes every end that was seen in the wild, in one piece or cut anywhere', () => {
    const seen: [string, string[]][] = [
      ['\rpw\r', ['', 'pw']],
      ['pw\n', ['pw']],
      ['pw\n\r', ['pw']],
      ['pw\r\n', ['pw']],
      ['pw\r\0', ['pw']],
      ['pw\r\r', ['pw', '']],
      ['\r\n', ['']],
      ['a\r\nb\r\n', ['a', 'b']],
      ['pä\r', ['pä']],
      ['px\u007fw\r', ['pw']],
    ];
    for (const [typed, passwords] of seen) {
      assert.deepEqual(all(typed), passwords, JSON.stringify(typed));
      assert.deepEqual(all(...Array.from(typed)), passwords, JSON.stringify(typed));
    }
  });
  test('what follows is not touched', () => {
    const { password, rest } = openPasswordReader().take(Buffer.from('pw\r\u001bCK\r'));
    assert.deepEqual([password, rest.toString()], ['pw', '\u001bCK\r']);
  });
  test('ten megabytes without an end are no password and take no room', () => {
    const reader = openPasswordReader();
    for (let n = 0; n < 160; n++) assert.equal(reader.take(Buffer.alloc(65536, 97)).password, undefined);
    assert.ok((reader.take(Buffer.from('\r')).password?.length ?? 0) < 2000);
  });
});
