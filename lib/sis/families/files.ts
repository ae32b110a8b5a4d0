import { counter, text } from '../codecs.ts';
import { fileLines } from '../records.ts';
import { asking, command, documented, guess, sure } from '../table.ts';

const path = text({
  max: 1024,
  min: 0,
  samples: ['recordings', 'nortxe-backup', '/overlays'],
  describe: 'a folder; none for the root',
});

/** The files of the device (facts/smp351 2.9). */
export const files = [
  command({
    id: 'files.folder',
    summary: 'Folder this session works in; `ESC /CJ` the root, `ESC ..CJ` one up',
    set: 'ESC {path}/CJ',
    up: 'ESC ..CJ',
    query: 'ESC CJ',
    bare: '{path}/',
    tagged: guess('files.folder', 'path'),
    fields: { path },
    by: 'session',
    effect: 'acts',
    ...asking,
    ...sure,
    examples: [
      ['ESC recordings/CJ', 'Dir recordings/'],
      ['ESC /CJ', 'Dir /'],
      ['ESC ..CJ', 'Dir /'],
      ['ESC CJ', 'recordings/', 'Dir recordings/'],
    ],
  }),
  command({
    id: 'files.list',
    summary: 'Files in the folder and those below it',
    list: 'ESC LF',
    listed: '{files}{freeBytes}␠Bytes␠Left↵',
    fields: { files: fileLines, freeBytes: counter },
    by: 'session',
    effect: 'acts',
    ...asking,
    ...sure,
    examples: [
      [
        'ESC LF',
        'box.cfg Fri, 20 Nov 2026 08:16:21 GMT 4711\r\nold/ip.cfg Thu, 19 Nov 2026 18:00:00 GMT 99\r\n123456 Bytes Left\r\n',
      ],
      ['ESC LF', '123456 Bytes Left\r\n'],
    ],
  }),
  command({
    id: 'files.erase',
    summary: 'Erase the files in the folder (not in /recordings)',
    act: 'ESC /EF',
    tagged: 'Ddl',
    fields: {},
    by: 'session',
    effect: 'acts',
    access: 'admin',
    to: 'asker',
    whileRecording: 'allowed',
    ...documented,
    examples: [['ESC /EF', 'Ddl']],
  }),
  command({
    id: 'files.erase.all',
    summary: 'Erase the files in the folder and all below it (not in /recordings)',
    act: 'ESC //EF',
    tagged: 'Ddl',
    fields: {},
    by: 'session',
    effect: 'acts',
    access: 'admin',
    to: 'asker',
    whileRecording: 'allowed',
    ...documented,
    examples: [['ESC //EF', 'Ddl']],
  }),
] as const;
