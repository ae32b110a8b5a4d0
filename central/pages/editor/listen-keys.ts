import { commandOf, worksWhileTyping, type Command } from './model/keys.ts';

const TYPES =
  'input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=file]), textarea, select, [contenteditable]';

/**
 * Carries out the commands of keys. Fields keep their keys, buttons keep Space and Enter, and dialogs keep all; where
 * `isOn` says no, only keys with Ctrl count. Gives the end of listening.
 */
export function listenToKeys(window: Window, run: (command: Command) => void, isOn: () => boolean): () => void {
  const press = (event: KeyboardEvent): void => {
    const command = commandOf(event);
    const target = event.target instanceof Element ? event.target : undefined;
    if (command === undefined || event.defaultPrevented || target?.closest('dialog')) return;
    const isTyping = target?.matches(TYPES) ?? false;
    if (isTyping && !worksWhileTyping(command)) return;
    if (event.key === ' ' && target?.closest('button, a, summary, input')) return;
    if (!isOn() && !event.ctrlKey && !event.metaKey && event.key.length === 1) return;
    event.preventDefault();
    run(command);
  };
  window.addEventListener('keydown', press);
  return () => window.removeEventListener('keydown', press);
}
