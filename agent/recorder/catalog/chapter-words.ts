import type { Recording } from '#agent/device/recording.ts';

/** What the box calls chapters that nobody named; they stand in the files. */
const WORDS = {
  fr: {
    resumed: 'Reprise',
    mark: (number: number) => `Repère ${number}`,
    part: (number: number) => `partie ${number}`,
  },
  en: { resumed: 'Resumed', mark: (number: number) => `Mark ${number}`, part: (number: number) => `part ${number}` },
} as const;

/** The words in the language of the hall when the recording began. */
export const chapterWords = ({ locale = 'en' }: Pick<Recording, 'locale'>) => WORDS[locale];
