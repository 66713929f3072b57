import assert from 'node:assert/strict';
import {
  type Catalog,
  type Completion,
  createLanguageService,
  type Hover,
  type LanguageService,
} from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

/** The small plant, with descriptions and what only editors need. */
export const CATALOG: Catalog = {
  ...PLANT,
  records: {
    ...PLANT.records,
    session: {
      ...PLANT.records.session,
      doc: { uz: 'smena ishi', ru: 'смена', en: 'a shift of one machine' },
      fields: { ...PLANT.records.session?.fields, machine: { type: 'machine', optional: true } },
    },
    machine: {
      plugin: 'factory',
      doc: { en: 'a machine' },
      fields: { maker: { type: 'maker?' }, power: { type: 'kW' } },
    },
    maker: { fields: { name: { type: 'text' }, rank: { type: 'oneof(first, second)' } } },
  },
  points: {
    ...PLANT.points,
    'session.close': {
      ...PLANT.points['session.close'],
      facts: { session: { type: 'session' } },
      plugin: 'factory',
      doc: { uz: 'smenani yopish', en: 'a session is closed' },
    },
    'box.pack': { facts: { boxes: { type: 'list of package' } } },
  },
  settings: {
    ...PLANT.settings,
    max_delta: {
      type: 'kg',
      resolution: 0.001,
      doc: { uz: 'eng katta farq', en: 'the largest difference' },
    },
  },
  functions: {
    plan_norm: {
      plugin: 'factory',
      doc: { ru: 'норма по плану', en: 'the planned norm' },
      params: [
        { name: 'code', type: 'text' },
        { name: 'grade', type: 'oneof(stajor, katta)' },
      ],
      result: 'kg/h',
    },
  },
};

export const FILE = 'rule.qoida';

export interface Marked {
  readonly service: LanguageService;
  readonly text: string;
  /** Where `|` stood. */
  readonly offset: number;
}

/** A service with one text, in which `|` is the cursor, and other files beside it. */
export function marked(
  text: string,
  { language = 'en', others = {} }: { language?: string; others?: Record<string, string> } = {},
): Marked {
  const offset = text.indexOf('|');
  assert.ok(offset >= 0, 'the text has a cursor');
  const plain = text.slice(0, offset) + text.slice(offset + 1);
  assert.ok(!plain.includes('|'), 'the text has one cursor');
  const service = createLanguageService(CATALOG, { language });
  for (const [name, other] of Object.entries(others)) service.setFile(name, other);
  service.setFile(FILE, plain);
  return { service, text: plain, offset };
}

export const completionsAt = (
  text: string,
  options?: Parameters<typeof marked>[1],
): Completion[] => {
  const { service, offset } = marked(text, options);
  return service.completion(FILE, offset);
};

/** The labels offered at `|`, of some kinds or of all. */
export const labelsAt = (text: string, ...kinds: Completion['kind'][]): string[] =>
  completionsAt(text)
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ label }) => label);

/** The text once a completion is taken. */
export function taken(text: string, label: string): string {
  const { service, text: plain, offset } = marked(text);
  const found = service.completion(FILE, offset).find((item) => item.label === label);
  assert.ok(found, `${label} is offered`);
  return plain.slice(0, found.span.start) + found.insert + plain.slice(found.span.end);
}

export const hoverAt = (
  text: string,
  options?: Parameters<typeof marked>[1],
): Hover | undefined => {
  const { service, offset } = marked(text, options);
  return service.hover(FILE, offset);
};

/** A text with changes made, given in the order of the text or not. */
export const changed = (
  text: string,
  edits: readonly { span: { start: number; end: number }; text: string }[],
): string =>
  [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (result, { span, text: made }) => result.slice(0, span.start) + made + result.slice(span.end),
      text,
    );

export const includes = (labels: readonly string[], ...wanted: string[]) => {
  for (const label of wanted) assert.ok(labels.includes(label), `${label} in ${labels.join(' ')}`);
};
export const excludes = (labels: readonly string[], ...unwanted: string[]) => {
  for (const label of unwanted) assert.ok(!labels.includes(label), `no ${label}`);
};
