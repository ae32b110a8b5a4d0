import type { Recording } from '#agent/device/recording.ts';

/** Names of chapters to which no person gave a name; they are written into the files. */
const WORDS = {
  fr: {
    resumed: 'Reprise',
    mark: (number: number) => `Repère ${number}`,
    part: (number: number) => `partie ${number}`,
  },
  en: { resumed: 'Resumed', mark: (number: number) => `Mark ${number}`, part: (number: number) => `part ${number}` },
} as const;

/** The names in the recording's language: the hall's when it began. */
export const chapterWords = ({ locale = 'en' }: Pick<Recording, 'locale'>) => WORDS[locale];
