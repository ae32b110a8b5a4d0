import type { LecternView } from '../../lectern/shown.ts';
import { texts } from './lectern-texts.ts';

export interface Trouble {
  text: string;
  /** Whether a technician has to come, or the recording suffers. */
  grave: boolean;
}

/** The troubles that a teacher is told, in words, each once, the gravest first. Pure. */
export function troublesOf({ troubles, sound }: Pick<LecternView, 'troubles' | 'sound'>): Trouble[] {
  const found = new Map<string, boolean>();
  for (const { name, about, level } of troubles) {
    const text = textOf(name, about);
    if (text) found.set(text, (found.get(text) ?? false) || level === 'critical' || level === 'emergency');
  }
  if (sound.muted) found.set(texts.muted, false);
  return [...found].map(([text, grave]) => ({ text, grave })).toSorted((a, b) => Number(b.grave) - Number(a.grave));
}

function textOf(name: string, about: string): string | undefined {
  switch (name) {
    case 'video_loss':
      return about === 'B' ? texts.noCamera : texts.noSlides;
    case 'audio_loss':
      return texts.noSound;
    case 'disk_space':
      return texts.diskLow;
    case 'disk_error':
      return texts.diskTrouble;
    case 'record_halt':
      return texts.halted;
    case 'encoder':
      return texts.encoder;
    case 'sched_server':
      return texts.schedulerAway;
    default:
      return undefined;
  }
}
