import { change, get, type Page, type Query } from './http.ts';

/** A role that people can have, with its name in the reader's language. */
export interface RoleInfo {
  readonly code: string;
  readonly name: string;
}

export const GRADES = ['stajor', 'kichik', 'katta', 'starshiy'] as const;

/** Who waits has registered, and nobody has let them in yet. */
export const STATUSES = ['active', 'waiting', 'disabled'] as const;

export interface User {
  readonly id: string;
  readonly username: string;
  readonly full_name: string;
  readonly position: string;
  /** Beside the position. */
  readonly roles: readonly string[];
  readonly grade: (typeof GRADES)[number] | null;
  readonly status: (typeof STATUSES)[number];
  readonly locale: 'uz' | 'ru' | 'en';
  readonly last_login_at: string | null;
}

export interface NewUser {
  username: string;
  full_name: string;
  password: string;
  position: string;
  roles: string[];
  grade?: (typeof GRADES)[number] | null;
}

export const listRoles = () => get<{ readonly items: readonly RoleInfo[] }>('/roles');
export const listUsers = (query: Query) => get<Page<User>>('/users', query);
export const createUser = (user: NewUser) => change<User>('POST', '/users', user);
export const changeUser = (
  id: string,
  patch: Partial<Pick<User, 'full_name' | 'position' | 'grade' | 'status'>>,
) => change<User>('PATCH', `/users/${id}`, patch);
export const resetPassword = (id: string, password: string) =>
  change<void>('POST', `/users/${id}/password`, { password });
/** People who have registered and wait to be let in. */
export const countNewcomers = async () =>
  (await listUsers({ status: 'waiting', page_size: 1 })).total;
/** Roles beside the position. */
export const setRoles = (id: string, roles: readonly string[]) =>
  change<User>('PUT', `/users/${id}/roles`, { roles });
