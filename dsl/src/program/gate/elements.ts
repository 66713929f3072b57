import { itemsOf, readOwn } from '../../source/read.ts';
import { BAD, enter, type Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import type { PointRule } from './point-rule.ts';

/** The elements `each` walks, or a fault when there is no list. */
export function elementsOf(
  rule: Pick<PointRule, 'each' | 'unit'>,
  environment: Environment,
): readonly Value[] | Fault {
  if (rule.each === undefined) return [];
  const { fact, border } = rule.each;
  const { span } = rule.unit.body;
  const data = readOwn(environment.inputs, fact);
  const items = itemsOf(data);
  if (items === undefined) {
    const kind = data === undefined || data === null ? 'missing' : 'data';
    return new Fault(kind, span, rule.unit.file, [fact]);
  }
  const wrong = (i: number): Fault => new Fault('data', span, rule.unit.file, [`${fact}[${i}]`]);
  return items.map((item, i) => {
    const value = enter(item, border, environment.zone, () => wrong(i));
    return value === BAD || value === null ? wrong(i) : value;
  });
}
