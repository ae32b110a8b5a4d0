import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import * as xlsx from '@e965/xlsx';
import { UnreadableFile } from '#lib/tables/text.ts';
import { isWorkbook, readWorkbook } from '#lib/tables/workbook.ts';

const day = (serial: number, format: string): xlsx.CellObject => ({ t: 'n', v: serial, z: format });

function workbookOf(bookType: xlsx.BookType): Buffer {
  const sheet = xlsx.utils.aoa_to_sheet([
    ['Semestre 1'],
    ['Titre', 'Salle', 'Date', 'Début', 'Fin'],
    ['Chimie', 'Amphi_D', day(46_643, 'dd/mm/yyyy'), day(8.5 / 24, 'hh:mm'), day(10.5 / 24, 'hh:mm')],
    ['Physique', null, day(46_644 + 8.5 / 24, 'm/d/yy h:mm'), 'x', day(2 / 24, '[h]:mm')],
  ]);
  sheet['!merges'] = [{ s: { r: 2, c: 1 }, e: { r: 3, c: 1 } }];
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, sheet, 'S1');
  return xlsx.write(book, { type: 'buffer', bookType }) as Buffer;
}

test('workbooks of Excel and LibreOffice: days and clocks, whatever they are shown as; merged cells in each row', async () => {
  for (const bookType of ['xlsx', 'ods', 'biff8'] as const) {
    const bytes = workbookOf(bookType);
    assert.ok(isWorkbook(bytes), bookType);
    const [sheet] = await readWorkbook(bytes);
    assert.equal(sheet?.name, 'S1');
    assert.deepEqual(
      sheet?.rows.slice(1),
      [
        ['Titre', 'Salle', 'Date', 'Début', 'Fin'],
        ['Chimie', 'Amphi_D', '2027-09-13', '08:30:00', '10:30:00'],
        ['Physique', 'Amphi_D', '2027-09-14 08:30:00', 'x', '02:00:00'],
      ],
      bookType,
    );
  }
});

/** A ZIP with one file. */
function zipOf(name: string, content: Uint8Array): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(100, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(100, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

test('what is no workbook, is damaged, or would be far too large is refused in words', async () => {
  const bomb = zipOf('content.xml', Buffer.alloc(200 * 1024 * 1024));
  const whole = workbookOf('xlsx');
  const cases: [Uint8Array, RegExp][] = [
    [bomb, /larger than 100 MB/],
    [whole.subarray(0, whole.length / 2), /cut off or damaged/],
    [zipOf('hello.txt', Buffer.from('hello')), /cannot be read/],
    [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Buffer.alloc(3000, 7)]), /cannot be read/],
  ];
  for (const [bytes, words] of cases) {
    await assert.rejects(
      readWorkbook(bytes),
      (error: Error) => error instanceof UnreadableFile && words.test(error.message),
    );
  }
});
