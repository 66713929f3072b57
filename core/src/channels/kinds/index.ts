import { email } from './email.ts';
import { inApp } from './in-app.ts';
import { sms } from './sms.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** The channels that the platform itself has; plugins may bring others. */
export const platformChannels = [inApp, email, telegram, sms, webhook] as const;
