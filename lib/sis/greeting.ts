import type { LocalTime } from './dates.ts';
import { wireDate } from './dates.ts';
import type { Personality } from './personality.ts';

/** `(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01`: four commas, which clients count (facts/smp351 1.2). */
export const copyrightLine = ({ identity }: Personality): string =>
  [
    `(c) Copyright ${identity.copyrightYears}`,
    identity.maker,
    identity.model,
    `V${identity.firmware}`,
    identity.partNumber,
  ].join(', ');

/** What a Telnet or SSH session begins with, byte for byte; serial lines begin with `serialBanner`. */
export const banner = (personality: Personality, now: LocalTime): string =>
  `\r\n${copyrightLine(personality)}\r\n${wireDate(now)}\r\n\r\n`;

/** A serial line has no date (facts/smp351 1.2). */
export const serialBanner = (personality: Personality): string => `\r\n${copyrightLine(personality)}\r\n`;

/** After the banner, when there is a password; not ended by a line end. */
export const passwordPrompt = 'Password:';
/** After a wrong one. */
export const passwordAgain = '\r\nPassword:';

/** After the right one. */
export const loginLine = (access: 'user' | 'admin'): string =>
  `\r\nLogin ${access === 'admin' ? 'Administrator' : 'User'}\r\n`;
