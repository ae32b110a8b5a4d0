import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferred, type Language } from '@amphi/lib/pages/typography.ts';
import { catalogue } from '@amphi/lib/sentences/catalogue.ts';
import { openKeys, inWords } from '@amphi/lib/sentences/sentence.ts';
import { imports } from '@amphi/lib/sentences/imports.ts';
import { ofServer } from '@amphi/lib/sentences/of-server.ts';

/** Themes; `auto`: as the machine is set. */
const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Language and theme in which a person reads the pages. */
export interface Reader {
  language: Language;
  theme: Theme;
}

const [LANGUAGE, THEME] = ['amphi-language', 'amphi-theme'];
/** Time in seconds for which a browser keeps a choice of language or theme. */
const KEPT_SECONDS = 365 * 86_400;

/** Language and theme: as they were chosen, else as the browser prefers. */
export function readerOf({ cookies, headers }: Pick<FastifyRequest, 'cookies' | 'headers'>): Reader {
  const wished = (headers['accept-language'] ?? '').slice(0, 200).split(',');
  return {
    language: languageNamed(cookies[LANGUAGE]) ?? preferred(wished.map((one) => one.trim())),
    theme: themeNamed(cookies[THEME]) ?? 'auto',
  };
}

export const otherLanguage = ({ language }: Reader): Language => (language === 'fr' ? 'en' : 'fr');
export const nextTheme = ({ theme }: Reader): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';

/** The language or theme that a text names; undefined: none. */
const languageNamed = (text: string | undefined): Language | undefined =>
  text === 'fr' || text === 'en' ? text : undefined;
const themeNamed = (text: string | undefined): Theme | undefined => THEMES.find((one) => one === text);

/** A reader after a choice of language or theme; an unknown value changes nothing. */
export const withChoice = (reader: Reader, language: string | undefined, theme: string | undefined): Reader => ({
  language: languageNamed(language) ?? reader.language,
  theme: themeNamed(theme) ?? reader.theme,
});

/** Keeps a choice of language or theme in a cookie; an unknown value changes nothing. */
export function keepChoice(reply: FastifyReply, language: string | undefined, theme: string | undefined): void {
  const kept = { path: '/', httpOnly: true, sameSite: 'strict', maxAge: KEPT_SECONDS } as const;
  const [chosen, colours] = [languageNamed(language), themeNamed(theme)];
  if (chosen) void reply.setCookie(LANGUAGE, chosen, kept);
  if (colours) void reply.setCookie(THEME, colours, kept);
}

/** Path of this server to go back to, also one with a token; any other text gives the first page. */
export const ownPath = (path: string | undefined): string =>
  path && /^\/(?![/\\])[\w/?=&%.-]{0,4000}$/.test(path) ? path : '/';

const sentences = { ...catalogue, ...ofServer, ...imports };
const keys = openKeys(sentences);

/** Text of a box or this server in the reader's language; as it is, if it has no translation. */
export function told(text: string, { language }: Reader): string {
  const said = language === 'en' ? undefined : keys.keyed(text);
  return (said && inWords(said, sentences, language)) ?? text;
}
