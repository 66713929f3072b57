import type { Span } from '../source/text.ts';

export type FaultKind = 'missing' | 'zero' | 'range' | 'data' | 'function';

const CODE: Readonly<Record<FaultKind, string>> = {
  missing: 'Q9001',
  zero: 'Q9002',
  range: 'Q9003',
  data: 'Q9004',
  function: 'Q9005',
};

/** Why there is no value: travels through an evaluation in the place of one. */
export class Fault {
  readonly kind: FaultKind;
  readonly span: Span;
  /** The file the span counts in. */
  readonly file: string;
  /** What was missing or wrong, as paths: `session.input_kg`. */
  readonly names: readonly string[];

  constructor(kind: FaultKind, span: Span, file: string, names: readonly string[]) {
    this.kind = kind;
    this.span = span;
    this.file = file;
    this.names = names;
  }

  get code(): string {
    return CODE[this.kind];
  }
}

/** `??` answers a missing value and a division by zero, no other fault. */
export const isAnswerable = (fault: Fault): boolean =>
  fault.kind === 'missing' || fault.kind === 'zero';

const WORDS: Readonly<Record<string, Readonly<Record<FaultKind, string>>>> = {
  en: {
    missing: 'a value is missing',
    zero: 'division by zero',
    range: 'the result is out of range',
    data: 'the data has the wrong form',
    function: 'a function gave no answer',
  },
  uz: {
    missing: 'qiymat yo‘q',
    zero: 'nolga bo‘lish',
    range: 'natija chegaradan tashqarida',
    data: 'maʼlumot noto‘g‘ri ko‘rinishda',
    function: 'funksiya javob bermadi',
  },
  ru: {
    missing: 'нет значения',
    zero: 'деление на ноль',
    range: 'результат вне допустимых границ',
    data: 'данные неверного вида',
    function: 'функция не дала ответа',
  },
};

/** A fault as a sentence for the reader: "a value is missing: session.input_kg". */
export function faultText(fault: Fault, language: string): string {
  const words = (Object.hasOwn(WORDS, language) ? WORDS[language] : undefined) ?? WORDS.en;
  const text = words?.[fault.kind] ?? fault.kind;
  return fault.names.length === 0 ? text : `${text}: ${fault.names.join(', ')}`;
}

/** Thrown by `evaluate` for programs; inside the language faults are values. */
export class QoidaFault extends Error {
  readonly code: string;
  readonly span: Span;
  readonly names: readonly string[];
  constructor(fault: Fault) {
    super(faultText(fault, 'en'));
    this.name = 'QoidaFault';
    this.code = fault.code;
    this.span = fault.span;
    this.names = fault.names;
  }
}
