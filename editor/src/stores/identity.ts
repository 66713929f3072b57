import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import {
  choosePassword,
  type Me,
  type NewPerson,
  type Role,
  register,
  resume,
  setUp,
  signedInAs,
  signIn,
  signOut,
} from '../data/auth.ts';
import { access, onSessionEnd } from '../data/http.ts';

/** Says only that this browser had a session, so that a first visit doesn't ask for one. Not a secret. */
const MARK = 'qoida.signedIn';
/** Tells the other tabs of this browser that the session is over. */
const tabs = new BroadcastChannel('qoida-session');

/** Who is signed in. The token itself stays in `data/access.ts`, in memory only. */
export const useIdentity = defineStore('identity', () => {
  const me = ref<Me | null>(null);
  /** True when a session ended by itself, so that the sign-in page can say so. */
  const ended = ref(false);
  let taken: Promise<boolean> | undefined;
  const roles = computed<readonly Role[]>(() =>
    me.value === null ? [] : [...new Set([me.value.role, ...me.value.roles])],
  );

  const has = (...wanted: readonly Role[]) => wanted.some((role) => roles.value.includes(role));

  function load(): void {
    me.value = signedInAs();
    localStorage.setItem(MARK, 'yes');
    ended.value = false;
  }

  /** The browser's session, asked about once: whoever waits for it waits for the same answer. */
  function known(): Promise<boolean> {
    taken ??= restore().catch(() => false);
    return taken;
  }

  async function enter(username: string, password: string): Promise<void> {
    await signIn(username, password);
    load();
  }

  async function choose(username: string, password: string, newPassword: string): Promise<void> {
    await choosePassword(username, password, newPassword);
    load();
  }

  async function begin(input: Parameters<typeof setUp>[0]): Promise<void> {
    await setUp(input);
    load();
  }

  /** Registers and goes in; false where an administrator has still to let them in. */
  async function join(person: NewPerson, key: string): Promise<boolean> {
    if (!(await register(person, key))) return false;
    load();
    return true;
  }

  /** Takes up the browser's session; false when there is none. */
  async function restore(): Promise<boolean> {
    if (localStorage.getItem(MARK) === null || !(await resume())) return false;
    load();
    return true;
  }

  function drop(byItself: boolean): void {
    access.forget();
    localStorage.removeItem(MARK);
    me.value = null;
    ended.value = byItself;
  }

  async function leave(): Promise<void> {
    await signOut().finally(() => {
      tabs.postMessage('left');
      drop(false);
    });
  }

  onSessionEnd(() => drop(true));
  tabs.onmessage = () => drop(false);

  return { me, roles, ended, has, enter, choose, begin, join, known, leave };
});
