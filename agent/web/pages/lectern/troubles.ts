import type { LecternView } from '../../lectern/shown.ts';
import { said } from './said.ts';

export interface Trouble {
  text: string;
  /** A technician has to come, or the recording suffers. */
  grave: boolean;
}

/** What a teacher is told of: in words, each once, the gravest first. Pure. */
export function troublesOf({ troubles, sound }: Pick<LecternView, 'troubles' | 'sound'>): Trouble[] {
  const found = new Map<string, boolean>();
  for (const { name, about, level } of troubles) {
    const text = textOf(name, about);
    if (text) found.set(text, (found.get(text) ?? false) || level === 'critical' || level === 'emergency');
  }
  if (sound.muted) found.set(said.muted, false);
  return [...found].map(([text, grave]) => ({ text, grave })).toSorted((a, b) => Number(b.grave) - Number(a.grave));
}

function textOf(name: string, about: string): string | undefined {
  switch (name) {
    case 'video_loss':
      return about === 'B' ? said.noCamera : said.noSlides;
    case 'audio_loss':
      return said.noSound;
    case 'disk_space':
      return said.diskLow;
    case 'disk_error':
      return said.diskTrouble;
    case 'record_halt':
      return said.halted;
    case 'encoder':
      return said.encoder;
    case 'sched_server':
      return said.schedulerAway;
    default:
      return undefined;
  }
}
