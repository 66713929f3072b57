import assert from 'node:assert/strict';
import {
  type Catalog,
  type CompiledAutomation,
  compileProgram,
  type FlowInput,
  type TriggerState,
} from '../../src/index.ts';
import { T0 } from './support.ts';

export const kg = { type: 'kg', resolution: 0.001 } as const;
export const CATALOG: Catalog = {
  records: {
    line: {
      fields: { name: { type: 'text' }, load: { ...kg, min: 0, max: 500 }, on: { type: 'bool' } },
    },
  },
  points: {},
  events: {
    'scale.reading': {
      doc: { en: 'weighing', uz: 'tortish', ru: 'взвешивание' },
      fields: {
        weight: { ...kg, min: 0, max: 300, doc: { en: 'weight', uz: 'vazn', ru: 'вес' } },
        device: { type: 'text' },
        serial: { type: 'text', changeable: false },
        stable: { type: 'bool' },
      },
    },
    'scale.printed': {
      fields: {
        weight: { ...kg, doc: { en: 'printed weight' } },
        heavy: kg,
        device: { type: 'text' },
        serial: { type: 'text', changeable: false },
        scale: { type: '{serial: text}' },
      },
    },
    'door.opened': { fields: { door: { type: 'text' } } },
    'door.closed': { fields: { door: { type: 'text' } } },
  },
  actions: { note: { effect: 'record', params: {} } },
  facts: { line: { type: 'line' } },
  settings: { most: kg },
};

export function rule(trigger: string, rest = ''): CompiledAutomation {
  const text = `automation rule\n  when ${trigger}\n  do note()\n${rest}`;
  const program = compileProgram([{ name: 'r.qoida', text }], CATALOG);
  assert.deepEqual(
    program.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message),
    [],
  );
  const [automation] = program.automations;
  assert.ok(automation);
  return automation;
}

export const LINE = { name: 'L1', load: 100, on: true };
export const context = (facts: object = LINE, at = T0) => ({
  now: new Date(at),
  zone: 'UTC',
  facts: { line: facts },
  settings: { most: 50 },
});
export const event = (type: string, data: object, at = T0, id?: string): FlowInput => ({
  kind: 'event',
  event: { type, at, data: data as Record<string, unknown>, ...(id === undefined ? {} : { id }) },
});
export const reading = (weight: number, at = T0, more: object = {}) =>
  event('scale.reading', { weight, device: 'A', serial: 'x', stable: true, ...more }, at);

export interface Played {
  readonly state: TriggerState | undefined;
  readonly input: FlowInput;
  readonly key: string;
}

/** The state that inputs leave, with the last of them as the miss. */
export function play(
  automation: CompiledAutomation,
  inputs: readonly FlowInput[],
  facts: object = LINE,
): Played {
  const input = inputs.at(-1);
  assert.ok(input);
  let state: TriggerState | undefined;
  const key = input.kind === 'event' ? automation.key(input.event, context(facts)) : '';
  for (const one of inputs.slice(0, -1))
    state = automation.step(
      state,
      one,
      context(facts, one.kind === 'event' ? one.event.at : one.at),
      key,
    ).state;
  return { state, input, key: key ?? '' };
}

export function told(
  automation: CompiledAutomation,
  inputs: readonly FlowInput[],
  language = 'en',
  facts: object = LINE,
): string[] {
  const miss = play(automation, inputs, facts);
  const at = miss.input.kind === 'event' ? miss.input.event.at : miss.input.at;
  return automation.remedies(miss, context(facts, at), language).map(({ text }) => text);
}
