/** Objects after one, by type and id. */
export const BEYOND = '(object_type, object_id) > (?, ?::uuid)';

/** The objects of a table one after the other, for a recursive query. */
export const stepsOf = (table: string, name: string): string =>
  `(select object_type, object_id from ${table} where ${BEYOND}
    order by object_type, object_id limit 1)
   union all
   select next.object_type, next.object_id from ${name} one, lateral (
     select object_type, object_id from ${table}
     where (object_type, object_id) > (one.object_type, one.object_id)
     order by object_type, object_id limit 1) next`;
