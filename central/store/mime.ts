const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    mp4: 'video/mp4',
    m4v: 'video/mp4',
    mov: 'video/quicktime',
    mkv: 'video/x-matroska',
    webm: 'video/webm',
    ts: 'video/mp2t',
    avi: 'video/x-msvideo',
    mpg: 'video/mpeg',
    m4a: 'audio/mp4',
    mp3: 'audio/mpeg',
    aac: 'audio/aac',
    wav: 'audio/wav',
    ogg: 'audio/ogg',
    xml: 'text/xml',
    json: 'application/json',
    smil: 'application/smil+xml',
    vtt: 'text/vtt',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    txt: 'text/plain',
    pdf: 'application/pdf',
    zip: 'application/zip',
  }),
);

/**
 * The media type of a file: by its name, since agents send all files as `application/octet-stream`; else as it was
 * sent.
 */
export function mimeTypeOf(fileName: string, sent = 'application/octet-stream'): string {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return TYPES.get(extension) ?? sent;
}
