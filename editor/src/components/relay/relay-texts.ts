import type { RelayState, SwitchEvent } from '../../data/switches.ts';

/** Relays and inputs are counted from 1 for people, as on the box. */
export const shownNumber = (index: number): number => index + 1;

export const STATE_TONES: Readonly<Record<RelayState, 'good' | 'plain' | 'warn'>> = {
  on: 'good',
  off: 'plain',
  unknown: 'warn',
};

/** Rules act under a technical name; people know the last part of it. */
export function nameOfHolder(name: string): { rule: boolean; name: string } {
  const [, kind, rule] = /^(automation|schedule) (\S+)$/.exec(name) ?? [];
  return kind === undefined || rule === undefined
    ? { rule: false, name }
    : { rule: true, name: rule.split('.').at(-1) ?? rule };
}

/** Key of the sentence for an event and the figures in it. */
export function sentenceOf({ name, payload, by }: SwitchEvent) {
  const relay = payload.relay === undefined ? '' : shownNumber(payload.relay);
  const input = payload.input === undefined ? '' : shownNumber(payload.input);
  const who = payload.owner == null ? '' : nameOfHolder(payload.owner).name;
  const figures = {
    ...{ relay, input, who, by: nameOfHolder(by ?? '').name, fault: payload.fault ?? '' },
    seconds: payload.held ?? 0,
    version: payload.version ?? 0,
  };
  const word = name.slice(name.indexOf('.') + 1);
  if (word === 'changed') {
    const key = payload.state === 'on' ? 'turnedOn' : 'turnedOff';
    return { key: who === '' ? `${key}ByItself` : key, figures };
  }
  if (word === 'input' || word === 'input_late')
    return { key: `input_${payload.kind ?? 'change'}`, figures };
  if (word === 'command_ended') return { key: `command_${payload.status ?? 'ok'}`, figures };
  if (word === 'configured')
    return { key: payload.acked === payload.version ? 'configTaken' : 'configChanged', figures };
  if (word === 'shared') return { key: payload.role == null ? 'unshared' : 'shared', figures };
  return { key: word, figures };
}
