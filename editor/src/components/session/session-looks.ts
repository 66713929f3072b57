import type { SessionStatus } from '../../data/sessions.ts';
import { iconCheck, iconPause, iconPlay } from '../ui/icons.ts';

export const SESSION_LOOKS: Readonly<
  Record<SessionStatus, { readonly tone: 'good' | 'warn' | 'plain'; readonly icon: string }>
> = {
  opened: { tone: 'good', icon: iconPlay },
  paused: { tone: 'warn', icon: iconPause },
  closed: { tone: 'plain', icon: iconCheck },
};
