import { computed, reactive, shallowRef, watch } from 'vue';
import type { GateRefusal } from '../data/gates.ts';
import { listSkus, listWorkcenters, publishedRecipe, type Recipe } from '../data/master.ts';
import { checkOperation } from '../data/operations.ts';
import { openSession } from '../data/sessions.ts';
import { listUsers } from '../data/users.ts';
import { useAction } from './useAction.ts';
import { useQuery } from './useQuery.ts';

/** Opening a session: its form, the recipe it would freeze, and what the gates would say. */
export function useSessionForm() {
  const form = reactive({
    workcenter_id: null as string | null,
    sku_id: null as string | null,
    partiya_no: '',
    shift: 'day' as 'day' | 'night',
    operators: [] as string[],
  });
  const choices = useQuery(async () => {
    const [workcenters, skus, operators] = await Promise.all([
      listWorkcenters(),
      listSkus(),
      listUsers({ role: 'operator', status: 'active', page_size: 200 }),
    ]);
    return { workcenters: workcenters.items, skus: skus.items, operators: operators.items };
  });
  const recipe = shallowRef<Recipe | null>();
  const objections = shallowRef<readonly GateRefusal[]>();
  const obstacle = shallowRef<unknown>();
  const action = useAction();

  watch(
    () => form.sku_id,
    async (sku) => {
      recipe.value = undefined;
      if (sku === null) return;
      const found = (await publishedRecipe(sku).catch(() => undefined)) ?? null;
      if (form.sku_id === sku) recipe.value = found;
    },
  );

  const input = computed(() =>
    form.workcenter_id === null ||
    form.sku_id === null ||
    form.partiya_no.trim() === '' ||
    form.operators.length === 0
      ? undefined
      : {
          ...form,
          workcenter_id: form.workcenter_id,
          sku_id: form.sku_id,
          partiya_no: form.partiya_no.trim(),
        },
  );

  /** Asks the platform what would happen, without doing it. */
  watch(input, async (asked) => {
    objections.value = undefined;
    obstacle.value = undefined;
    if (asked === undefined) return;
    try {
      const { refusals } = await checkOperation('session.start', asked);
      if (input.value === asked) objections.value = refusals;
    } catch (error) {
      if (input.value === asked) obstacle.value = error;
    }
  });

  async function open(): Promise<string | undefined> {
    let id: string | undefined;
    await action.run(async () => {
      if (input.value !== undefined) id = (await openSession(input.value)).id;
    });
    return id;
  }

  return { form, choices, recipe, objections, obstacle, input, open, action };
}
