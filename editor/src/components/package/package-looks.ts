import type { Package, PackageStatus } from '../../data/packages.ts';
import { iconBlock, iconError, iconOk, iconQuality, iconWait, iconWarning } from '../ui/icons.ts';

type Look = { readonly tone: 'good' | 'warn' | 'bad' | 'calm' | 'plain'; readonly icon: string };

export const PACKAGE_LOOKS: Readonly<Record<PackageStatus, Look>> = {
  draft_manual: { tone: 'warn', icon: iconWait },
  awaiting_qc: { tone: 'calm', icon: iconQuality },
  qc_ok: { tone: 'good', icon: iconOk },
  qc_partial: { tone: 'warn', icon: iconWarning },
  qc_reject: { tone: 'bad', icon: iconError },
  void: { tone: 'plain', icon: iconBlock },
};

/** True while somebody has to look at the tolerance before quality control may (F-SM-03). */
export const needsReview = (item: Package): boolean =>
  item.tolerance_status === 'review' &&
  item.review_state !== 'approved' &&
  item.review_state !== 'rejected';
