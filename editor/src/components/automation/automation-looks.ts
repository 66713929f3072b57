import type { ActionStatus, RunStatus } from '../../data/automations.ts';

type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'plain';

export const RUN_TONES: Readonly<Record<RunStatus, Tone>> = {
  running: 'calm',
  done: 'good',
  failed: 'bad',
  empty: 'plain',
};

export const ACTION_TONES: Readonly<Record<ActionStatus, Tone>> = {
  waiting: 'plain',
  ready: 'calm',
  running: 'calm',
  done: 'good',
  dead: 'bad',
  skipped: 'warn',
  dismissed: 'plain',
  refused: 'warn',
  expired: 'warn',
  withdrawn: 'plain',
};
