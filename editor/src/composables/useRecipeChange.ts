import { computed, reactive, ref, watch } from 'vue';
import { listMaterials, type Recipe, recipesOf } from '../data/master.ts';
import { changeRecipe, type RecipeSnapshot, type Session } from '../data/sessions.ts';
import {
  formOf,
  isChanged,
  isFilled,
  isWhole,
  type RecipeLineForm,
  sharesOf,
  sumOfShares,
} from '../domain/recipe.ts';
import { useAction } from './useAction.ts';
import { useForecast } from './useForecast.ts';
import { useQuery } from './useQuery.ts';

/** The recipe that the session runs with now, as a choice to start from. */
export const AS_IT_IS = 'now';

/** Another recipe for a session that runs (F-API-123): its lines, what they sum to, and what would follow. */
export function useRecipeChange(session: Session, recipe: RecipeSnapshot) {
  const before = recipe.lines.map(formOf);
  const lines = reactive<RecipeLineForm[]>([]);
  const vtLimit = ref<string | number | null>(recipe.vt_limit_pct);
  const reason = ref('');
  const from = ref<string | null>(AS_IT_IS);
  const choices = useQuery(async () => {
    const [materials, recipes] = await Promise.all([listMaterials(), recipesOf(session.sku_id)]);
    return { materials: materials.items, recipes: recipes.items };
  });
  const action = useAction();

  function begin({ lines: given, vt_limit_pct }: Pick<Recipe, 'lines' | 'vt_limit_pct'>): void {
    lines.splice(0, lines.length, ...given.map(formOf));
    vtLimit.value = vt_limit_pct;
  }
  begin(recipe);
  watch(from, (id) => {
    const chosen = choices.data.value?.recipes.find((one) => one.id === id);
    if (id === AS_IT_IS || chosen !== undefined) begin(chosen ?? recipe);
  });

  const others = computed(() =>
    (choices.data.value?.materials ?? []).filter(
      ({ id }) => !lines.some(({ material_id }) => material_id === id),
    ),
  );
  function add(id: string): void {
    const material = others.value.find((one) => one.id === id);
    if (material === undefined) return;
    const { code, category } = material;
    lines.push({
      material_id: id,
      material: code,
      comp_type: category as RecipeLineForm['comp_type'],
      unit: 'pct',
      ratio: '',
      is_optional: false,
    });
  }
  const drop = (material: string) => {
    const at = lines.findIndex((line) => line.material === material);
    if (at >= 0) lines.splice(at, 1);
  };

  const sum = computed(() => sumOfShares(lines));
  const limit = computed(() => Number(vtLimit.value));
  const changes = computed(() => sharesOf(before, lines).filter(isChanged));
  const changed = computed(
    () => changes.value.length > 0 || limit.value !== Number(recipe.vt_limit_pct),
  );
  const limitFits = computed(
    () => String(vtLimit.value ?? '') !== '' && limit.value >= 0 && limit.value <= 100,
  );
  const sound = computed(
    () => changed.value && limitFits.value && isFilled(lines) && isWhole(sum.value),
  );
  const input = computed(() =>
    sound.value && reason.value.trim() !== ''
      ? {
          lines: lines.map(({ material_id, comp_type, unit, ratio, is_optional }) => ({
            material_id,
            comp_type,
            [unit === 'pct' ? 'ratio_pct' : 'ratio_per_kg']: Number(ratio),
            is_optional,
          })),
          vt_limit_pct: limit.value,
          reason: reason.value.trim(),
        }
      : undefined,
  );
  const forecast = useForecast('session.recipe_change', () =>
    input.value === undefined ? undefined : { session_id: session.id, ...input.value },
  );

  const ask = (): Promise<boolean> =>
    action.run(async () => {
      if (input.value !== undefined) await changeRecipe(session.id, input.value);
    });

  return {
    lines,
    vtLimit,
    limitFits,
    reason,
    from,
    choices,
    others,
    add,
    drop,
    sum,
    changes,
    changed,
    input,
    forecast,
    ask,
    action,
  };
}
