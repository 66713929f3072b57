import { useI18n } from 'vue-i18n';
import { ApiError, OfflineError, WaitingError } from '../data/errors.ts';

/** A failure in words for the person in front of the screen; a refusal is worded by the platform, in their language. */
export function useFault() {
  const { t } = useI18n();

  function sentence(fault: unknown): string {
    if (fault instanceof OfflineError) return t('fault.offline');
    if (fault instanceof WaitingError)
      return t('approval.waits', { needed: fault.approval.needed });
    if (!(fault instanceof ApiError)) return t('fault.unexpected');
    return fault.message === '' ? t('fault.unexpected') : fault.message;
  }

  return { sentence };
}
