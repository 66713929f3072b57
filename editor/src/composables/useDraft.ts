import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { ApiError } from '../data/errors.ts';
import { dropDraft, type RuleModule, readModule, saveDraft } from '../data/rules.ts';

const REST_MS = 1000;

export type SaveState = 'clean' | 'typing' | 'saving' | 'saved' | 'conflict' | 'failed';

/** What another person wrote into the same draft meanwhile. */
export interface DraftConflict {
  readonly text: string;
  readonly author: string;
  readonly revision: number;
}

/** A module's text with its draft, which keeps itself: every rest in typing is saved. */
export function useDraft(module: string) {
  const published = shallowRef<RuleModule>();
  const text = ref('');
  const state = ref<SaveState>('clean');
  const conflict = shallowRef<DraftConflict>();
  const fault = shallowRef<unknown>();
  let revision: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
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
      state.value = found.draft === null ? 'clean' : 'saved';
      conflict.value = undefined;
    } catch (error) {
      fault.value = error;
    }
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
      state.value = text.value === sent ? 'saved' : 'typing';
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'draft_conflict') {
        conflict.value = error.details as unknown as DraftConflict;
        state.value = 'conflict';
      } else {
        fault.value = error;
        state.value = 'failed';
      }
    }
  }

  /** Saves after the person has rested, never two saves at once. */
  function plan(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      saving = saving.then(save);
    }, REST_MS);
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
    fault,
    changed,
    load,
    type,
    settle,
    discard,
    flush,
  };
}

export type DraftEditing = ReturnType<typeof useDraft>;
