import { oneOf, specsOf, text } from '../../api/fields.ts';
import { jsonSchemaOf, validatorOf } from '../../api/json-schema.ts';
import type { NewPerson, Registration } from '../../auth/index.ts';
import type { LoginGuard } from '../rate-limit.ts';
import { createRegistrationGuard } from '../rate-limit.ts';
import type { JsonSchema, RouteDef } from '../route.ts';
import { HttpReply } from '../route.ts';
import { callerOf, doc, open, SIGNED_IN, signedIn } from './auth-answers.ts';

const fields = specsOf({
  username: text({ maxLength: 64 }),
  full_name: text({ maxLength: 200 }),
  password: text({ maxLength: 200, secret: true }),
  locale: oneOf('uz', 'ru', 'en').optional(),
});
const read = validatorOf(fields);

const WAITING: JsonSchema = {
  type: 'object',
  required: ['waiting', 'username'],
  properties: { waiting: { const: true }, username: { type: 'string' } },
};
const ERROR: JsonSchema = { $ref: '#/components/schemas/Error' };

/** People who make their own account, where the house opens that (S-M1-04, S-OP-16). */
export function registerRoute(registration: Registration, guard: LoginGuard): RouteDef {
  const newcomers = createRegistrationGuard();
  return {
    ...open('POST', '/auth/register'),
    openapi: {
      ...doc('auth.register', 'Make an account of your own and sign in', undefined, BODY),
      parameters: [{ name: 'Idempotency-Key', in: 'header', required: false }],
      responses: {
        201: { description: 'Made and signed in', schema: SIGNED_IN },
        202: { description: 'Made; an administrator has still to let you in', schema: WAITING },
        403: { description: 'Nobody registers here (`registration_closed`)', schema: ERROR },
        409: { description: 'The name is taken (`username_taken`)', schema: ERROR },
      },
    },
    async handle(request) {
      await registration.refuseClosed();
      const given = read(request.body, request.locale) as unknown as NewPerson;
      await newcomers.attempt(request.ip);
      // It signs in at its end: what is guessed here is guessed there.
      await guard.attempt(request.ip, given.username);
      const key = request.headers['idempotency-key'];
      const session = await registration.register(
        { ...given, locale: given.locale ?? request.locale },
        {
          caller: callerOf(request),
          locale: request.locale,
          traceId: request.traceId,
          ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
        },
      );
      await guard.succeeded(request.ip, given.username);
      if (session === null)
        return new HttpReply(202, { waiting: true, username: given.username.trim().toLowerCase() });
      return signedIn(session, request, { inBody: true, status: 201 });
    },
  };
}

const BODY = jsonSchemaOf(fields, { input: true });
