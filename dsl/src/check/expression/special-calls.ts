import type { CallNode, Expr } from '../../language/ast.ts';
import { BOOL, DATE, INSTANT, type RecordType, TEXT, TIME, type Type } from '../../types/type.ts';
import { isPatternFault, parsePattern } from '../../values/pattern.ts';
import type { Context } from '../context.ts';
import { inferArguments, reportArgument, reportCount } from './arguments.ts';
import { inferPresent } from './ask.ts';

/** `matches(text, "pattern")`: the pattern is written out, so that it is read while checking. */
export function inferMatches(node: CallNode, context: Context): Type {
  const [text, written] = node.args as [Expr, Expr];
  const type = inferPresent(text, context, TEXT);
  if (type.kind !== 'text' && type.kind !== 'enum')
    reportArgument(node, text, '`text`', type, context);
  const given = context.infer(written, context);
  if (written.kind !== 'text') {
    const expected = 'a pattern in quotes';
    if (given.kind === 'text')
      context.reporter.report('argumentType', written.span, {
        name: node.name,
        expected,
        actual: 'a computed text',
      });
    else reportArgument(node, written, expected, given, context);
    return BOOL;
  }
  const pattern = parsePattern(written.value);
  if (isPatternFault(pattern)) {
    context.reporter.report('badPattern', written.span, { reason: pattern.reason });
  }
  return BOOL;
}

/** What `shift_of` gives: the date it begins on, which one it is, and from when until when. */
const SHIFT: RecordType = {
  kind: 'record',
  name: undefined,
  fields: new Map<string, Type>([
    ['date', DATE],
    ['kind', { kind: 'enum', values: ['day', 'night'] }],
    ['start', INSTANT],
    ['end', INSTANT],
  ]),
};

/** How the settings hold the times at which shifts begin, or undefined when they hold none. */
function clockOfSettings(context: Context): 'time' | 'text' | undefined {
  const settings = context.scope.get('settings');
  if (settings?.kind !== 'input' || settings.type.kind !== 'record') return undefined;
  const { fields } = settings.type;
  const [day, night] = ['shift_day_start', 'shift_night_start'].map((n) => fields.get(n)?.kind);
  return day === night && (day === 'time' || day === 'text') ? day : undefined;
}

/** `shift_of(instant)`, or `shift_of(instant, day start, night start)`. */
export function inferShift(node: CallNode, context: Context): Type {
  const given = node.args.length === 3;
  if (node.args.length === 2) reportCount(node, '1 argument, or 3', context);
  inferArguments(
    node,
    [INSTANT, TIME, TIME].slice(0, node.args.length).map((type) => ({ type })),
    context,
  );
  const clock = given ? 'given' : clockOfSettings(context);
  if (clock === undefined) context.reporter.report('shiftHours', node.nameSpan);
  else context.typing.calls.set(node, { kind: 'shift', clock });
  return SHIFT;
}
