/** Approvals of the rules: operations that wait for people, and objects whose state waits. */
export { type ApprovalEngine, startApprovals } from './engine.ts';
export { approvalEvents } from './events.ts';
export type { RequestRow } from './judge.ts';
export { approvalMessages } from './messages.ts';
export { approvalsAt, keptOf, type Needed, neededAt, neededView } from './needed.ts';
export { approvalNews } from './news.ts';
export { objectApprovals } from './objects.ts';
export { approvalOperations } from './operations.ts';
export { watched } from './readings.ts';
export { approvalRecords, type HeldReading } from './records.ts';
export { defaultHours, openRequest, type Waiting } from './request.ts';
export {
  type Approved,
  beginApproved,
  DONE,
  inputHash,
  keepEnd,
  keepReply,
  refusedBy,
  stillApproved,
} from './running.ts';
export { sealInput } from './sealed-input.ts';
export { requestView } from './view.ts';
