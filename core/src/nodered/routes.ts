import { forbidden } from '../api/errors.ts';
import type { RouteDef } from '../http/index.ts';
import { HttpReply } from '../http/index.ts';
import { signPass } from './pass.ts';
import { COOKIE } from './proxy.ts';

/** Who may open the editor; the technologist reads only. */
export const FLOW_ROLES = ['admin', 'integrator', 'texnolog'] as const;

const EIGHT_HOURS = 8 * 3600;

/** `POST /auth/node-red`: turns a signed-in person's token into the cookie that opens `/red`. */
export function nodeRedRoute(options: { secret: string; now: () => Date }): RouteDef {
  return {
    method: 'POST',
    path: '/auth/node-red',
    access: 'user',
    openapi: {
      summary: 'Open the Node-RED editor for this browser',
      tags: ['auth'],
      operationId: 'auth.node_red',
      responses: { 200: { description: 'the cookie is set; go to `url`' } },
      roles: FLOW_ROLES,
    },
    async handle({ actor, secure }) {
      const roles = actor?.roles ?? [];
      const writes = roles.includes('admin') || roles.includes('integrator');
      if (!writes && !roles.includes('texnolog')) {
        throw forbidden('role_required', 'Node-RED needs the role integrator', {
          roles: ['integrator', 'admin', 'texnolog'],
        });
      }
      const exp = Math.floor(options.now().getTime() / 1000) + EIGHT_HOURS;
      const pass = signPass(
        {
          user: actor?.name ?? '',
          userId: actor?.id ?? '',
          permissions: writes ? '*' : 'read',
          exp,
        },
        options.secret,
      );
      const cookie = `${COOKIE}=${pass}; Path=/red; HttpOnly; SameSite=Strict; Max-Age=${EIGHT_HOURS}${secure ? '; Secure' : ''}`;
      return new HttpReply(200, { url: '/red/', read_only: !writes }, { 'set-cookie': cookie });
    },
  };
}
