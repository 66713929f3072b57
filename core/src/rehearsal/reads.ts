import type { Catalog, CompiledAlert, CompiledAutomation, CompiledSchedule } from '@qoida/dsl';

type Acting = CompiledAutomation | CompiledAlert;
type Any = Acting | CompiledSchedule;

/** The whole name of a rule. */
export const idOf = ({ module, name }: { module: string; name: string }): string =>
  `${module}.${name}`;

/** The standing facts that a rule asks for. */
export function factsAsked(rule: Any, { facts = {} }: Catalog): string[] {
  const paths = rule.kind === 'alert' ? [...rule.reads, ...rule.clearFacts] : rule.reads;
  const roots = new Set(paths.map(rootOf));
  return Object.keys(facts).filter((name) => roots.has(name));
}

/** The settings that a rule asks for, by their names. */
export const settingsAsked = (rule: Any): string[] => [
  ...new Set(
    rule.reads
      .filter((path) => path.startsWith('settings.'))
      .map((path) => path.split('.')[1] ?? ''),
  ),
];

/** The fields that an event has to have for a rule that listens to it. */
export function fieldsAsked(rule: Acting, event: string, { events = {} }: Catalog): string[] {
  const fields = events[event]?.fields ?? {};
  const names = rule.reads
    .filter((read) => read.startsWith(`${event}.`))
    .map((read) => rootOf(read.slice(event.length + 1)))
    .filter((name) => fields[name] !== undefined && !isOptional(fields[name]));
  return [...new Set(names)];
}

const rootOf = (path: string): string => path.split('.', 1)[0] ?? '';

const isOptional = (field: unknown): boolean =>
  typeof field === 'object' &&
  field !== null &&
  (field as { optional?: boolean }).optional === true;

/** As on the running platform: a longer chain of rules is stopped. */
const LONGEST_CHAIN = 32;

/** A rule comes back in a chain that it began only as often as it says itself, an alert never. */
export function loops(rule: Acting, chain: readonly string[]): boolean {
  if (chain.length === 0) return false;
  const id = idOf(rule);
  const most = rule.kind === 'alert' ? 0 : rule.allowRepeat;
  return chain.length >= LONGEST_CHAIN || chain.filter((name) => name === id).length > most;
}
