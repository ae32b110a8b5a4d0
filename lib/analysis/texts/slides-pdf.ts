import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Size } from '#lib/media/geometry.ts';
import { recordingTime } from '../recording-time.ts';
import type { Asked } from '../asked.ts';
import { writeBeside } from '#lib/runtime/disk/write-beside.ts';
import type { ReadLine } from './tsv.ts';

/** A page: the picture of a slide, its text, and when it was shown. */
export interface SlidePage {
  /** JPEG or PNG. */
  picture: Buffer | string;
  /** Size of the picture, in whose pixels the lines have their boxes. */
  size: Size;
  lines: readonly ReadLine[];
  title?: string | undefined;
  fromMs: number;
}

/** What a document says about itself. */
export interface SlidesPdfAsked extends Asked {
  title: string;
  author?: string;
  /** Language of the texts, as in BCP 47. */
  language: string;
  /** Address at which the recording plays from that time on; without it pages have no link. */
  linkOf?: (fromMs: number) => string;
}

/** Width of a page, in points; the height follows from the picture. */
const PAGE_WIDTH = 842;
/** Height of the strip below the picture with the time. */
const STRIP = 24;
/** Characters of a line; the rest of a longer one is left out. */
const LONGEST_LINE = 1000;

/**
 * Writes slides as a PDF: a page each, with the picture, its text invisibly at the place where it is seen, and a link to the
 * second at which the slide was shown. Pages are written one by one. Rejects if a picture cannot be read.
 */
export async function writeSlidesPdf(
  to: string,
  pages: AsyncIterable<SlidePage> | Iterable<SlidePage>,
  asked: SlidesPdfAsked,
): Promise<void> {
  const { title, author, language, signal } = asked;
  // It takes a third of a second to load: no server waits for it at its start.
  const { default: Pdf } = await import('pdfkit');
  await writeBeside(to, async (temporary) => {
    const pdf = new Pdf({
      autoFirstPage: false,
      pdfVersion: '1.7',
      lang: language,
      displayTitle: true,
      info: { Title: title, ...(author ? { Author: author } : {}), Creator: 'Amphi' },
    });
    const written = pipeline(pdf, createWriteStream(temporary), { signal });
    const add = async (): Promise<void> => {
      pdf.registerFont('text', FONT);
      for await (const page of pages) addPage(pdf, page, asked);
      pdf.end();
    };
    await Promise.all([written, add().catch((error: unknown) => pdf.destroy(error as Error))]);
  });
}

const FONT = join(
  dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
  'ttf',
  'DejaVuSans.ttf',
);

function addPage(pdf: PDFKit.PDFDocument, page: SlidePage, { linkOf }: SlidesPdfAsked): void {
  const scale = PAGE_WIDTH / page.size.widthPx;
  const height = page.size.heightPx * scale;
  pdf.addPage({ size: [PAGE_WIDTH, height + STRIP], margin: 0 });
  pdf.image(page.picture, 0, 0, { width: PAGE_WIDTH, height });
  addText(pdf, page.lines, scale);
  const at = recordingTime(page.fromMs);
  pdf.font('text').fontSize(11).fillColor('#14305c');
  pdf.text(at, 0, height + 7, { width: PAGE_WIDTH - 12, align: 'right', lineBreak: false });
  if (linkOf) pdf.link(0, 0, PAGE_WIDTH, height + STRIP, linkOf(page.fromMs));
  pdf.outline.addItem(page.title ? `${at}  ${page.title}` : at);
}

/** Text in rendering mode 3 (ISO 32000 9.3.6): it is found and copied, and not seen. */
function addText(pdf: PDFKit.PDFDocument, lines: readonly ReadLine[], scale: number): void {
  pdf.save();
  pdf.addContent('3 Tr');
  for (const { text, box } of lines) {
    const line = text.slice(0, LONGEST_LINE).toWellFormed();
    const size = Math.max(1, box.height * scale);
    pdf.font('text').fontSize(size);
    const width = pdf.widthOfString(line);
    const horizontalScaling = width > 0 ? Math.min(1000, (100 * box.width * scale) / width) : 100;
    const options = { lineBreak: false, horizontalScaling };
    pdf.text(line, box.x * scale, box.y * scale, options);
  }
  pdf.restore();
}
