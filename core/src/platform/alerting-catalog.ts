import { platformStanding } from '../alerts/index.ts';
import { platformChannels } from '../channels/index.ts';

/** What the language knows of the platform's own: how things stand, and by what people are reached. */
export const alertingCatalog = { channels: platformChannels, standing: platformStanding };
