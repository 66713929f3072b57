import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLanguageService, type LanguageService } from '../../src/index.ts';
import { LANGUAGE_TAGS } from '../../src/language/keywords.ts';
import { programs } from '../format/programs.ts';
import { CATALOG, FILE } from './support.ts';

interface Cut {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const cuts: fc.Arbitrary<readonly Cut[]> = fc.array(
  fc.record({
    at: fc.nat(1_000),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.constantFrom('', '.', '(', ')', '{', '}', '"', '`', '#', ',', ':', '\n', '\n  ', '\r\n'),
      fc.constantFrom(' and ', ' ?? ', '5 kg', 'session.', ' for p in ', '\ngate ', 'ё', '\u202e'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
  }),
  { maxLength: 4 },
);

const cut = (text: string, { at, remove, insert }: Cut): string => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + insert + text.slice(start + remove);
};

/** Asks everything at a place and holds each range against the text. */
function askAll(service: LanguageService, text: string, offset: number): void {
  const holds = ({ start, end }: { start: number; end: number }, of: string): void =>
    assert.ok(
      0 <= start && start <= end && end <= text.length,
      `${of}: ${start}–${end} in ${text.length} characters`,
    );
  for (const { span } of service.completion(FILE, offset)) holds(span, 'completion');
  const hover = service.hover(FILE, offset);
  if (hover !== undefined) holds(hover.span, 'hover');
  const definition = service.definition(FILE, offset);
  if (definition !== undefined) holds(definition.span, 'definition');
  for (const { span } of service.references(FILE, offset)) holds(span, 'reference');
  const renamable = service.renamable(FILE, offset);
  if (renamable !== undefined) holds(renamable, 'renamable');
  const renamed = service.rename(FILE, offset, 'renamed');
  if ('edits' in renamed) for (const { span } of renamed.edits) holds(span, 'rename');
  const help = service.signatureHelp(FILE, offset);
  for (const { start, end } of help?.params ?? [])
    assert.ok(0 <= start && start <= end && end <= (help?.label.length ?? 0), 'parameter');
  for (const { edits } of service.codeActions(FILE, { start: offset, end: offset + 9 }))
    for (const { span } of edits) holds(span, 'code action');
  for (const { span, related } of service.diagnostics(FILE)) {
    // What lacks at the end of the text is shown as one place behind it.
    const atEnd = span.start === text.length && span.end === text.length + 1;
    holds(atEnd ? { start: span.start, end: span.start } : span, 'diagnostic');
    for (const other of related ?? []) holds(other.span, 'related');
  }
  const whole = { start: 0, end: text.length };
  for (const hint of service.inlayHints(FILE, whole))
    holds({ start: hint.offset, end: hint.offset }, 'hint');
  for (const { span } of service.tokens(FILE)) holds(span, 'token');
  for (const { span, nameSpan, children } of service.symbols(FILE)) {
    holds(span, 'symbol');
    holds(nameSpan, 'name of a symbol');
    for (const child of children) holds(child.span, 'part of a symbol');
  }
  const lines = text.split('\n').length;
  for (const { start, end } of service.folding(FILE))
    assert.ok(1 <= start && start < end && end <= lines, 'fold');
  service.deepDiagnostics();
  service.format(FILE);
}

describe('the service, whatever is written', () => {
  for (const language of LANGUAGE_TAGS)
    it(`answers with places of the text: ${language}`, () => {
      const check = (program: string, changes: readonly Cut[], offsets: readonly number[]) => {
        const translator = createLanguageService(CATALOG);
        translator.setFile(FILE, program);
        const text = changes.reduce(cut, translator.format(FILE, { language }) ?? program);
        const service = createLanguageService(CATALOG);
        service.setFile(FILE, text);
        for (const offset of offsets) askAll(service, text, offset % (text.length + 1));
      };
      const offsets = fc.array(fc.nat(2_000), { minLength: 1, maxLength: 3 });
      fc.assert(fc.property(programs, cuts, offsets, check), { numRuns: 100 });
    });
});
