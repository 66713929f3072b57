import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { Span } from '../../source/text.ts';
import { type UnitFault, unitNames } from '../../types/units.ts';

/** A text that is written like a unit and is none: says which part of it, and why. */
export function reportUnit(fault: UnitFault, text: string, span: Span, reporter: Reporter): void {
  switch (fault.reason) {
    case 'calendar':
      return reporter.report('calendarUnit', span, { unit: fault.part });
    case 'alone':
      return reporter.report('unitAlone', span, { unit: fault.part });
    case 'scale':
      return reporter.report('unitScale', span, { unit: fault.part });
    case 'unknown': {
      // Where the span is more than the text, as in a longer type, the whole is meant.
      const exact = span.end - span.start === text.length;
      const start = span.start + fault.at;
      const at = exact ? { start, end: start + fault.part.length } : span;
      const fix = exact ? didYouMean(fault.part, unitNames(), at) : undefined;
      if (fault.part === text) reporter.report('unknownType', at, { name: text }, fix);
      else reporter.report('unitPart', at, { part: fault.part, unit: text }, fix);
    }
  }
}
