import { byId, id, operation, text } from '@qoida/core';
import { OPR, SEX } from '../roles.ts';
import { packageRecord } from './records.ts';

/** F-API-127: a comment is all that can be changed; weight and length never, and OTK nothing at all (F-M6-06). */
export const commentPackage = operation({
  name: 'package.comment',
  http: 'PATCH /packages/:package_id',
  summary: { uz: 'Paketga izoh', ru: 'Комментарий к упаковке', en: 'Comment on a package' },
  roles: [OPR, SEX],
  effect: 'record',
  input: { package_id: id('package'), comment: text({ maxLength: 500 }) },
  facts: { package: byId(packageRecord, 'package_id', { lock: true }) },
  run: ({ db, facts, input }) =>
    db.of(packageRecord).update(facts.package.id, { comment: input.comment }),
});
