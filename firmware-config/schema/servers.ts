import { z } from 'zod';
import { path } from './parts.ts';

/** Servers that a box asks. */

export const webUrl = z
  .string()
  .max(1024)
  .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), 'must be a URL: https://name/path')
  .refine(
    (url) => !URL.canParse(url) || new URL(url).username === '',
    'has a user in it: put it into user and passwordFile',
  )
  .transform((url) => url.replace(/\/+$/, ''));
export const seconds = (least: number, most: number) => z.int().min(least).max(most);

/** How the box shows a server who it is, and the way there. */
export const login = {
  user: z.string().min(1).max(128).optional(),
  /** Its first line is the password; nobody but the box may read it (mode 0600). */
  passwordFile: path.optional(),
  /** PEM of the authority that signed the server's certificate. */
  caFile: path.optional(),
  proxy: webUrl.optional(),
};
