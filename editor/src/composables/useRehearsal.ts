import { computed, onScopeDispose, type Ref, ref, watch } from 'vue';
import { type Progress, type Rehearsal, readRehearsal } from '../data/rehearsals.ts';
import { useStream } from '../stores/stream.ts';
import { useQuery } from './useQuery.ts';

const ASK_MS = 1000;

/** One rehearsal as it goes on: the stream tells its progress, and asking again what the stream may miss. */
export function useRehearsal(id: Ref<string>) {
  const query = useQuery<Rehearsal>(() => readRehearsal(id.value), [id]);
  const stream = useStream();
  const live = ref<Progress>();
  const goesOn = computed(() => ['waiting', 'running'].includes(query.data.value?.state ?? ''));
  const progress = computed(() => live.value ?? query.data.value?.progress);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave: (() => void)[] = [];

  function hear(now: string): void {
    for (const end of leave) end();
    live.value = undefined;
    leave = [
      stream.hear(`rehearsal.${now}`, (data) => {
        live.value = data as Progress;
      }),
      stream.hear('event.rehearsal.ended', () => void query.reload()),
    ];
  }

  watch(id, hear, { immediate: true });
  watch([query.data, query.state], () => {
    clearTimeout(timer);
    if (goesOn.value) timer = setTimeout(() => void query.reload(), ASK_MS);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    for (const end of leave) end();
  });
  return { ...query, goesOn, progress };
}
