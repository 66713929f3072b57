import type { NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { RecordType } from '../../types/type.ts';
import type { World } from '../context.ts';

/** The record a block is about, which the catalog must have. */
export function recordNamed(
  node: NameNode,
  world: World,
  reporter: Reporter,
): RecordType | undefined {
  const { name, span } = node;
  const record = world.index.record(name);
  if (record !== undefined) return record;
  const known = world.index.names('record');
  reporter.report('unknownRecord', span, { name }, didYouMean(name, known, span));
  return undefined;
}
