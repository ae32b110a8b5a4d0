/** Chapters: titles, each from a picture on until the next one begins. Pure. */
export interface Chapter {
  /** Key of the chapter while it is edited. */
  key: number;
  at: number;
  title: string;
}

/** Characters of a title; longer ones are cut when they are typed. */
export const MOST_TITLE_CHARS = 200;

const sorted = (chapters: readonly Chapter[]): Chapter[] => chapters.toSorted((one, other) => one.at - other.at);

/** A key that no item of a list has. */
export const nextKey = (all: readonly { key: number }[]): number => Math.max(0, ...all.map(({ key }) => key)) + 1;

/** The chapters with a new one; where one begins at this picture already, nothing changes. */
export const withChapter = (chapters: readonly Chapter[], at: number, title = ''): Chapter[] =>
  chapters.some((one) => one.at === at)
    ? [...chapters]
    : sorted([...chapters, { key: nextKey(chapters), at, title: title.slice(0, MOST_TITLE_CHARS) }]);

/** The chapters with another title or begin for one of them. A begin that another chapter has is refused: no change. */
export function changedChapter(chapters: readonly Chapter[], key: number, change: Partial<Chapter>): Chapter[] {
  if (change.at !== undefined && chapters.some((one) => one.key !== key && one.at === change.at)) return [...chapters];
  return sorted(chapters.map((one) => (one.key === key ? { ...one, ...change, key } : one)));
}

export const withoutChapter = (chapters: readonly Chapter[], key: number): Chapter[] =>
  chapters.filter((one) => one.key !== key);
