import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { Span } from '../../source/text.ts';
import { type UnitFault, unitNames } from '../../types/units.ts';

/** A text that is written like a unit and is none: says which part of it, and why. */
export function reportUnit(fault: UnitFault, text: string, span: Span, reporter: Reporter): void {
  const unit = fault.part;
  if (fault.reason === 'calendar') reporter.report('calendarUnit', span, { unit });
  else if (fault.reason === 'alone') reporter.report('unitAlone', span, { unit });
  else if (fault.reason === 'scale') reporter.report('unitScale', span, { unit });
  else reportPart(unit, fault.at, text, span, reporter);
}

function reportPart(
  part: string,
  from: number,
  text: string,
  span: Span,
  reporter: Reporter,
): void {
  // Where the span is more than the text, as in a longer type, the whole is meant.
  const exact = span.end - span.start === text.length;
  const start = span.start + from;
  const at = exact ? { start, end: start + part.length } : span;
  // One letter is near every other.
  const fix = exact && part.length > 1 ? didYouMean(part, unitNames(), at) : undefined;
  if (part === text) reporter.report('unknownType', at, { name: text }, fix);
  else reporter.report('unitPart', at, { part, unit: text }, fix);
}
