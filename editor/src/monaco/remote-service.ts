import type {
  Answer,
  Asked,
  Cancel,
  RuleService,
  RuleSurroundings,
  ServiceMethod,
  WorkerAnswer,
  WorkerRequest,
} from './rule-service.ts';

/** The language service in its own thread, so that typing never waits for checking. */
export function createRemoteService(
  surroundings: RuleSurroundings,
  file: string,
): RuleService & { dispose(): void } {
  const worker = new Worker(new URL('./service.worker.ts', import.meta.url), {
    type: 'module',
    name: 'qoida-language',
  });
  const waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  let next = 1;
  const post = (message: WorkerRequest) => worker.postMessage(message);
  post({ kind: 'begin', surroundings, file });
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if ('fault' in data) caller?.reject(new Error(data.fault));
    else caller?.resolve(data.value);
  };
  const give = (id: number) => {
    waiting.get(id)?.resolve(undefined);
    waiting.delete(id);
  };

  return {
    ask<K extends ServiceMethod>(method: K, text: string, args: Asked<K>, cancel?: Cancel) {
      if (cancel?.isCancellationRequested) return Promise.resolve(undefined);
      const id = next++;
      return new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        post({ kind: 'ask', id, method, text, args });
        cancel?.onCancellationRequested(() => {
          post({ kind: 'cancel', id });
          give(id);
        });
      }) as Promise<Answer<K> | undefined>;
    },
    dispose() {
      worker.terminate();
      for (const id of [...waiting.keys()]) give(id);
    },
  };
}
