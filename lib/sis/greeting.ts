import type { LocalTime } from './dates.ts';
import { wireDate } from './dates.ts';
import type { Personality } from './personality.ts';

/**
 * The first line of a session: `(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01`. Clients count
 * its four commas (facts/smp351 1.2).
 */
export const copyrightLine = ({ identity }: Personality): string =>
  [
    `(c) Copyright ${identity.copyrightYears}`,
    identity.maker,
    identity.model,
    `V${identity.firmware}`,
    identity.partNumber,
  ].join(', ');

/** The greeting of a Telnet or SSH session, byte for byte. Serial lines get `serialBanner`. */
export const banner = (personality: Personality, now: LocalTime): string =>
  `\r\n${copyrightLine(personality)}\r\n${wireDate(now)}\r\n\r\n`;

/** The greeting of a serial line; it has no date (facts/smp351 1.2). */
export const serialBanner = (personality: Personality): string => `\r\n${copyrightLine(personality)}\r\n`;

/** The prompt after the greeting, if there is a password. No line end follows. */
export const passwordPrompt = 'Password:';
/** The prompt after a wrong password. */
export const passwordAgain = '\r\nPassword:';

/** The line after the right password; it names the account. */
export const loginLine = (access: 'user' | 'admin'): string =>
  `\r\nLogin ${access === 'admin' ? 'Administrator' : 'User'}\r\n`;
