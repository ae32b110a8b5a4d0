import { BadRequest } from '../../../catalogue/bad-request.ts';

const FLAVOR = /^[\w+*.-]{1,100}\/[\w+*.-]{1,100}$/;

/** Reads a flavor such as `presenter/source`. Throws BadRequest. */
export function flavorIn(text: string | undefined): string {
  const flavor = text?.trim() ?? '';
  if (!FLAVOR.test(flavor))
    throw new BadRequest(`Could not parse flavor ${JSON.stringify(flavor)}: write it as presenter/source`);
  return flavor;
}

/** Tags in a text such as `engage,archive`. */
export const tagsIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);

/** Beginning of a part of a recording, in milliseconds after the start of the recording. Throws BadRequest. */
export function offsetIn(text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw new BadRequest(`startTime must be milliseconds from the start of the recording, not ${JSON.stringify(text)}`);
}
