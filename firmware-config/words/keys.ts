import { inEnglish, type KeyWords } from '../schema/key.ts';
import { configLeaves, type Leaf } from './leaves.ts';

/** The meaning of a key of the configuration, in English words. */
export interface KeyRow {
  /** The key; `*` stands for a number or a name. */
  key: string;
  what: string;
  unit?: string;
  form?: string;
  standard?: string;
  /** Rows of the control protocol that set it. */
  sis?: readonly string[];
}

function rowOf({ key, words }: Leaf): KeyRow[] {
  if (!words) return [];
  const { en, fr: _, label: __, values: ___, help: ____, unit, form, ...others } = words;
  return [
    {
      key: key.replaceAll(/\.N(?=\.|$)/g, '.*'),
      what: en,
      ...(unit && { unit: inEnglish(unit) }),
      ...(form && { form: inEnglish(form) }),
      ...others,
    },
  ];
}

/** All keys of the configuration, in the order of the schema. */
export const keyRows: readonly KeyRow[] = configLeaves.flatMap(rowOf);

const patterns = configLeaves.map((leaf) => ({ words: leaf.words, pattern: patternOf(leaf.key) }));

function patternOf(key: string): RegExp {
  const source = key.replaceAll(/[.[\]]/g, String.raw`\$&`).replaceAll(/\bN\b/g, String.raw`[\w[\]-]+`);
  return new RegExp(`^${source}$`);
}

/** The words of a key such as `device.inputs.1.name` or `device.inputs.N.name`. */
export const wordsOf = (key: string): KeyWords | undefined => patterns.find(({ pattern }) => pattern.test(key))?.words;

/** Whether a file may contain a key: a value, or a group that has values. */
export function isKeyOfFile(key: string): boolean {
  const steps = key.split('.');
  return configLeaves.some((leaf) => {
    const parts = leaf.key.split(/\.|(?=\[\])/);
    return steps.length <= parts.length && steps.every((step, index) => parts[index] === step || parts[index] === 'N');
  });
}

/** Rows of the control protocol that save or name an item kept under a number. */
function presetRowsOf(key: string): readonly string[] | undefined {
  const family = key.startsWith('device.layouts.') ? 'layout' : /\.presets\.(\w+)\./.exec(key)?.[1];
  if (family === undefined || family === 'profile') return family === undefined ? undefined : [];
  const isName = /\.names\.[^.]+$|^device\.(?:layouts|sis\.presets\.\w+)\.[^.]+\.name$/.test(key);
  return [`preset.${family}.${isName ? 'name' : 'save'}`];
}

/** Ids of the rows of the control protocol that set a key. */
export const sisRowsOf = (key: string): readonly string[] => presetRowsOf(key) ?? wordsOf(key)?.sis ?? [];
