import { readTable, type Row } from '#lib/tables/csv.ts';

/** A box in a table of boxes. */
export interface HostRow {
  /** Line in the table. */
  line: number;
  host: string;
  /** Name for people: `name`, `hall`, or the address. */
  label: string;
  port?: number;
  user?: string;
  password?: string;
  protocol?: 'sftp' | 'ftp';
  /** All cells by all names of their columns. */
  values: ReadonlyMap<string, string>;
}

/** Columns with several names, of which the first is ours. */
const COLUMNS: readonly (readonly string[])[] = [
  ['host', 'hote', 'adresse', 'address', 'ip', 'adresse_ip', 'ip_address', 'box', 'boitier'],
  ['port'],
  ['user', 'utilisateur', 'login', 'identifiant', 'compte', 'account'],
  ['password', 'mot_de_passe', 'mdp', 'pass'],
  ['protocol', 'protocole'],
  ['name', 'nom'],
  ['hall', 'salle', 'amphi', 'room'],
  ['slides', 'diapos', 'diaporama'],
  ['camera'],
  ['logo'],
];

/**
 * The name of a column in small letters without accents, with `_` between words: `Mot de passe` gives `mot_de_passe`.
 */
export const columnName = (header: string): string =>
  header
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');

const namesOf = (header: string): readonly string[] =>
  COLUMNS.find((names) => names.includes(columnName(header))) ?? [columnName(header)];

/**
 * Reads a table with a box in each line below its headers, which are French or English. All mistakes are given with
 * their lines.
 */
export function readHosts(text: string, file: string): { hosts: HostRow[]; columns: string[]; mistakes: string[] } {
  const { header: head, rows: body, mistakes: found } = readTable(text);
  const mistakes = found.map(({ line, message }) => `${file}: line ${line}: ${message}`);
  if (head.cells.length === 0)
    return { hosts: [], columns: [], mistakes: [`${file}: is empty: it needs a line of headers`] };
  const columns = head.cells.map(namesOf);
  const say = (line: number, words: string): void => void mistakes.push(`${file}: line ${line}: ${words}`);
  checkHeaders(head, columns, (words) => say(head.line, words));
  if (body.length === 0) mistakes.push(`${file}: has headers, and no box`);
  const seen = new Map<string, number>();
  const hosts = body.flatMap(({ line, cells }) => {
    if (cells.length !== columns.length) {
      say(line, `has ${cells.length} cells, the headers are ${columns.length}`);
      return [];
    }
    const values = new Map(columns.flatMap((names, index) => names.map((name) => [name, cells[index] ?? ''] as const)));
    const row = rowOf(line, values, (words) => say(line, words));
    if (!row) return [];
    const place = `${row.host}:${row.port ?? ''}`;
    const before = seen.get(place);
    if (before !== undefined) say(line, `${row.host} is in line ${before} already`);
    seen.set(place, line);
    return [row];
  });
  return { hosts, columns: columns.flat(), mistakes };
}

function checkHeaders({ cells }: Row, columns: readonly (readonly string[])[], say: (words: string) => void): void {
  if (!columns.some(([name]) => name === 'host'))
    say('there is no column for the address: call it host (or hôte, adresse, ip)');
  columns.forEach(([name = ''], index) => {
    if (name === '') say(`column ${index + 1} has no name`);
    const first = columns.findIndex(([other]) => other === name);
    if (name !== '' && first < index)
      say(`columns ${JSON.stringify(cells[first])} and ${JSON.stringify(cells[index])} both are ${name}`);
  });
}

function rowOf(line: number, values: ReadonlyMap<string, string>, say: (words: string) => void): HostRow | undefined {
  const value = (name: string): string => values.get(name) ?? '';
  const [host, port, protocol] = [value('host'), value('port'), value('protocol').toLowerCase()];
  if (!/^[\w.:-]+$/.test(host)) {
    if (values.has('host')) say(host === '' ? 'has no address' : `${JSON.stringify(host)} is no address`);
    return undefined;
  }
  if (port !== '' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    say(`port ${JSON.stringify(port)} is no number from 1 to 65535`);
  if (!['', 'sftp', 'ftp'].includes(protocol)) say(`protocol ${JSON.stringify(protocol)} is neither sftp nor ftp`);
  return {
    line,
    host,
    values,
    label: value('name') || value('hall') || host,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(value('user') === '' ? {} : { user: value('user') }),
    ...(value('password') === '' ? {} : { password: value('password') }),
    ...(protocol === '' ? {} : { protocol: protocol as 'sftp' | 'ftp' }),
  };
}
