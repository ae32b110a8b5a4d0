import { z } from 'zod';
import { shortText } from './parts.ts';

const field = shortText(127);
/** Keys are Extron's (SMP 351 M{k}RCDR). */
export const metadata = z.strictObject({
  title: field,
  presenter: field,
  series: field,
  course: field,
  contributor: field,
  coverage: field,
  description: shortText(1000),
  format: field,
  identifier: field,
  language: field,
  publisher: field,
  rights: field,
  source: field,
  subject: field,
  type: field,
});
export type Metadata = z.output<typeof metadata>;
