import {
  changeText,
  diffModules,
  type LoosenedGuard,
  loosenedBy,
  type RuleChange,
} from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { ModuleText } from './snapshot.ts';
import { publishedModules } from './store.ts';

/** What a text means otherwise than another, and which gates it removes or loosens. */
export interface Meaning {
  readonly changes: readonly RuleChange[];
  readonly loosened: readonly LoosenedGuard[];
}

/** Two texts of a module. */
export interface Compared {
  readonly module: string;
  readonly before: string;
  readonly after: string;
}

const compared = (
  texts: readonly Compared[],
  modules: readonly ModuleText[],
): readonly Meaning[] => {
  const given = new Set(texts.map(({ module }) => module));
  const others = modules.filter(({ module }) => !given.has(module)).map(({ text }) => text);
  return diffModules(texts, { others }).map((changes) => ({
    changes,
    loosened: loosenedBy(changes),
  }));
};

/** What new texts mean otherwise than those that stand, with the gates that ask them. */
export function meaningsOf(
  entries: readonly { readonly module: { readonly module: string }; readonly text: string }[],
  { before, after }: { before: readonly ModuleText[]; after: readonly ModuleText[] },
): readonly Meaning[] {
  const standing = new Map(before.map(({ module, text }) => [module, text]));
  const texts = entries.map(({ module: { module }, text }) => ({
    module,
    // A module that is new says nothing otherwise.
    before: standing.get(module) ?? text,
    after: text,
  }));
  return compared(texts, after);
}

/** What changes between texts of modules, in sentences, and which gates that removes or loosens. */
export async function toldOf(db: Tx, texts: readonly Compared[], language: string) {
  return compared(texts, await publishedModules(db)).map(({ changes, loosened }) => ({
    changes: changes.map((change) => ({ ...change, text: changeText(change, language) })),
    loosened,
  }));
}
