import type { ControlPort, SessionOptions } from '#agent/control/session/line-session.ts';

export interface FakePort extends ControlPort {
  sessions: SessionOptions[];
  ended: number;
  received: string;
  /** All answers. */
  answered: string;
}

/** Answers a few commands as a box does, in order, each when its last character is here. */
export function openFakePort({ most = 32, slowMs = 0 } = {}): FakePort {
  const port: FakePort = {
    sessions: [],
    ended: 0,
    received: '',
    answered: '',
    greeting: (via) =>
      `\r\n(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\n` +
      (via === 'serial' ? '' : 'Mon, 13 Jul 2026 08:16:21\r\n\r\n'),
    isFull: () => port.sessions.length - port.ended >= most,
    open(options) {
      if (port.isFull(options.via)) return { refused: 'E26' };
      port.sessions.push(options);
      let held = '';
      const answer = (command: string): void => {
        const echo = /^([01])ECHO$/i.exec(command);
        const idle = /^0\*(\d+)TC$/i.exec(command);
        if (echo) options.setEcho(echo[1] === '1');
        if (idle) options.setIdleMs(Number(idle[1]));
        if (command === 'BYE') return options.close();
        if (command === 'BUG') throw new Error('a bug');
        const flood = /^(\d+)FLOOD$/.exec(command);
        for (let line = 0; line < Number(flood?.[1] ?? 0); line++) options.write(`${'x'.repeat(1000)}\r\n`);
        const known: Record<string, string> = {
          q: '2.11',
          i: '<ChA1*ChB3>',
          yrcdr: '0',
          ck: options.access === 'admin' ? '12' : '11',
        };
        const reply = echo ? `Echo${echo[1]}` : idle ? `Pti0*${idle[1]}` : (known[command.toLowerCase()] ?? 'E10');
        port.answered += `${reply}\r\n`;
        options.write(`${reply}\r\n`);
      };
      const take = (text: string): void => {
        for (const char of text) {
          const isEscape = '\u001bWw'.includes(held.charAt(0)) && held !== '';
          if (!isEscape && '\r\n|\0 '.includes(char)) held = '';
          else if (!isEscape && 'qQiI'.includes(char)) answer(char);
          else if (isEscape && '\r\n|'.includes(char)) {
            const command = held.slice(1);
            held = '';
            answer(command);
          } else held += char;
        }
      };
      return {
        async receive(bytes) {
          port.received += bytes.toString();
          if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
          take(bytes.toString());
        },
        end: () => void (port.ended += 1),
      };
    },
  };
  return port;
}
