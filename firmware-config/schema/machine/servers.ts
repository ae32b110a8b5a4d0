import { z } from 'zod';
import { key } from '../key.ts';
import { path } from '../parts.ts';
import { ABSOLUTE_PATH, URL_1024 } from '../phrases.ts';

/** Servers that a box uses. */

function feedAddress(text: string): string {
  return text.trim().replace(/^webcals?:/i, 'https:');
}

/** URL of a web server. */
export const webUrl = z
  .string()
  .max(1024)
  .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), 'must be a URL: https://name/path')
  .refine(
    (url) => !URL.canParse(url) || new URL(url).username === '',
    'has a user in it: put it into user and passwordFile',
  )
  .transform((url) => url.replace(/\/+$/, ''));
/**
 * Address of a calendar feed, as other programs give it: blanks around it are ignored, and `webcal` means HTTPS.
 * Otherwise it is used unchanged.
 */
export const feedUrl = z
  .string()
  .max(1024)
  .refine(
    (text) => /^https?:\/\//i.test(feedAddress(text)) && URL.canParse(feedAddress(text)),
    'must be a URL: https://name/path or webcal://name/path',
  )
  .refine(
    (text) => !URL.canParse(feedAddress(text)) || new URL(feedAddress(text)).username === '',
    'has a user in it: put it into user and passwordFile',
  )
  .transform(feedAddress);
/** A number of seconds within limits. */
export const seconds = (least: number, most: number) => z.int().min(least).max(most);

interface LoginWords {
  user: { en: string; standard: string };
  passwordFile: string;
  proxy: string;
}

/** Login at a server, and the proxy on the way to it. */
export const loginWith = ({ user, passwordFile, proxy }: LoginWords) => ({
  user: key(z.string().min(1).max(128).optional(), user),
  passwordFile: key(path.optional(), {
    label: { en: 'Password file', fr: 'Fichier du mot de passe' },
    en: 'file whose first line is the password; nobody else may read it (0600)',
    fr: 'sa première ligne est le mot de passe ; lisible par personne d’autre (0600)',
    form: ABSOLUTE_PATH,
    standard: passwordFile,
  }),
  caFile: key(path.optional(), {
    label: { en: 'Authority file', fr: 'Fichier de l’autorité' },
    en: 'PEM file of the authority that signed the certificate of the server',
    fr: 'PEM de l’autorité qui a signé le certificat du serveur',
    form: ABSOLUTE_PATH,
    standard: 'those the machine trusts',
  }),
  proxy: key(webUrl.optional(), { en: proxy, form: URL_1024, standard: 'none' }),
});
