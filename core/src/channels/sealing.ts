import { openText, sealText } from '../data/index.ts';

export type ChannelSecrets = Readonly<Record<string, string>>;

/** Seals a channel's secrets; the channel and its organisation (`place`) are bound in. */
export const sealSecrets = (secrets: ChannelSecrets, place: string, serverSecret: string): string =>
  sealText(JSON.stringify(secrets), { purpose: 'channel secrets', place, serverSecret });

/** @throws Error when it was sealed for another channel, under another SERVER_SECRET, or changed since */
export const openSecrets = (
  sealed: string | null,
  place: string,
  serverSecret: string,
): ChannelSecrets =>
  sealed === null
    ? {}
    : (JSON.parse(
        openText(sealed, { purpose: 'channel secrets', place, serverSecret }),
      ) as ChannelSecrets);
