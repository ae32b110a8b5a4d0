/** Tells listeners the id of each recording that was added, changed or removed. */
export interface RecordingNews {
  subscribe(listener: (id: string) => void): () => void;
  tell(id: string): void;
}

/** Opens the news of recordings, without listeners. */
export function openRecordingNews(): RecordingNews {
  const listeners = new Set<(id: string) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(id) {
      for (const listener of listeners) listener(id);
    },
  };
}
