import { keywordOf } from '../language/keywords.ts';
import { canonicalWord, wordEnd } from '../language/letters.ts';
import type { ParsedFile } from '../language/parse.ts';
import type { Span } from '../source/text.ts';
import { textIn } from '../types/catalog.ts';
import { builtInNamed, isAggregateName } from '../types/functions.ts';
import { type Mention, mentionsIn } from './mentions.ts';
import { errorsOf } from './trial.ts';
import { covers, type Workspace } from './workspace.ts';

export interface Place {
  readonly file: string;
  readonly span: Span;
}

type Found = Place & Pick<Mention, 'declares'>;

/** Every place that names a thing, its declaration first. */
function placesOf(workspace: Workspace, key: string): Found[] {
  const places = new Map<string, Found>();
  for (const file of workspace.files.keys())
    for (const mention of mentionsIn(workspace, file)) {
      const { span, declares } = mention;
      const at = `${file} ${span.start}`;
      if (mention.key === key && (declares || !places.has(at)))
        places.set(at, { file, span, declares });
    }
  const found = [...places.values()].sort((a, b) =>
    a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1,
  );
  return [...found.filter((p) => p.declares), ...found.filter((p) => !p.declares)];
}

/** The places of what the program declares and an offset names. */
function placesAt(
  workspace: Workspace,
  file: string,
  offset: number,
): { readonly key: string; readonly places: readonly Found[] } | undefined {
  for (const { key, span } of mentionsIn(workspace, file, offset)) {
    if (!covers(span, offset)) continue;
    const places = placesOf(workspace, key);
    if (places[0]?.declares === true) return { key, places };
  }
  return undefined;
}

const plain = ({ file, span }: Place): Place => ({ file, span });

/** Where what an offset names is declared. */
export function definitionAt(
  workspace: Workspace,
  file: string,
  offset: number,
): Place | undefined {
  const [declared] = placesAt(workspace, file, offset)?.places ?? [];
  return declared && plain(declared);
}

/** All places that name what an offset names, the declaration first. */
export function referencesAt(workspace: Workspace, file: string, offset: number): Place[] {
  return placesAt(workspace, file, offset)?.places.map(plain) ?? [];
}

/** The name at an offset that can be renamed. */
export function renamableAt(workspace: Workspace, file: string, offset: number): Span | undefined {
  return placesAt(workspace, file, offset)?.places.find(
    (place) => place.file === file && covers(place.span, offset),
  )?.span;
}

export type Renamed =
  | { readonly edits: readonly (Place & { readonly text: string })[] }
  | { readonly refused: string };

const REFUSALS = {
  nothing: {
    uz: 'faqat formula, to‘siq va dasturning boshqa nomlari o‘zgartiriladi',
    ru: 'переименовать можно только формулу, запрет и другие имена программы',
    en: 'only formulas, gates and other names of the program can be renamed',
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

/** Renames what an offset names everywhere, or says in the reader's language why not. */
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
  const target = placesAt(workspace, file, offset);
  if (target === undefined) return refuse('nothing');
  if (!isName(workspace, name)) return refuse('notAName');
  const callable = target.key.startsWith('call ') && target.key !== `call ${name}`;
  if (callable && isCalled(workspace, name)) return refuse('taken');
  // What can't be read may name it too, and would be left behind.
  const unread = [...workspace.files].find(([, parsed]) => isUnread(parsed));
  if (unread !== undefined) return refuse('unread', unread[0]);
  const edits = target.places.map((place) => ({ ...plain(place), text: name }));
  return means(workspace, edits) ? { edits } : refuse('taken');
}

type Edits = Extract<Renamed, { edits: unknown }>['edits'];

/** With the edits made: is nothing more wrong, and does the same name the same? */
function means(workspace: Workspace, edits: Edits): boolean {
  const after = workspace.with(edits);
  const [first] = edits;
  if (first === undefined || errorsOf(after) > errorsOf(workspace)) return false;
  const moved = edits
    .filter(({ file, span }) => file === first.file && span.start < first.span.start)
    .reduce((by, { span, text }) => by + text.length - (span.end - span.start), 0);
  return referencesAt(after, first.file, first.span.start + moved).length === edits.length;
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

/** Is it the name of a function, or one that is called already? */
export function isCalled(workspace: Workspace, name: string): boolean {
  const { functions } = workspace.index.catalog;
  const known = functions !== undefined && Object.hasOwn(functions, name);
  if (known || builtInNamed(name) !== undefined || isAggregateName(name)) return true;
  return placesOf(workspace, `call ${name}`).length > 0;
}

const isUnread = ({ diagnostics }: ParsedFile) =>
  diagnostics.some(({ severity }) => severity === 'error');
