import type { Texts } from '@qoida/core';
import { packagingMessages } from './packaging.ts';
import { sessionMessages } from './session.ts';
import { stockMessages } from './stock.ts';

/** Every reason with which this plugin refuses, in the product's languages. Gates bring their own texts. */
export const factoryMessages: Readonly<Record<string, Texts>> = {
  ...stockMessages,
  ...sessionMessages,
  ...packagingMessages,
};
