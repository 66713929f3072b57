import type { NameNode } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { World } from '../context.ts';

/** Roles that are named must exist; a catalog that lists none leaves them to the plant. */
export function checkRoles(roles: readonly NameNode[], world: World, reporter: Reporter): void {
  const known = world.index.catalog.roles;
  for (const { name, span } of known === undefined ? [] : roles) {
    if (!known?.includes(name))
      reporter.report('unknownRole', span, { name }, didYouMean(name, known ?? [], span));
  }
}
