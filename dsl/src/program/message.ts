import type { UnitClosure } from '../compile/js/closure.ts';
import { asShown } from '../explain/explain.ts';
import type { Unit } from '../ir/ir.ts';
import type { Expr, TextClause } from '../language/ast.ts';
import type { Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { formatValue } from '../values/format.ts';

/** An expression in a text. */
interface TextPart {
  readonly unit: Unit;
  readonly run: UnitClosure;
}

/** A text with its parts compiled. */
export interface CompiledText {
  readonly language: string | undefined;
  readonly parts: readonly (string | TextPart)[];
}

/** Compiles the texts of one kind. @param compile makes a unit of an expression */
export function compileTexts(
  clauses: readonly TextClause[],
  kind: TextClause['kind'],
  compile: (expr: Expr) => TextPart,
): readonly CompiledText[] {
  return clauses
    .filter((clause) => clause.kind === kind)
    .map(({ language, template }) => ({
      language,
      parts: template.parts.map((part) => (typeof part === 'string' ? part : compile(part))),
    }));
}

/** The text for a reader: his language's, else the one for all, else the first. */
export function textFor(
  texts: readonly CompiledText[],
  language: string,
  locals: readonly Value[],
  environment: Environment,
): string | undefined {
  const text =
    texts.find((t) => t.language === language) ??
    texts.find((t) => t.language === undefined) ??
    texts[0];
  return text?.parts
    .map((part) => (typeof part === 'string' ? part : told(part, language, locals, environment)))
    .join('');
}

const told = (
  { unit: { body }, run }: TextPart,
  language: string,
  locals: readonly Value[],
  environment: Environment,
): string =>
  formatValue(asShown(body, run(locals, environment)), body.type, language, environment.zone);

/** What texts tell of the facts: each expression in them, as it is written, with its value in English. */
export function toldBy(
  texts: readonly CompiledText[],
  environment: Environment,
  source: (file: string) => string,
): Readonly<Record<string, string>> {
  const parts = texts.flatMap(({ parts }) => parts.filter((part) => typeof part !== 'string'));
  return Object.fromEntries(
    parts.map((part) => {
      const { file, body } = part.unit;
      const words = source(file).slice(body.span.start, body.span.end).replace(/\s+/g, ' ');
      return [words, told(part, 'en', [], environment)];
    }),
  );
}

type Sentences = Readonly<Record<string, (name: string, fault: string) => string>>;

const REFUSED: Sentences = {
  en: (name) => `rule ${name} does not allow this`,
  uz: (name) => `${name} qoidasi bunga ruxsat bermaydi`,
  ru: (name) => `правило ${name} этого не разрешает`,
};
const UNDECIDED: Sentences = {
  en: (name, fault) => `rule ${name} cannot be decided: ${fault}`,
  uz: (name, fault) => `${name} qoidasini tekshirib bo‘lmadi: ${fault}`,
  ru: (name, fault) => `правило ${name} не удалось проверить: ${fault}`,
};

function sentence(sentences: Sentences, language: string, name: string, fault: string): string {
  const own = Object.hasOwn(sentences, language) ? sentences[language] : undefined;
  return (own ?? sentences.en)?.(name, fault) ?? name;
}

/** What is said where a gate has no message of its own. */
export const refusedText = (name: string, language: string): string =>
  sentence(REFUSED, language, name, '');

/** What is said where a gate could not be decided. */
export const undecidedText = (name: string, language: string, fault: string): string =>
  sentence(UNDECIDED, language, name, fault);

const UNBALANCED: Sentences = {
  en: (name, figures) => `${name} is off by ${figures}`,
  uz: (name, figures) => `${name} to‘g‘ri kelmayapti: ${figures}`,
  ru: (name, figures) => `${name} не сходится: ${figures}`,
};

/** What is said of a balance that has no message of its own. */
export const balanceText = (name: string, delta: string, limit: string, language: string): string =>
  sentence(UNBALANCED, language, name, `${delta} > ${limit}`);

const AWAITED: Sentences = {
  en: (name, who) => `${name} needs agreement: ${who}`,
  uz: (name, who) => `${name} uchun rozilik kerak: ${who}`,
  ru: (name, who) => `для ${name} нужно согласие: ${who}`,
};

/** What is said of an approval that has no message of its own. */
export const approvalText = (name: string, who: string, language: string): string =>
  sentence(AWAITED, language, name, who);
