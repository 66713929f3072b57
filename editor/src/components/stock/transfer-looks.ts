import type { Transfer } from '../../data/stock.ts';
import { iconBlock, iconCheck, iconTransfer, iconWarning } from '../ui/icons.ts';

export const TRANSFER_LOOKS: Readonly<
  Record<
    Transfer['status'],
    { readonly tone: 'calm' | 'good' | 'warn' | 'plain'; readonly icon: string }
  >
> = {
  in_transit: { tone: 'calm', icon: iconTransfer },
  completed: { tone: 'good', icon: iconCheck },
  discrepancy: { tone: 'warn', icon: iconWarning },
  cancelled: { tone: 'plain', icon: iconBlock },
};
