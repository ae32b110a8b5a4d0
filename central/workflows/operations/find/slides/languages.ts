/** Names of languages in descriptions, and what text recognition (ISO 639-2/T) and documents (BCP 47) call them. */
const NAMES: readonly (readonly [bcp: string, recognised: string, others: readonly string[]])[] = [
  ['fr', 'fra', ['fre', 'français', 'francais', 'french']],
  ['en', 'eng', ['english', 'anglais']],
  ['de', 'deu', ['ger', 'deutsch', 'german', 'allemand']],
  ['es', 'spa', ['español', 'spanish', 'espagnol']],
  ['it', 'ita', ['italiano', 'italian', 'italien']],
  ['pt', 'por', ['português', 'portuguese', 'portugais']],
  ['nl', 'nld', ['dut', 'nederlands', 'dutch', 'néerlandais']],
  ['ca', 'cat', ['català', 'catalan']],
];
/** Languages of the faculty, for descriptions that name none. */
const DEFAULT = NAMES[0]!;

/** A language of a description. */
export interface Language {
  /** As documents and captions name it: `fr`. */
  bcp: string;
  /** As text recognition names it, with what may stand beside it: `fra`, `eng`. */
  recognised: readonly string[];
}

/** The language that a description names in any way (`fr`, `fre`, `fr-FR`, `French`); French where it names none that is known. */
export function languageOf(named: string | undefined): Language {
  const [name = ''] = (named ?? '').trim().toLowerCase().split(/[-_ ]/);
  const found = NAMES.find(([bcp, recognised, others]) => bcp === name || recognised === name || others.includes(name));
  const [bcp, recognised] = found ?? DEFAULT;
  return { bcp, recognised: [...new Set([recognised, 'eng', 'fra'])].slice(0, recognised === 'fra' ? 2 : 3) };
}
