import { onScopeDispose } from 'vue';
import { createScanReader } from '../domain/scan.ts';

/** Hears a hardware scanner that types like a keyboard, wherever the focus is. */
export function useScanner(onScan: (code: string) => void): void {
  const read = createScanReader(onScan);
  const listener = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (read(event.key, event.timeStamp)) event.preventDefault();
  };
  window.addEventListener('keydown', listener, true);
  onScopeDispose(() => window.removeEventListener('keydown', listener, true));
}
