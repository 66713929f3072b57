import { useI18n } from 'vue-i18n';
import { type Approval, withdraw } from '../data/approvals.ts';
import { useAction } from './useAction.ts';
import { useConfirm } from './useConfirm.ts';

/** Takes one's own request back, once one is sure. */
export function useWithdraw(approval: () => Approval, done: (now: Approval) => void) {
  const { t } = useI18n();
  const confirm = useConfirm();
  const action = useAction();

  async function takeBack(): Promise<void> {
    const yes = t('approval.withdraw');
    const sure = await confirm({ title: `${yes}?`, text: t('approval.withdrawText'), yes });
    if (!sure) return;
    await action.run(async () => done(await withdraw(approval().approval_id)));
  }

  return { takeBack, ...action };
}
