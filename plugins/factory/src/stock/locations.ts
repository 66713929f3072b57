import type { BaseContext } from '@qoida/core';
import { stockLocation } from '../master/records.ts';

const NAMES = { MAIN: 'Asosiy ombor', SHOP: 'Sex ombori', FG: 'Tayyor mahsulot ombori' } as const;

/** The id of one of the three places every plant has (F-ENM-17); made when first named. */
export async function placeId(context: BaseContext, code: keyof typeof NAMES): Promise<string> {
  await context.db.sql(
    'insert into stock_locations (code, kind, name) values (?, ?, ?) on conflict do nothing',
    [code, code, NAMES[code]],
  );
  return (await context.db.of(stockLocation).get(code)).id;
}
