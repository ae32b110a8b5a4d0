/**
 * Keeps errors that nobody caught from ending this process: `tell` is called with them, and everything else goes on.
 * For a process whose end does more harm than the fault. Returns the function that ends this.
 */
export function catchTheRest(tell: (error: unknown) => void): () => void {
  const guarded = (error: unknown): void => {
    try {
      tell(error);
    } catch {
      // The error could not be reported; there is nobody else to report it to.
    }
  };
  process.on('uncaughtException', guarded);
  process.on('unhandledRejection', guarded);
  return () => {
    process.off('uncaughtException', guarded);
    process.off('unhandledRejection', guarded);
  };
}
