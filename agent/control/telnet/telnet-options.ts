/** Telnet's option negotiation (RFC 854, 855; states as in RFC 1143), which depends on the received bytes alone. */

const IAC = 255;
const [SE, NOP_FROM, AYT, SB, WILL, WONT, DO, DONT] = [240, 241, 246, 250, 251, 252, 253, 254];
const [BINARY, ECHO, SGA] = [0, 1, 3];
/** Bytes of one subnegotiation; after more it counts as ended. */
const LONGEST_DETAIL = 512;

type State = 'no' | 'yes' | 'wantNo' | 'wantYes';
interface Side {
  state: State;
  /** Whether the opposite is wanted as soon as the answer has come. */
  opposite: boolean;
}

/** The option negotiation of one connection. */
export interface TelnetOptions {
  /** Takes received bytes; gives the typed ones among them, and the answers to the commands between them. */
  receive(bytes: Uint8Array): { data: Buffer; answer: Buffer };
  /** Whether the other side has sent a Telnet command, so that it is a Telnet program and no controller. */
  isTelnet(): boolean;
  /** Wants the box to echo, or not; gives the bytes to send. */
  wantEcho(on: boolean): Buffer;
}

const theyMay = (option: number): boolean => option === BINARY || option === SGA;
/**
 * Options that the box agrees to. Neither echo nor "suppress go ahead": the client shows and edits lines itself, as
 * with the device.
 */
const weMay = (option: number): boolean => option === BINARY;

/**
 * Makes a negotiation. It only answers, so that a controller, which does not negotiate, never sees an IAC; it asks for
 * an option only in `wantEcho`.
 */
export function openTelnetOptions(): TelnetOptions {
  const ours = new Map<number, Side>();
  const theirs = new Map<number, Side>();
  let hasSpoken = false;
  let expects: 'data' | 'command' | 'option' | 'detail' | 'detail command' = 'data';
  let verb = 0;
  let detailBytes = 0;

  const negotiate = (option: number): number[] => {
    const isOurs = verb === DO || verb === DONT;
    const side = sideOf(isOurs ? ours : theirs, option);
    const may = isOurs ? weMay(option) : theyMay(option);
    const says = heard(side, verb === DO || verb === WILL, may);
    return says === undefined ? [] : command(isOurs, says, option);
  };
  const afterIac = (byte: number, data: number[], answer: number[]): typeof expects => {
    if (byte === IAC) data.push(IAC);
    else if (byte >= WILL) {
      verb = byte;
      hasSpoken = true;
      return 'option';
    } else if (byte === SB) {
      detailBytes = 0;
      return 'detail';
    } else if (byte === AYT) answer.push(...Buffer.from('\r\n[Yes]\r\n'));
    else if (byte < SE) data.push(byte);
    hasSpoken ||= byte >= NOP_FROM && byte < IAC;
    return 'data';
  };
  const take = (byte: number, data: number[], answer: number[]): void => {
    if (expects === 'data') {
      if (byte === IAC) expects = 'command';
      else data.push(byte);
    } else if (expects === 'command') expects = afterIac(byte, data, answer);
    else if (expects === 'option') {
      answer.push(...negotiate(byte));
      expects = 'data';
    } else if (expects === 'detail') {
      if (byte === IAC) expects = 'detail command';
      else if (++detailBytes > LONGEST_DETAIL) expects = 'data';
    } else expects = byte === SE ? 'data' : 'detail';
  };

  return {
    receive(bytes) {
      const data: number[] = [];
      const answer: number[] = [];
      for (const byte of bytes) take(byte, data, answer);
      return { data: Buffer.from(data), answer: Buffer.from(answer) };
    },
    isTelnet: () => hasSpoken,
    wantEcho(on) {
      const says = wanted(sideOf(ours, ECHO), on);
      return Buffer.from(says === undefined ? [] : command(true, says, ECHO));
    },
  };
}

function sideOf(sides: Map<number, Side>, option: number): Side {
  const known = sides.get(option) ?? { state: 'no', opposite: false };
  sides.set(option, known);
  return known;
}

const command = (isOurs: boolean, positive: boolean, option: number): number[] => [
  IAC,
  isOurs ? (positive ? WILL : WONT) : positive ? DO : DONT,
  option,
];

/**
 * Changes the state of one side after a message of the other one; gives the box's answer if one is needed (RFC 1143,
 * section 7).
 */
function heard(side: Side, positive: boolean, may: boolean): boolean | undefined {
  const { state, opposite } = side;
  side.opposite = false;
  if (state === 'no') {
    if (!positive) return undefined;
    side.state = may ? 'yes' : 'no';
    return may;
  }
  if (state === 'yes') {
    if (positive) return undefined;
    side.state = 'no';
    return false;
  }
  if (state === 'wantNo') {
    side.state = positive ? (opposite ? 'yes' : 'no') : opposite ? 'wantYes' : 'no';
    return !positive && opposite ? true : undefined;
  }
  side.state = positive ? (opposite ? 'wantNo' : 'yes') : 'no';
  return positive && opposite ? false : undefined;
}

/** Changes the state of one side by the box's own wish; gives what has to be sent. */
function wanted(side: Side, on: boolean): boolean | undefined {
  if (side.state === 'wantNo' || side.state === 'wantYes') {
    side.opposite = on !== (side.state === 'wantYes');
    return undefined;
  }
  if (on === (side.state === 'yes')) return undefined;
  side.state = on ? 'wantYes' : 'wantNo';
  return on;
}
