import type { Answer, Facts } from './units.ts';

/** What has to be there and is not, as a text, its facts and the answer of every back end. */
export interface Absent {
  readonly text: string;
  readonly facts: Facts;
  readonly wanted: Answer;
}

const FAULT: Answer = { fault: 'Q9001' };
const of = (text: string, facts: Facts, wanted: Answer): Absent => ({ text, facts, wanted });

/** Names are those of `vars.ts`: `a`, `must` have to be there, `x`, `opt` may be missing. */
export const ABSENT: readonly Absent[] = [
  // Handed to a parameter that may be missing.
  of('has(a)', {}, FAULT),
  of('has(a)', { a: 1 }, { value: true }),
  of('has(x)', {}, { value: false }),
  of('has_must(must)', {}, FAULT),
  of('has_must(must)', { must: null }, FAULT),
  of('has_must(must)', { must: {} }, { value: true }),
  of('has_own(must)', {}, FAULT),
  of('has_own(must)', { must: {} }, FAULT),
  of('has_own(must)', { must: { in: {} } }, { value: false }),
  of('has(must.in.n)', { must: {} }, FAULT),
  of('has(must.in.n)', { must: { in: {} } }, { value: false }),
  of('or_one(a)', {}, { value: 1 }),
  of('passed(a)', {}, FAULT),
  of('passed(x)', {}, { value: null }),
  of('unread(a)', {}, { value: true }),
  of('any(has_kg(r.w) for r in rows)', { rows: [{}] }, FAULT),
  of('any(has(r.n) for r in rows)', { rows: [{}] }, { value: false }),
  of('any(has(v) for v in list)', { list: [null] }, FAULT),
  of('any(has_text(v) for v in tags)', { tags: [null] }, { value: false }),
  of('unread(if p then a else missing)', { p: false }, { value: true }),
  of('kept(p, if p then x else missing)', { p: true }, FAULT),
  of('again(if p then x else missing)', { p: true }, FAULT),
  // Inside a record that may be missing.
  of('opt.in.n is present', {}, { value: false }),
  of('opt.in.n is present', { opt: {} }, FAULT),
  of('opt.in.n is present', { opt: { in: {} } }, { value: false }),
  of('opt.k is missing', {}, { value: true }),
  of('opt.k is missing', { opt: {} }, FAULT),
  of('opt.in is missing', { opt: { in: null } }, FAULT),
  of('opt.k', {}, { value: null }),
  of('opt.k', { opt: {} }, FAULT),
  of('opt.k ?? 1 kg', { opt: {} }, { value: 1 }),
  of('has_deep(opt)', {}, { value: false }),
  of('has_deep(opt)', { opt: {} }, FAULT),
  of('rec.k is present', { rec: {} }, FAULT),
  of('rec.in is present', { rec: {} }, { value: false }),
  of('rec.in.n is present', { rec: {} }, { value: false }),
  of('rec.in.n is present', { rec: { in: {} } }, FAULT),
  // In a place that hands on what may be missing.
  of('if p then a else missing', { p: true }, FAULT),
  of('if p then a else missing', { p: false }, { value: null }),
  of('if p then x else missing', { p: true }, { value: null }),
  of('(if p then a else missing) is missing', { p: true }, FAULT),
  of('if p then opt.k else missing', { p: true, opt: {} }, FAULT),
  of('if p then must.in.n else missing', { p: true, must: {} }, FAULT),
  of('(if p then a else missing) ?? 3', { p: true }, { value: 3 }),
  of('kept(p, a)', { p: true }, FAULT),
  of('x ?? a', {}, FAULT),
  of('(x ?? a) is missing', {}, FAULT),
  of('any(v is missing for v in [a, x])', { a: 1 }, { value: true }),
  of('any(v is missing for v in [a, x])', { x: 1 }, FAULT),
  of('any((if true then v else missing) is missing for v in list)', { list: [null] }, FAULT),
  of('in_list(a, x)', { x: 1 }, FAULT),
  of('in_record(k, w)', { w: 1 }, FAULT),
  of('in_record(k, w)', { k: 1 }, { value: null }),
  of('{n: a, o: x}.o', { x: 1 }, FAULT),
];
