/** Reads a form that a client sent, of either kind. */

export interface FormPart {
  name: string;
  filename?: string;
  bytes: Buffer;
}

export function formParts(type: string, body: Buffer): FormPart[] {
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return [...new URLSearchParams(body.toString())].map(([name, value]) => ({ name, bytes: Buffer.from(value) }));
  }
  const boundary = /boundary=([^;]+)/.exec(type)?.[1];
  if (boundary === undefined) return [];
  const mark = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), at + mark.length);
    if (next < 0) break;
    parts.push(partOf(body.subarray(at + mark.length + 2, next)));
    at = next + 2;
  }
  return parts;
}

function partOf(part: Buffer): FormPart {
  const end = part.indexOf('\r\n\r\n');
  const head = part.subarray(0, end).toString();
  const [name = '', filename] = [/[; ]name="([^"]*)"/.exec(head)?.[1], /filename="([^"]*)"/.exec(head)?.[1]];
  return { name, ...(filename === undefined ? {} : { filename }), bytes: part.subarray(end + 4) };
}
