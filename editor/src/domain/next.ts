/** An address of this server to go on to after signing in; anything else is the start page. */
export const safeNext = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';

/** Node-RED lies beside the app: it needs a pass of its own and a real change of page. */
export const isFlows = (next: string): boolean => /^\/red(?:\/|$)/.test(next);
