import { type Catalog, createLanguageService, type LanguageService } from '@qoida/dsl';
import { Questions } from './questions.ts';
import type { Question, WorkerAnswer, WorkerRequest } from './rule-service.ts';

let service: LanguageService | undefined;
let file = '';
let current: string | undefined;

const questions = new Questions(
  (question) => {
    const answer = service && tried(service, question);
    if (answer !== undefined) self.postMessage(answer);
    return service === undefined || answer !== undefined;
  },
  (next) => setTimeout(next, 0),
);

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.kind === 'ask') questions.add(data);
  else if (data.kind === 'cancel') questions.cancel(data.id);
  else {
    const { catalog, others, language } = data.surroundings;
    // The platform itself made this catalog for this very service.
    service = createLanguageService(catalog as Catalog, { language });
    for (const other of others) service.setFile(other.name, other.text);
    file = data.file;
    current = undefined;
  }
};

/** So long what rules say together may keep other questions waiting. */
const SLICE_MS = 20;

/** @returns undefined when there is more to do than may be done at once */
function tried(
  language: LanguageService,
  { id, method, text, args }: Question,
): WorkerAnswer | undefined {
  try {
    if (text !== current) {
      language.setFile(file, text);
      current = text;
    }
    if (method === 'deepDiagnostics') {
      const until = performance.now() + SLICE_MS;
      const found = language.deepDiagnostics(() => performance.now() < until);
      return found && { id, value: found.filter((item) => item.file === file) };
    }
    // The types of a question hold its method and its arguments together.
    const asked = language[method] as (name: string, ...rest: readonly unknown[]) => unknown;
    return { id, value: asked(file, ...args) };
  } catch (error) {
    return { id, fault: error instanceof Error ? error.message : String(error) };
  }
}
