import { useI18n } from 'vue-i18n';
import type { Share } from '../domain/recipe.ts';
import { useFormat } from './useFormat.ts';

/** Says the share of a material: per cent of the whole, or kilograms per kilogram. */
export function useRecipeWords(): (share: Share | null) => string {
  const { t } = useI18n();
  const format = useFormat();
  return (share) => {
    if (share === null) return '–';
    const kg = t('unit.kg');
    const figure =
      share.unit === 'pct'
        ? `${format.percent(share.value)} %`
        : `${format.number(share.value, 4)} ${kg}/${kg}`;
    return share.optional ? `${figure} (${t('recipe.optional')})` : figure;
  };
}
