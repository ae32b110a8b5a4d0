/**
 * What nobody caught does not end this process: `tell` hears of it, and everything else goes on. For a process whose end costs
 * more than what a fault leaves undone. Returns the function that ends it.
 */
export function catchTheRest(tell: (error: unknown) => void): () => void {
  const guarded = (error: unknown): void => {
    try {
      tell(error);
    } catch {
      // Nobody is left to tell.
    }
  };
  process.on('uncaughtException', guarded);
  process.on('unhandledRejection', guarded);
  return () => {
    process.off('uncaughtException', guarded);
    process.off('unhandledRejection', guarded);
  };
}
