/** A text with its `%41` decoded; where that makes no sense (`50%.mp4`, `Alg%E8bre`, `%zz`) it stays as it is. Never throws. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
