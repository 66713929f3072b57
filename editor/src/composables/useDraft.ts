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
  /** None where it is no draft but what was published meanwhile. */
  readonly revision: number | null;
  readonly base_version: number;
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
      // What was typed while it was read is not written over: it meets what stands when it is saved.
      if (state.value === 'typing') return;
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

  /**
   * Something was published meanwhile: what is in hand is saved, and goes on from the version that stands
   * now. Two texts that wait for a choice go on waiting.
   */
  async function catchUp(): Promise<void> {
    if (state.value === 'conflict') return;
    await keep();
    if (state.value === 'clean' || state.value === 'saved') await load();
  }

  /** A draft written on an older version: what was published meanwhile is joined with it, or shown beside it. */
  async function meetVersion({ text: theirs, version, author, draft }: RuleModule): Promise<void> {
    if (draft === null) return;
    const { text: before } = await readVersion(module, draft.base_version);
    const both = merge(before, text.value, theirs);
    if (both === undefined) {
      clearTimeout(timer);
      conflict.value = { text: theirs, author, revision: draft.revision, base_version: version };
      base.value = version;
      state.value = 'conflict';
      return;
    }
    base.value = version;
    join(both, author);
  }

  /** What is on the screen by now is one's own text with another's. */
  function join(both: string, author: string): void {
    if (both !== text.value) joined.value = author;
    text.value = both;
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
      await refused(error);
    }
  }

  async function refused(error: unknown): Promise<void> {
    const isOther = error instanceof ApiError && error.reason === 'draft_conflict';
    const worse = isOther
      ? await meet(error.details as unknown as DraftConflict).catch((fault: unknown) => fault)
      : error;
    if (worse === undefined) return;
    fault.value = worse;
    state.value = 'failed';
    tryAgain(worse);
  }

  /** What another moment may answer otherwise is tried by itself: nobody is to type on to have it saved. */
  function tryAgain(error: unknown): void {
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) return;
    const asked = error instanceof ApiError ? error.retryAfter : undefined;
    plan(asked === undefined ? retryDelay(failures++) : asked * 1000);
  }

  /** Another person's text: joined with one's own where they don't touch, else shown beside it. */
  async function meet(other: DraftConflict): Promise<void> {
    // Where there is no draft any more, what stands is another version, and the next draft begins on it.
    if (other.revision === null) published.value = await readModule(module);
    const both = merge(agreed, text.value, other.text);
    if (both === undefined) {
      conflict.value = other;
      state.value = 'conflict';
      return;
    }
    revision = other.revision ?? undefined;
    // What the later version brought is in the joined text, whoever joined it.
    base.value = Math.max(base.value, other.base_version);
    agreed = other.text;
    join(both, other.author);
  }

  /** Saves after the person has rested, never two saves at once. */
  function plan(rest = REST_MS): void {
    clearTimeout(timer);
    timer = setTimeout(() => void saveNext(), rest);
  }

  function saveNext(): Promise<void> {
    saving = saving.then(save);
    return saving;
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
    const other = conflict.value;
    if (other === undefined) return;
    revision = other.revision ?? undefined;
    agreed = other.text;
    if (!mine) text.value = other.text;
    // One's own text goes on from the version it was written on; what was published was seen beside it.
    if (!mine || other.revision === null) base.value = other.base_version;
    conflict.value = undefined;
    if (!mine && other.revision === null) state.value = 'clean';
    else await saveNext();
  }

  async function discard(): Promise<void> {
    clearTimeout(timer);
    await saving;
    await dropDraft(module);
    state.value = 'clean';
    await load();
  }

  /** Saves at once what was typed, for whoever reads the draft next. */
  async function keep(): Promise<void> {
    clearTimeout(timer);
    await saving;
    if (state.value === 'typing' || state.value === 'failed') await saveNext();
  }

  onScopeDispose(() => {
    if (state.value === 'typing') void keep();
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
    catchUp,
    type,
    settle,
    discard,
    keep,
    /** Of the draft that the text was last saved as, or read from. */
    revision: () => revision,
  };
}

export type DraftEditing = ReturnType<typeof useDraft>;
