import type {
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

  const ask =
    <K extends ServiceMethod>(method: K) =>
    (text: string, offset = 0) =>
      new Promise<unknown>((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        post({ kind: 'ask', id, method, text, offset });
      }) as ReturnType<RuleService[K]>;

  return {
    diagnostics: ask('diagnostics'),
    completion: ask('completion'),
    hover: ask('hover'),
    tokens: ask('tokens'),
    format: ask('format'),
    symbols: ask('symbols'),
    dispose: () => worker.terminate(),
  };
}
