import { invalid } from '../api/errors.ts';
import { decimalOf } from '../api/from-text.ts';

/** Paging as a caller asks for it; query strings give texts. */
export interface PageRequest {
  readonly page?: number | string;
  readonly page_size?: number | string;
}

export interface Page<T> {
  readonly items: T[];
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

const DEFAULT_SIZE = 50;
const MAX_SIZE = 200;

/** @throws Refusal page_invalid for a page below 1 or a size outside 1..200 */
export function pageOf(request: PageRequest): { page: number; page_size: number; offset: number } {
  const page = whole('page', request.page, 1, Number.MAX_SAFE_INTEGER / MAX_SIZE);
  const page_size = whole('page_size', request.page_size, DEFAULT_SIZE, MAX_SIZE);
  return { page, page_size, offset: (page - 1) * page_size };
}

function whole(
  name: string,
  given: number | string | undefined,
  fallback: number,
  max: number,
): number {
  if (given === undefined || given === '') return fallback;
  const value = decimalOf(String(given));
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw invalid('page_invalid', `${name} must be a whole number from 1 to ${Math.trunc(max)}`, {
    [name]: given,
  });
}
