import { isRecord } from './read.ts';

/** What a host may do wrong. */
export type ApiFault =
  | 'not_a_text'
  | 'not_a_list'
  | 'not_a_record'
  | 'not_a_date'
  | 'not_a_program'
  | 'not_a_choice'
  | 'unknown_option'
  | 'unknown_zone'
  | 'unreadable_type';

/**
 * Thrown where the host calls the package wrongly. No text of a user's and none of his data is to
 * blame: those give diagnostics and faults.
 */
export class ApiError extends TypeError {
  readonly code: ApiFault;
  /** What was wrong: `files[0].text`, `catalog.records.session.fields.input_kg.type`. */
  readonly argument: string;

  /** @param cure what to do, as a sentence without its full stop */
  constructor(code: ApiFault, argument: string, wrong: string, cure: string) {
    super(`${argument} ${wrong}: ${cure}`);
    this.name = 'ApiError';
    this.code = code;
    this.argument = argument;
  }
}

const isDate = (value: unknown): value is Date => {
  try {
    return value instanceof Date;
  } catch {
    return false;
  }
};

/** "a number", "nothing": what was given, in a sentence. */
function given(value: unknown): string {
  if (value === undefined || value === null) return 'is missing';
  if (isDate(value)) return 'is a date';
  if (typeof value === 'object') return isRecord(value) ? 'is a record' : 'is a list';
  return `is a ${typeof value === 'string' ? 'text' : typeof value}`;
}

/** @throws ApiError for what is no text */
export function needText(value: unknown, argument: string): asserts value is string {
  if (typeof value !== 'string')
    throw new ApiError('not_a_text', argument, given(value), 'give a text');
}

/** @throws ApiError for what is no list */
export function needList(value: unknown, argument: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value))
    throw new ApiError('not_a_list', argument, given(value), 'give a list');
}

/** @throws ApiError for what is no list of texts */
export function needTexts(value: unknown, argument: string): asserts value is readonly string[] {
  needList(value, argument);
  for (const [i, item] of value.entries()) needText(item, `${argument}[${i}]`);
}

/** @throws ApiError for what is no record */
export function needRecord(
  value: unknown,
  argument: string,
): asserts value is Readonly<Record<string, unknown>> {
  if (!isRecord(value) || isDate(value))
    throw new ApiError('not_a_record', argument, given(value), 'give an object with named values');
}

/** @throws ApiError for what is no `Date` */
export function needDate(value: unknown, argument: string): asserts value is Date {
  if (!isDate(value)) throw new ApiError('not_a_date', argument, given(value), 'give a `Date`');
}

/** @throws ApiError for a `Date` too that is no moment */
export function needMoment(value: unknown, argument: string): asserts value is Date {
  needDate(value, argument);
  if (Number.isNaN(value.getTime()))
    throw new ApiError('not_a_date', argument, 'is no moment', 'give a `Date` that is one');
}

/** @throws ApiError for what is none of some words */
export function needOneOf(value: unknown, words: readonly unknown[], argument: string): void {
  if (words.includes(value)) return;
  const wrong = typeof value === 'string' ? `is \`${value}\`` : given(value);
  throw new ApiError('not_a_choice', argument, wrong, `give one of ${words.join(', ')}`);
}

/**
 * @param names the options there are, each with the values it may have where these are few words
 * @throws ApiError for what is no record, has another option, or a value that an option has not
 */
export function needOptions(
  value: unknown,
  names: Readonly<Record<string, readonly unknown[] | undefined>>,
): void {
  needRecord(value, 'options');
  for (const [name, option] of Object.entries(value)) {
    if (!Object.hasOwn(names, name))
      throw new ApiError(
        'unknown_option',
        `options.${name}`,
        'is no option',
        `leave it out, or write one of ${Object.keys(names).join(', ')}`,
      );
    const words = names[name];
    if (words !== undefined && option !== undefined) needOneOf(option, words, `options.${name}`);
  }
}
