const PAUSE_MS = 500;

/**
 * Tells screens that automations did something, at most twice a second: they ask for what they show.
 * @param publish sends to the streams of this node
 */
export function toldSeldom(publish: () => void): () => void {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      publish();
    }, PAUSE_MS).unref();
  };
}
