/**
 * Decodes `%41` in a text; a text in which that is not possible (`50%.mp4`, `Alg%E8bre`, `%zz`) stays as it is. Never
 * throws.
 */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
