import { event } from '../api/events.ts';
import { integer, list, text } from '../api/fields.ts';

/** A module has new rules: what they mean otherwise, and which gates they removed or loosened. */
export const rulesPublished = event(
  'rules.published',
  {
    module: text(),
    version: integer(),
    changes: list(text()),
    loosened: list(text()),
    author: text(),
  },
  {
    title: {
      uz: 'Qoidalar kuchga kirdi',
      ru: 'Правила вступили в силу',
      en: 'Rules came into force',
    },
  },
);
