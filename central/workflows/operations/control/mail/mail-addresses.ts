/** A person that a mail is sent to. */
export interface MailAddress {
  name: string;
  address: string;
}

/** Characters of an address, and of the name before it; a longer one is none. */
const LONGEST = 254;
const NO_SIGN = String.raw`\s@<>(),:;\\[\]"\p{Cc}`;
const ADDRESS = new RegExp(`^[^${NO_SIGN}]{1,64}@(?:[^${NO_SIGN}.]{1,63}\\.){0,10}[^${NO_SIGN}.]{1,63}$`, 'u');
const WITH_NAME = /^([^<>]{0,254})<([^<>]{1,254})>$/;

/** The address in a text, `anna@example.org` or `Anna Un <anna@example.org>`; undefined: it is none. */
export function addressIn(text: string): MailAddress | undefined {
  const [, name = '', inside = text.trim()] = WITH_NAME.exec(text.trim()) ?? [];
  const address = inside.trim();
  // Signs that end a line would begin another header.
  if (address.length > LONGEST || /\p{Cc}/u.test(name) || !ADDRESS.test(address)) return undefined;
  return { name: name.trim().replaceAll('"', ''), address };
}

/** What a list of addresses has. */
export interface Addresses {
  good: readonly MailAddress[];
  /** Entries that are no addresses. */
  wrong: readonly string[];
}

/** Reads a list of addresses, between which stands one of the signs of `separators`. Each address is taken once. */
export function addressesIn(text: string, separators: string): Addresses {
  const signs = new Set(separators.trim() === '' ? ',' : separators.trim());
  const entries = splitAt(text, signs).flatMap((one) => (one.includes('<') ? [one] : one.split(/\s+/)));
  const good = new Map<string, MailAddress>();
  const wrong: string[] = [];
  for (const entry of entries.map((one) => one.trim()).filter(Boolean)) {
    const found = addressIn(entry);
    if (found) good.set(found.address.toLowerCase(), found);
    else wrong.push(entry);
  }
  return { good: [...good.values()], wrong };
}

function splitAt(text: string, signs: ReadonlySet<string>): string[] {
  const parts = [''];
  for (const sign of text) {
    if (signs.has(sign)) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts;
}
