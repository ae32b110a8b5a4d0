import { masked } from './masked.ts';
import { sourcesOf, type Tree } from './tree.ts';

/** Rooms of processes that must not end. */
const ROOMS = ['lib/', 'central/', 'agent/'];

/** Work of timers that cannot reject although its own body does not show it, with the reason. */
const SAFE: Readonly<Record<string, string>> = {
  'agent/schedule/calendars/ical-folder.ts refresh': '#look, which it runs, catches everything',
  'agent/schedule/calendars/calendar-file.ts terminate': 'a worker can always be ended',
  'lib/runtime/processes/thread.ts end': 'a worker can always be ended',
  'agent/device/memory.ts run': 'write and copy, which it runs, catch everything',
  'agent/recorder/take/take.ts stop': 'what it begins is guarded, and its promise is never rejected',
  'agent/box/web/input-trial.ts stop': 'the end of a program that startChild began never rejects',
  'lib/rtsp/relay/relay.ts close': 'it closes sockets, which cannot fail',
};

const TIMER = /\b(?:setTimeout|setInterval|setImmediate|afterSockets|\w*[cC]lock\.at)\(/g;
/** A discarded promise: `void work(…)`, also `void (kept = work(…))`. */
const DISCARDED = /\bvoid \(?(?:[\w.]+ = )?(?:await )?([\w#.?]+)\(/g;
const GUARDED = /\btry \{|\.catch\(|\.then\([^;]*,\s*\(/;

/**
 * Timers that discard a promise which may reject: only the handler of last resort would get the error, and the timer's
 * work would never be done again. Such work needs a `try` or a `catch`. Gives `path:line name`.
 */
export function unguardedTimers(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter(([path]) => ROOMS.some((room) => path.startsWith(room)) && !path.includes('/pages/'))
    .flatMap(([path, text]) => inSource(path, masked(text)));
}

function inSource(path: string, code: string): string[] {
  return [...code.matchAll(TIMER)].flatMap(({ index }) => {
    const call = callAt(code, index);
    return [...call.matchAll(DISCARDED)].flatMap((found) => {
      const name = (found[1] ?? '').split(/[.?]+/).at(-1) ?? '';
      const isGuarded = GUARDED.test(call) || GUARDED.test(bodyOf(code, name));
      const line = code.slice(0, index).split('\n').length;
      return isGuarded || Object.hasOwn(SAFE, `${path} ${name}`) ? [] : [`${path}:${line} ${name}`];
    });
  });
}

/** The text of a call with its arguments. */
function callAt(code: string, from: number): string {
  let depth = 0;
  for (let at = code.indexOf('(', from); at < code.length; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) return code.slice(from, at + 1);
  }
  return code.slice(from);
}

/** The text of a function in the file, from its name to the end of its block or statement; '' if it is not there. */
function bodyOf(code: string, name: string): string {
  const escaped = name.replaceAll('$', String.raw`\$`);
  const found = new RegExp(
    String.raw`^( *)(?:export )?(?:const ${escaped} = |(?:async )?(?:function )?${escaped}\()`,
    'm',
  ).exec(code);
  if (!found) return '';
  const rest = code.slice(found.index);
  const end = rest.search(new RegExp(String.raw`\n${found[1]}[}\])]|\n\n`));
  return end === -1 ? rest : rest.slice(0, end);
}
