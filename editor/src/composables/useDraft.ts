import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { ApiError } from '../data/errors.ts';
import { retryDelay } from '../data/retry.ts';
import { dropDraft, type RuleModule, readModule, readVersion, saveDraft } from '../data/rules.ts';
import { merge } from '../domain/merge.ts';

const REST_MS = 1000;

export type SaveState = 'clean' | 'typing' | 'saving' | 'saved' | 'conflict' | 'failed';

/** What another person wrote into the same draft meanwhile. */
export interface DraftConflict {
  readonly text: string;
  readonly author: string;
  readonly revision: number;
}

/**
 * A module's text with its draft, which keeps itself: every rest in typing is saved.
 * @param editable may this person change it? Nothing is written for those who only read.
 */
export function useDraft(module: string, editable: () => boolean) {
  const published = shallowRef<RuleModule>();
  const text = ref('');
  const state = ref<SaveState>('clean');
  const conflict = shallowRef<DraftConflict>();
  const fault = shallowRef<unknown>();
  let revision: number | undefined;
  /** What both texts of a conflict came from. */
  let agreed = '';
  /** Who wrote what was joined with one's own text last. */
  const joined = ref<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Saves that failed one after the other. */
  let failures = 0;
  let saving: Promise<void> = Promise.resolve();

  const changed = computed(
    () => published.value !== undefined && text.value !== published.value.text,
  );
  /** The version that the text was written on. */
  const base = ref(0);

  async function load(): Promise<void> {
    fault.value = undefined;
    try {
      const found = await readModule(module);
      published.value = found;
      text.value = found.draft?.text ?? found.text;
      base.value = found.draft?.base_version ?? found.version;
      revision = found.draft?.revision;
      agreed = text.value;
      state.value = found.draft === null ? 'clean' : 'saved';
      conflict.value = undefined;
      if (found.draft !== null && found.draft.base_version !== found.version && editable())
        await meetVersion(found);
    } catch (error) {
      fault.value = error;
    }
  }

  /** A draft written on an older version: what was published meanwhile is joined with it, or shown beside it. */
  async function meetVersion({ text: theirs, version, author, draft }: RuleModule): Promise<void> {
    if (draft === null) return;
    const { text: before } = await readVersion(module, draft.base_version);
    const both = merge(before, draft.text, theirs);
    base.value = version;
    if (both === undefined) {
      conflict.value = { text: theirs, author, revision: draft.revision };
      state.value = 'conflict';
      return;
    }
    text.value = both;
    joined.value = author;
    state.value = 'typing';
    plan();
  }

  async function save(): Promise<void> {
    state.value = 'saving';
    const sent = text.value;
    try {
      const kept = await saveDraft(module, {
        text: sent,
        base_version: base.value,
        ...(revision === undefined ? {} : { revision }),
      });
      revision = kept.revision;
      agreed = sent;
      failures = 0;
      fault.value = undefined;
      state.value = text.value === sent ? 'saved' : 'typing';
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'draft_conflict') {
        meet(error.details as unknown as DraftConflict);
      } else {
        fault.value = error;
        state.value = 'failed';
        tryAgain(error);
      }
    }
  }

  /** What another moment may answer otherwise is tried by itself: nobody is to type on to have it saved. */
  function tryAgain(error: unknown): void {
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) return;
    const asked = error instanceof ApiError ? error.retryAfter : undefined;
    plan(asked === undefined ? retryDelay(failures++) : asked * 1000);
  }

  /** Another person's text: joined with one's own where they don't touch, else shown beside it. */
  function meet(other: DraftConflict): void {
    const both = merge(agreed, text.value, other.text);
    if (both === undefined) {
      conflict.value = other;
      state.value = 'conflict';
      return;
    }
    revision = other.revision;
    agreed = other.text;
    text.value = both;
    joined.value = other.author;
    state.value = 'typing';
    plan();
  }

  /** Saves after the person has rested, never two saves at once. */
  function plan(rest = REST_MS): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      saving = saving.then(save);
    }, rest);
  }

  function type(next: string): void {
    if (next === text.value) return;
    text.value = next;
    fault.value = undefined;
    if (state.value === 'conflict') return;
    state.value = 'typing';
    plan();
  }

  /** Ends a conflict: keep one's own text over the other's, or take the other's. */
  async function settle(mine: boolean): Promise<void> {
    if (conflict.value === undefined) return;
    revision = conflict.value.revision;
    agreed = conflict.value.text;
    if (!mine) text.value = conflict.value.text;
    conflict.value = undefined;
    await save();
  }

  async function discard(): Promise<void> {
    clearTimeout(timer);
    await saving;
    await dropDraft(module);
    await load();
  }

  /** Waits for what is being saved, so that publishing meets no older draft. */
  async function flush(): Promise<void> {
    clearTimeout(timer);
    await saving;
  }

  /** Saves at once what was typed, for whoever reads the draft next. */
  async function keep(): Promise<void> {
    const unsaved = state.value === 'typing' || state.value === 'failed';
    await flush();
    if (unsaved) await save();
  }

  onScopeDispose(() => {
    if (state.value === 'typing') void flush().then(save);
    else clearTimeout(timer);
  });
  void load();
  return {
    published,
    text,
    base,
    state,
    conflict,
    joined,
    fault,
    changed,
    load,
    type,
    settle,
    discard,
    flush,
    keep,
    /** Of the draft that the text was last saved as, or read from. */
    revision: () => revision,
  };
}

export type DraftEditing = ReturnType<typeof useDraft>;
