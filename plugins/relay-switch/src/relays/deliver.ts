import { beginning, type CommandAnswer, conflict, type DeliverContext, Refusal } from '@qoida/core';
import { statesOf } from '../link/frames.ts';
import type { RelayCommandStatus } from '../records.ts';
import { measure } from './measure.ts';
import { rankOf } from './priority.ts';
import type { KeptCommand } from './set.ts';

/** What a caller learns of a command: S-API-03. */
interface Settled {
  readonly command: {
    readonly status: RelayCommandStatus;
    readonly code: string | null;
    readonly latency_ms: number | null;
  };
}

/**
 * Brings a command to its device and keeps what became of it. Asked again it tells what was answered
 * the first time; one whose outcome is not known is sent with its own id while its time lasts: a device
 * that has done it says so and moves nothing.
 * @throws Refusal device_offline, ack_timeout, command_expired, command_overtaken, command_undecided,
 *   command_rejected, command_failed
 */
export async function deliverCommand(context: DeliverContext, kept: unknown): Promise<unknown> {
  const command = kept as KeptCommand;
  const { command_id, device_id } = command;
  const known = context.repeated ? await endedBefore(context, command) : null;
  if (known !== null) return answerOf(known);
  const settled = Promise.withResolvers<void>();
  try {
    const answer = await context.links.command(device_id, {
      id: command_id,
      ...frameOf(command),
      expiresAt: new Date(command.expires_at),
      rank: rankOf(command.priority),
      stillWanted: () => isWanted(context, command_id),
      kept: settled.promise,
    });
    const outcome = await context.run('relay.settle', {
      device_id,
      command_id,
      ...outcomeOf(sureOf(answer, context.repeated)),
    });
    measure(context.metrics, command.source, outcome as Settled);
    return answerOf(outcome as Settled);
  } finally {
    settled.resolve();
  }
}

/** What became of a command that was delivered before; null: it is not known, and may still be found out. */
async function endedBefore(
  context: DeliverContext,
  { command_id, expires_at }: KeptCommand,
): Promise<Settled | null> {
  const known = (await context.run('relay.command', { command_id })) as Settled;
  const { status } = known.command;
  const open =
    status === 'pending' || (status === 'unconfirmed' && new Date(expires_at) > context.now());
  return open ? null : known;
}

async function isWanted(context: DeliverContext, command_id: string): Promise<boolean> {
  const { overtaken } = (await context.run('relay.overtaken', { command_id })) as {
    readonly overtaken: boolean;
  };
  return !overtaken;
}

/** What may have been sent before a crash is not "nothing was sent", whatever the line says now. */
function sureOf(answer: CommandAnswer, repeated: boolean): CommandAnswer {
  const notSent = answer.status === 'offline' || answer.status === 'expired';
  return repeated && notSent ? { ...answer, status: 'unconfirmed' } : answer;
}

function frameOf({ relay, state, relays, ttl_ms, owner }: KeptCommand) {
  const on = state === 'on';
  const rest = { ttl_ms, actor: owner };
  return relay === null
    ? {
        type: 'set_all_relays',
        data: { states: Array.from({ length: relays }, () => on), ...rest },
      }
    : { type: 'set_relay', data: { ch: relay + 1, on, ...rest } };
}

function outcomeOf({ status, code, message, state, latency_ms }: CommandAnswer) {
  const done = status === 'accepted' || status === 'duplicate' ? 'ok' : status;
  const states = statesOf(state);
  return {
    status: done,
    latency_ms,
    ...(code === undefined ? {} : { code: beginning(code, 100) }),
    ...(message === undefined ? {} : { message: beginning(message, 500) }),
    ...(states === null ? {} : { states }),
  };
}

/** The answer, or the refusal that the outcome means. */
function answerOf(settled: Settled): unknown {
  const { status, code } = settled.command;
  const details = { command: settled.command };
  switch (status) {
    case 'ok':
    case 'late':
      return settled;
    case 'offline':
      throw conflict('device_offline', 'The device is not connected; nothing was sent', details);
    case 'pending':
    case 'unconfirmed':
      throw new Refusal(
        'timeout',
        'ack_timeout',
        'The device has not answered in time; what it did is asked of it',
        details,
      );
    case 'expired':
      if (code === 'overtaken')
        throw conflict(
          'command_overtaken',
          'Somebody of higher rank switched the relay before this command was sent',
          details,
        );
      if (code === 'undecided')
        throw new Refusal(
          'unavailable',
          'command_undecided',
          'Whether the command may still go out could not be told; it was not sent',
          details,
        );
      throw conflict('command_expired', 'The command came too late and was not done', details);
    case 'rejected':
      throw conflict('command_rejected', `The device refuses: ${code ?? 'no reason given'}`, {
        ...details,
        device_code: code,
      });
    case 'error':
      throw conflict('command_failed', `The device failed: ${code ?? 'no reason given'}`, {
        ...details,
        device_code: code,
      });
  }
}
