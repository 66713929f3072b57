import { type Catalog, createLanguageService, type LanguageService } from '@qoida/dsl';
import type { ServiceMethod, WorkerAnswer, WorkerRequest } from './rule-service.ts';

let service: LanguageService | undefined;
let file = '';
let current: string | undefined;

function answer(language: LanguageService, method: ServiceMethod, offset: number): unknown {
  switch (method) {
    case 'completion':
    case 'hover':
      return language[method](file, offset);
    default:
      return language[method](file);
  }
}

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.kind === 'begin') {
    const { catalog, others, language } = data.surroundings;
    // The platform itself made this catalog for this very service.
    service = createLanguageService(catalog as Catalog, { language });
    for (const other of others) service.setFile(other.name, other.text);
    file = data.file;
    current = undefined;
    return;
  }
  if (service === undefined) return;
  if (data.text !== current) {
    service.setFile(file, data.text);
    current = data.text;
  }
  self.postMessage(tried(service, data));
};

function tried(
  language: LanguageService,
  asked: Extract<WorkerRequest, { kind: 'ask' }>,
): WorkerAnswer {
  try {
    return { id: asked.id, value: answer(language, asked.method, asked.offset) };
  } catch (error) {
    return { id: asked.id, fault: error instanceof Error ? error.message : String(error) };
  }
}
