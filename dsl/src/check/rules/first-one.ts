import type { EntityBlock } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { RecordType } from '../../types/type.ts';

/** A record that needs one of its own kind before it, directly or by others, never comes to be. */
export function demandFirstOne(record: RecordType, block: EntityBlock, reporter: Reporter): void {
  const { name, span } = block.name;
  const path = wayBack(record, name, new Set());
  if (path !== undefined)
    reporter.report('neverFirst', span, { name, path: [name, ...path].join('.') });
}

/** The fields that must be there and lead to a record of the name. */
function wayBack(
  record: RecordType,
  name: string,
  seen: Set<RecordType>,
): readonly string[] | undefined {
  if (seen.has(record)) return undefined;
  seen.add(record);
  for (const [field, type] of record.fields) {
    if (type.kind !== 'record') continue;
    const rest = type.name === name ? [] : wayBack(type, name, seen);
    if (rest !== undefined) return [field, ...rest];
  }
  return undefined;
}
