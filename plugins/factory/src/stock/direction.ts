import type { BaseContext } from '@qoida/core';
import { forbidden } from '@qoida/core';
import { MAI, SHP } from '../roles.ts';
import type { TxnType } from './records.ts';

export type Direction = 'main_to_shop' | 'shop_to_main';

interface Leg {
  readonly from: 'MAIN' | 'SHOP';
  readonly to: 'MAIN' | 'SHOP';
  readonly type: TxnType;
  readonly sender: string;
  readonly receiver: string;
}

export const LEGS: Readonly<Record<Direction, Leg>> = {
  main_to_shop: { from: 'MAIN', to: 'SHOP', type: 'MAIN_TO_SHOP', sender: MAI, receiver: SHP },
  shop_to_main: { from: 'SHOP', to: 'MAIN', type: 'SHOP_TO_MAIN', sender: SHP, receiver: MAI },
};

/** Each end of a transfer has its own storekeeper (F-API-030…033). @throws Refusal forbidden */
export function requireStorekeeper(context: BaseContext, role: string): void {
  if (context.actor.kind === 'system' || context.actor.roles.includes(role)) return;
  throw forbidden('role_required', `This end of the transfer needs the role ${role}`, {
    roles: [role],
  });
}
