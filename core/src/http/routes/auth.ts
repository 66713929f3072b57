import { oneOf, specsOf, text } from '../../api/fields.ts';
import { jsonSchemaOf, validatorOf } from '../../api/json-schema.ts';
import type { Auth, Registration } from '../../auth/index.ts';
import { createLoginGuard, type LoginGuard } from '../rate-limit.ts';
import type { JsonSchema, RouteDef, RouteRequest } from '../route.ts';
import { HttpReply } from '../route.ts';
import {
  COOKIE,
  callerOf,
  cookie,
  doc,
  open,
  REFUSED,
  SIGNED_IN,
  signedIn,
} from './auth-answers.ts';
import { registerRoute } from './register.ts';

const loginFields = specsOf({
  username: text({ maxLength: 64 }),
  password: text({ maxLength: 200, secret: true }),
});
const refreshFields = specsOf({ refresh: text({ maxLength: 100, secret: true }).optional() });
const setupFields = specsOf({
  token: text({ maxLength: 100, secret: true }),
  username: text({ maxLength: 64 }),
  full_name: text({ maxLength: 200 }),
  password: text({ maxLength: 200, secret: true }),
  locale: oneOf('uz', 'ru', 'en').default('uz'),
});
const choiceFields = specsOf({
  username: text({ maxLength: 64 }),
  password: text({ maxLength: 200, secret: true }),
  new_password: text({ maxLength: 200, secret: true }),
});
const readLogin = validatorOf(loginFields);
const readChoice = validatorOf(choiceFields);
const readRefresh = validatorOf(refreshFields);
const readSetup = validatorOf(setupFields);

/** Sign-in, refresh, sign-out, registration and the first administrator (F-API-010, F-API-011, F-API-137, S-API-01). */
export function authRoutes(
  auth: Auth,
  registration: Registration,
  organizationId: string,
): RouteDef[] {
  const guard = createLoginGuard();
  return [
    loginRoute(auth, guard),
    choiceRoute(auth, guard),
    refreshRoute(auth),
    logoutRoute(auth),
    registerRoute(registration, guard),
    ...setupRoutes(auth, registration, organizationId),
  ];
}

function loginRoute(auth: Auth, guard: LoginGuard): RouteDef {
  return {
    ...open('POST', '/auth/login'),
    openapi: doc('auth.login', 'Sign in', SIGNED_IN, jsonSchemaOf(loginFields, { input: true })),
    async handle(request) {
      const given = readLogin(request.body, request.locale) as {
        username: string;
        password: string;
      };
      await guard.attempt(request.ip, given.username);
      const session = await auth.login(given, callerOf(request));
      await guard.succeeded(request.ip, given.username);
      return signedIn(session, request, { inBody: true });
    },
  };
}

/** For a password that somebody else set (`password_must_change`): guessing at it counts as a sign-in. */
function choiceRoute(auth: Auth, guard: LoginGuard): RouteDef {
  return {
    ...open('POST', '/auth/password'),
    openapi: doc(
      'auth.choose_password',
      'Choose a password of your own and sign in',
      SIGNED_IN,
      jsonSchemaOf(choiceFields, { input: true }),
    ),
    async handle(request) {
      const given = readChoice(request.body, request.locale) as unknown as Parameters<
        Auth['choosePassword']
      >[0];
      await guard.attempt(request.ip, given.username);
      const session = await auth.choosePassword(given, callerOf(request), request.traceId);
      await guard.succeeded(request.ip, given.username);
      return signedIn(session, request, { inBody: true });
    },
  };
}

function refreshRoute(auth: Auth): RouteDef {
  return {
    ...open('POST', '/auth/refresh'),
    openapi: doc(
      'auth.refresh',
      'Exchange the refresh token for new tokens',
      SIGNED_IN,
      jsonSchemaOf(refreshFields, { input: true }),
    ),
    async handle(request) {
      const inBody = refreshOf(request);
      const session = await auth.refresh(inBody ?? cookieOf(request) ?? '');
      return signedIn(session, request, { inBody: inBody !== null });
    },
  };
}

/** Ends the pass to Node-RED in this browser too. */
const FLOWS_OVER = 'qoida_red=; Path=/red; HttpOnly; SameSite=Strict; Max-Age=0';

function logoutRoute(auth: Auth): RouteDef {
  return {
    ...open('POST', '/auth/logout'),
    openapi: {
      ...doc(
        'auth.logout',
        'Sign out: ends this sign-in with all its tokens',
        undefined,
        jsonSchemaOf(refreshFields, { input: true }),
      ),
      responses: { 204: { description: 'Signed out' }, 401: REFUSED },
    },
    async handle(request) {
      const refresh = refreshOf(request) ?? cookieOf(request) ?? undefined;
      await auth.logout({
        authorization: request.headers.authorization as string | undefined,
        refresh,
      });
      const over = [cookie('', 0, request.secure), FLOWS_OVER];
      return new HttpReply(204, undefined, { 'Set-Cookie': over });
    },
  };
}

function setupRoutes(auth: Auth, registration: Registration, organizationId: string): RouteDef[] {
  const needed: JsonSchema = {
    type: 'object',
    properties: {
      needed: { type: 'boolean' },
      registration: {
        enum: ['closed', 'open', 'waits'],
        description: 'whether people register themselves; `waits`: an administrator lets each in',
      },
    },
    required: ['needed', 'registration'],
  };
  return [
    {
      ...open('GET', '/auth/setup'),
      openapi: doc(
        'auth.setup_state',
        'Whether the first administrator has still to be made, and whether people register themselves',
        needed,
      ),
      handle: async () => ({
        needed: await auth.needsSetup(organizationId),
        registration: await registration.state(),
      }),
    },
    {
      ...open('POST', '/auth/setup'),
      openapi: {
        ...doc(
          'auth.setup',
          'Make the first administrator with the one-time link',
          undefined,
          jsonSchemaOf(setupFields, { input: true }),
        ),
        responses: { 201: { description: 'Made and signed in', schema: SIGNED_IN }, 401: REFUSED },
      },
      async handle(request) {
        const given = readSetup(request.body, request.locale) as unknown as Parameters<
          Auth['setup']
        >[0];
        const session = await auth.setup(given, callerOf(request), request.traceId);
        return signedIn(session, request, { inBody: true, status: 201 });
      },
    },
  ];
}

function refreshOf(request: RouteRequest): string | null {
  return readRefresh(request.body ?? {}, request.locale).refresh as string | null;
}

function cookieOf(request: RouteRequest): string | null {
  const pairs = String(request.headers.cookie ?? '').split(';');
  const found = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) || null;
}
