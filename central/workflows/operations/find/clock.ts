/** A length or moment in words, such as 1:04:09. */
export function clock(ms: number): string {
  if (!Number.isFinite(ms)) return 'of unknown length';
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const seconds = Math.floor(ms / 1000) % 60;
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(seconds).padStart(2, '0')}`;
}
