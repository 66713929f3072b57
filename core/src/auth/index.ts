/** Identity: people and programs, their tokens and roles. */
export { type Auth, type AuthOptions, createAuth, type SignedIn } from './auth.ts';
export { authMessages } from './messages.ts';
export { authOperations, userStatusChanged } from './operations.ts';
export { authRecords, role, serviceToken, userRole } from './records.ts';
export {
  createRegistration,
  type NewPerson,
  type Registration,
  type RegistrationState,
} from './register.ts';
export { userRegistered } from './registration.ts';
export { passwordReset } from './resets.ts';
export { ADMIN, platformRoles, USER_MANAGERS } from './roles.ts';
export {
  type IssuedServiceToken,
  issueServiceToken,
  revokeServiceToken,
} from './service-tokens.ts';
export {
  createUser,
  listUsers,
  type NewUser,
  type ShownUser,
  setPassword,
  setRoles,
  showUser,
} from './users.ts';
