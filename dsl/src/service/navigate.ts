import type { Block } from '../language/ast.ts';
import { keywordOf } from '../language/keywords.ts';
import { canonicalWord, wordEnd } from '../language/letters.ts';
import type { ParsedFile } from '../language/parse.ts';
import { walk } from '../language/visit.ts';
import type { Span } from '../source/text.ts';
import { textIn } from '../types/catalog.ts';
import { builtInNamed, isAggregateName } from '../types/functions.ts';
import { expressionsOf } from './expressions.ts';
import { covers, type Workspace } from './workspace.ts';

export interface Place {
  readonly file: string;
  readonly span: Span;
}

interface Target {
  readonly kind: 'formula' | 'gate';
  readonly name: string;
}

interface Mention extends Target {
  readonly declares: boolean;
  readonly span: Span;
}

/** Every place at which a block declares or names a formula or a gate. */
function mentionsIn(block: Block): Mention[] {
  const found: Mention[] = [];
  if (block.kind === 'formula' || block.kind === 'gate') {
    const { name, span } = block.name;
    found.push({ kind: block.kind, name, span, declares: true });
  }
  for (const clause of block.kind === 'test' ? block.clauses : []) {
    if (clause.kind !== 'expect' || clause.what.kind !== 'blocked') continue;
    for (const { name, span } of clause.what.gates)
      found.push({ kind: 'gate', name, span, declares: false });
  }
  for (const expr of expressionsOf(block)) {
    walk(expr, (part) => {
      if (part.kind === 'call')
        found.push({ kind: 'formula', name: part.name, span: part.nameSpan, declares: false });
    });
  }
  return found;
}

/** Every place at which a formula or a gate is named, its declaration first. */
function placesOf(workspace: Workspace, { kind, name }: Target): (Place & Mention)[] {
  const places = [...workspace.files].flatMap(([file, { file: tree }]) =>
    tree.blocks
      .flatMap(mentionsIn)
      .filter((mention) => mention.kind === kind && mention.name === name)
      .map((mention) => ({ file, ...mention })),
  );
  return [...places.filter((p) => p.declares), ...places.filter((p) => !p.declares)];
}

/** The formula or gate of the program that an offset names. */
function targetAt(workspace: Workspace, file: string, offset: number): Target | undefined {
  const block = workspace.file(file)?.file.blocks.find(({ span }) => covers(span, offset));
  const mention = block && mentionsIn(block).find(({ span }) => covers(span, offset));
  if (mention === undefined) return undefined;
  return placesOf(workspace, mention)[0]?.declares === true ? mention : undefined;
}

const plain = ({ file, span }: Place): Place => ({ file, span });

/** Where the formula or gate at an offset is declared. */
export function definitionAt(
  workspace: Workspace,
  file: string,
  offset: number,
): Place | undefined {
  const target = targetAt(workspace, file, offset);
  const [declared] = target === undefined ? [] : placesOf(workspace, target);
  return declared && plain(declared);
}

/** All places that name the formula or gate at an offset, its declaration first. */
export function referencesAt(workspace: Workspace, file: string, offset: number): Place[] {
  const target = targetAt(workspace, file, offset);
  return target === undefined ? [] : placesOf(workspace, target).map(plain);
}

export type Renamed =
  | { readonly edits: readonly (Place & { readonly text: string })[] }
  | { readonly refused: string };

const REFUSALS = {
  nothing: {
    uz: 'faqat formula va to‘siqlarning nomi o‘zgartiriladi',
    ru: 'переименовать можно только формулу или запрет',
    en: 'only formulas and gates can be renamed',
  },
  notAName: {
    uz: '`{name}` nom bo‘la olmaydi',
    ru: '`{name}` не может быть именем',
    en: "`{name}` can't be a name",
  },
  taken: {
    uz: '`{name}` nomi band',
    ru: 'имя `{name}` занято',
    en: '`{name}` is taken already',
  },
  unread: {
    uz: '`{name}` faylini o‘qib bo‘lmayapti, avval xatolarini tuzating',
    ru: 'файл `{name}` не читается, сначала исправьте ошибки в нём',
    en: "`{name}` can't be read; mend its errors first",
  },
} as const;

/** Renames a formula or a gate everywhere, or says in the reader's language why not. */
export function renameAt(
  workspace: Workspace,
  asked: { readonly file: string; readonly offset: number; readonly name: string },
  language: string,
): Renamed {
  const { file, offset } = asked;
  const name = canonicalWord(asked.name);
  const refuse = (why: keyof typeof REFUSALS, what = name): Renamed => ({
    refused: textIn(REFUSALS[why], language)?.replace('{name}', () => what) ?? '',
  });
  const target = targetAt(workspace, file, offset);
  if (target === undefined) return refuse('nothing');
  if (!isName(workspace, name)) return refuse('notAName');
  if (name !== target.name && isTaken(workspace, target.kind, name)) return refuse('taken');
  // What can't be read may name it too, and would be left behind.
  const unread = [...workspace.files].find(([, parsed]) => isUnread(parsed));
  if (unread !== undefined) return refuse('unread', unread[0]);
  return { edits: placesOf(workspace, target).map((place) => ({ ...plain(place), text: name })) };
}

/** A word that is no keyword in the language of any file: there it would need backticks in some places. */
function isName(workspace: Workspace, name: string): boolean {
  const languages = new Set([...workspace.files.values()].map(({ file }) => file.language));
  return (
    name !== '' &&
    wordEnd(name, 0) === name.length &&
    name === name.normalize('NFC') &&
    [...languages].every((language) => keywordOf(name, language) === undefined)
  );
}

function isTaken(workspace: Workspace, kind: Target['kind'], name: string): boolean {
  if (kind === 'formula') {
    const { functions } = workspace.index.catalog;
    const known = functions !== undefined && Object.hasOwn(functions, name);
    if (known || builtInNamed(name) !== undefined || isAggregateName(name)) return true;
  }
  return placesOf(workspace, { kind, name }).length > 0;
}

const isUnread = ({ diagnostics }: ParsedFile) =>
  diagnostics.some(({ severity }) => severity === 'error');
