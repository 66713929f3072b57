import { user } from '../api/core-records.ts';
import { Refusal } from '../api/errors.ts';
import { event } from '../api/events.ts';
import { id, list, oneOf, text } from '../api/fields.ts';
import { type Actor, type OperationDef, operation } from '../api/operations.ts';
import { passwordFits } from './passwords.ts';
import { serviceToken } from './records.ts';
import { userRegister } from './registration.ts';
import { forgetReset, noteReset, passwordReset } from './resets.ts';
import { ADMIN, USER_MANAGERS } from './roles.ts';
import { issueServiceToken, revokeServiceToken } from './service-tokens.ts';
import { checkMayManage, createUser, setPassword, setRoles, updateUser } from './users.ts';

/** Somebody was let in, switched off or on again. */
export const userStatusChanged = event(
  'user.status_changed',
  { user_id: id('user'), username: text(), status: oneOf('active', 'disabled'), by: text() },
  {
    title: {
      uz: 'Foydalanuvchi holati o‘zgardi',
      ru: 'Состояние пользователя изменилось',
      en: 'A user was let in, disabled or enabled',
    },
  },
);

const grade = () => oneOf('stajor', 'kichik', 'katta', 'starshiy').optional();
const password = () => text({ maxLength: 200, secret: true });
/** One entry for each of `grade`, … that a caller may leave out to keep as it is. */
const changes = {
  full_name: text({ maxLength: 200 }).optional(),
  position: text({ maxLength: 64 }).optional(),
  grade: grade(),
  locale: oneOf('uz', 'ru', 'en').optional(),
  status: oneOf('active', 'disabled').optional(),
};

const userCreate = operation({
  name: 'user.create',
  http: 'POST /users',
  summary: { uz: 'Foydalanuvchi qo‘shish', ru: 'Добавить пользователя', en: 'Add a user' },
  roles: USER_MANAGERS,
  effect: 'record',
  input: {
    username: text({ maxLength: 64 }),
    full_name: text({ maxLength: 200 }),
    position: text({ maxLength: 64 }),
    password: password(),
    grade: grade(),
    locale: oneOf('uz', 'ru', 'en').default('uz'),
    roles: list(text({ maxLength: 64 }), { max: 50 }).default([]),
  },
  async run({ input, db, actor }) {
    await checkMayManage(db, actor, { roles: [input.position, ...input.roles] });
    return createUser(db, input);
  },
});

const userUpdate = operation({
  name: 'user.update',
  http: 'PATCH /users/:id',
  summary: { uz: 'Foydalanuvchini o‘zgartirish', ru: 'Изменить пользователя', en: 'Change a user' },
  roles: USER_MANAGERS,
  effect: 'record',
  input: { id: id('user'), ...changes },
  emits: [userStatusChanged],
  async run({ input: { id: userId, ...patch }, db, actor, now, emit }) {
    await checkMayManage(db, actor, { userId, roles: [patch.position] });
    const before = await db.of(user).get(userId, { lock: true });
    const after = await updateUser(db, userId, patch, now);
    const { status } = patch;
    if (status && status !== before.status)
      await emit(userStatusChanged, {
        user_id: after.id,
        username: after.username,
        status,
        by: actor.name,
      });
    return after;
  },
});

const userSetPassword = operation({
  name: 'user.set_password',
  http: 'POST /users/:id/password',
  status: 204,
  summary: { uz: 'Yangi parol berish', ru: 'Задать новый пароль', en: 'Set a new password' },
  roles: USER_MANAGERS,
  effect: 'record',
  input: { id: id('user'), password: password() },
  emits: [passwordReset],
  async run({ input, db, actor, now, emit }) {
    await checkMayManage(db, actor, { userId: input.id });
    await setPassword(db, input.id, input.password, now);
    if (actor.id === input.id) return;
    // Whoever knows it could act as its owner: it is good only for choosing another, and nobody misses it.
    await noteReset(db, input.id, actor.name, now);
    const { username } = await db.of(user).get(input.id);
    await emit(passwordReset, { user_id: input.id, username, by: actor.name });
  },
});

const userSetRoles = operation({
  name: 'user.set_roles',
  http: 'PUT /users/:id/roles',
  summary: {
    uz: 'Qo‘shimcha rollarni belgilash',
    ru: 'Задать дополнительные роли',
    en: 'Set the roles beside the position',
  },
  roles: USER_MANAGERS,
  effect: 'record',
  input: { id: id('user'), roles: list(text({ maxLength: 64 }), { max: 50 }) },
  async run({ input, db, actor }) {
    await checkMayManage(db, actor, { userId: input.id, roles: input.roles });
    return setRoles(db, input.id, input.roles);
  },
});

const profileUpdate = operation({
  name: 'profile.update',
  http: 'PATCH /me',
  summary: {
    uz: 'O‘z tilini o‘zgartirish',
    ru: 'Изменить свой язык',
    en: 'Change your own language',
  },
  roles: '*',
  effect: 'record',
  input: { locale: oneOf('uz', 'ru', 'en') },
  async run({ input, db, actor, now }) {
    return updateUser(db, personOf(actor), input, now);
  },
});

const profilePassword = operation({
  name: 'profile.change_password',
  http: 'POST /me/password',
  status: 204,
  summary: {
    uz: 'O‘z parolini o‘zgartirish',
    ru: 'Сменить свой пароль',
    en: 'Change your own password',
  },
  roles: '*',
  effect: 'record',
  input: { current: password(), password: password() },
  async run({ input, db, actor, now }) {
    const row = await db.of(user).get(personOf(actor));
    if (!(await passwordFits(row.password_hash, input.current))) {
      throw new Refusal('forbidden', 'bad_credentials', 'The present password is wrong');
    }
    await setPassword(db, row.id, input.password, now);
    await forgetReset(db, row.id);
  },
});

const tokenIssue = operation({
  name: 'service_token.issue',
  http: 'POST /service-tokens',
  summary: {
    uz: 'Dasturga token berish',
    ru: 'Выдать токен программе',
    en: 'Issue a token for a program',
  },
  roles: [ADMIN],
  effect: 'record',
  secretAnswer: true,
  input: {
    name: text({ maxLength: 64, pattern: '^[a-z0-9][a-z0-9._-]*$' }),
    roles: list(text({ maxLength: 64 }), { min: 1, max: 50 }),
  },
  run: ({ input, db }) => issueServiceToken(db, input),
});

const tokenRevoke = operation({
  name: 'service_token.revoke',
  http: 'DELETE /service-tokens/:id',
  status: 204,
  summary: { uz: 'Tokenni bekor qilish', ru: 'Отозвать токен', en: 'Revoke a token' },
  roles: [ADMIN],
  effect: 'record',
  input: { id: id(serviceToken.name) },
  async run({ input, db, now }) {
    await revokeServiceToken(db, input.id, now);
  },
});

/** People and tokens, down the one road like every other change. */
export const authOperations: readonly OperationDef[] = [
  userRegister,
  userCreate,
  userUpdate,
  userSetPassword,
  userSetRoles,
  profileUpdate,
  profilePassword,
  tokenIssue,
  tokenRevoke,
];

function personOf(actor: Actor): string {
  if (actor.kind === 'user' && actor.id !== null) return actor.id;
  throw new Refusal('forbidden', 'person_required', 'Only a person has a profile');
}
