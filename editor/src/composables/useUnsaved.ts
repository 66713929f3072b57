import { onBeforeUnmount } from 'vue';
import { useI18n } from 'vue-i18n';
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocationNormalized } from 'vue-router';
import { useIdentity } from '../stores/identity.ts';
import { useConfirm } from './useConfirm.ts';
import type { DraftEditing } from './useDraft.ts';

/** Asks before a text is left that is kept nowhere else: it could not be saved, or waits for a choice. */
export function useUnsaved({ state, keep }: Pick<DraftEditing, 'state' | 'keep'>): void {
  const { t } = useI18n();
  const confirm = useConfirm();
  const identity = useIdentity();

  async function mayLeave(to: RouteLocationNormalized, from: RouteLocationNormalized) {
    const stays = to.name === from.name && to.query.module === from.query.module;
    // Whoever is signed out by the platform has no choice.
    if (stays || identity.me === null) return true;
    await keep();
    if (state.value !== 'failed' && state.value !== 'conflict') return true;
    return confirm({
      title: t('rules.leaveTitle'),
      text: t(state.value === 'conflict' ? 'rules.leaveConflict' : 'rules.leaveUnsaved'),
      yes: t('rules.leave'),
    });
  }
  onBeforeRouteLeave(mayLeave);
  onBeforeRouteUpdate(mayLeave);

  const hold = (event: BeforeUnloadEvent) => {
    if (state.value !== 'clean' && state.value !== 'saved') event.preventDefault();
  };
  window.addEventListener('beforeunload', hold);
  onBeforeUnmount(() => window.removeEventListener('beforeunload', hold));
}
