/** Thrown if something cannot be drawn as asked; the message says what and why, for the person who asked. */
export class OverlayError extends Error {
  readonly code: 'colour' | 'size' | 'file' | 'picture';

  constructor(code: OverlayError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OverlayError';
    this.code = code;
  }
}
