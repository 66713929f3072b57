import type * as Monaco from 'monaco-editor/editor';
import type { Model, Span } from './places.ts';
import type {
  Answer,
  Asked,
  Cancel,
  RuleFile,
  RuleService,
  ServiceMethod,
} from './rule-service.ts';

/** A name in the text of a module, and what it shall be. */
export interface RenameAsked {
  readonly text: string;
  readonly offset: number;
  /** Where the name begins. */
  readonly start: number;
  readonly from: string;
  readonly to: string;
}
/** Edits of that text, why not, or that a person is shown what it does to other modules. */
export type RenameAnswer =
  | { readonly edits: readonly { readonly span: Span; readonly text: string }[] }
  | { readonly refused: string }
  | { readonly shown: true };

/** What the page around an editor does and says. */
export interface Page {
  /** Can the text be changed? */
  editable(): boolean;
  /** Opens another module at a place, where a name stands. */
  open(module: string, offset: number, name: string): void;
  /** Says at the cursor why something is not done. */
  refuse(why: string): void;
  /** Renames what a place of the text names, over all modules. */
  rename(asked: RenameAsked): Promise<RenameAnswer>;
}

/** One module in an editor, with the language that knows it. */
export interface Connection {
  readonly monaco: typeof Monaco;
  readonly service: RuleService;
  readonly own: Model;
  /** The name of the module's file. */
  readonly file: string;
  /** The other modules, as they are in force. */
  readonly others: readonly RuleFile[];
  readonly page: Page;
}

/**
 * Asks about the module; undefined for another model, when it was cancelled, and when the text has
 * changed since, unless an answer for the text as it was will do.
 */
export async function asked<K extends ServiceMethod>(
  { service, own }: Connection,
  model: Model,
  method: K,
  args: Asked<K>,
  token: Cancel,
  { forTextAsItWas = false } = {},
): Promise<Answer<K> | undefined> {
  if (model !== own) return undefined;
  const version = model.getVersionId();
  const answer = await service.ask(method, model.getValue(), args, token);
  // A model that is gone tells no version.
  const gone = token.isCancellationRequested || model.isDisposed();
  const stale = gone || (model.getVersionId() !== version && !forTextAsItWas);
  return stale ? undefined : answer;
}
