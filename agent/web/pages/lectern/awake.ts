/**
 * Keeps the screen on while the page is looked at; the result ends that. Where a page may not ask for it (plain HTTP),
 * the live picture that plays has the same effect in most browsers.
 */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  const ask = async (): Promise<void> => {
    if (document.visibilityState === 'visible' && 'wakeLock' in navigator) {
      lock = await navigator.wakeLock.request('screen').catch(() => undefined);
    }
  };
  const again = (): void => void ask();
  document.addEventListener('visibilitychange', again);
  void ask();
  return () => {
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
