import type { OperationDef } from '@qoida/core';
import { masterDataOperations } from './master/operations.ts';
import { grantQualification, withdrawQualification } from './master/qualifications.ts';
import { createRecipe, publishRecipe, updateRecipe } from './master/recipe-operations.ts';
import { askAgain } from './packaging/ask-again.ts';
import { commentPackage } from './packaging/comment.ts';
import { createPackage } from './packaging/create.ts';
import { degasPackage, degasQueue, degasSession } from './packaging/degassing.ts';
import { approveLength, measureAgain, rejectLength } from './packaging/manual-length.ts';
import { approveWeight, rejectWeight } from './packaging/manual-weight.ts';
import { approveReview, rejectReview, submitReview } from './packaging/review.ts';
import { voidPackage } from './packaging/void.ts';
import { decideQuality } from './quality/decide.ts';
import { qcQueue } from './quality/queue.ts';
import { stampKey } from './quality/stamp-key.ts';
import { disposeScrap } from './scrap/dispose.ts';
import { registerScrap } from './scrap/register.ts';
import { previewBalance } from './session/balance.ts';
import { closeSession } from './session/close.ts';
import { feedSession } from './session/feed.ts';
import { getSession, listSessions } from './session/list.ts';
import { changeOperators } from './session/operators.ts';
import { investigateSession, sessionLive } from './session/panel.ts';
import { pauseSession, resumeSession } from './session/pause.ts';
import { changeRecipe } from './session/recipe-change.ts';
import { reopenSession } from './session/reopen.ts';
import { startSession } from './session/start.ts';
import { adjustStock } from './stock/adjust.ts';
import { fifoProposal } from './stock/fifo.ts';
import { receiveTransfer } from './stock/receive.ts';
import { reconcileStock } from './stock/reconcile.ts';
import { cancelRequest, createRequest } from './stock/requests.ts';
import { sendTransfer } from './stock/send.ts';
import { takeSnapshot } from './stock/snapshot.ts';
import { acceptDiscrepancy, cancelTransfer } from './stock/transfer-ends.ts';

const stock = [
  sendTransfer,
  receiveTransfer,
  acceptDiscrepancy,
  cancelTransfer,
  takeSnapshot,
  adjustStock,
  fifoProposal,
  createRequest,
  cancelRequest,
  reconcileStock,
];
const sessions = [
  startSession,
  changeOperators,
  pauseSession,
  resumeSession,
  feedSession,
  changeRecipe,
  previewBalance,
  closeSession,
  reopenSession,
  listSessions,
  getSession,
  sessionLive,
  investigateSession,
];
const packaging = [
  createPackage,
  commentPackage,
  approveWeight,
  rejectWeight,
  approveLength,
  rejectLength,
  measureAgain,
  submitReview,
  approveReview,
  rejectReview,
  askAgain,
  voidPackage,
  degasPackage,
  degasSession,
  degasQueue,
];
const quality = [decideQuality, qcQueue, stampKey];
const scrap = [registerScrap, disposeScrap];
const master = [
  ...masterDataOperations,
  createRecipe,
  updateRecipe,
  publishRecipe,
  grantQualification,
  withdrawQualification,
];

/** Everything a person or a machine can do with the plant. */
export const factoryOperations: readonly OperationDef[] = [
  ...stock,
  ...sessions,
  ...packaging,
  ...quality,
  ...scrap,
  ...master,
];
