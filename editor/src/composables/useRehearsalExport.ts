import { useI18n } from 'vue-i18n';
import { figureCell } from '../components/rehearsal/rehearsal-looks.ts';
import { exportItems, type ItemKind, type RehearsalItem } from '../data/rehearsals.ts';
import { csvOf, saveAs } from '../domain/csv.ts';
import { FIGURE_TAGS } from '../i18n.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useAction } from './useAction.ts';
import { useFormat } from './useFormat.ts';

export interface ExportFilter {
  readonly kind?: ItemKind | undefined;
  readonly person?: string | undefined;
  readonly by_draft?: boolean | undefined;
}

/** Takes the differences of a rehearsal along as a table; each line says who did and when (F-SEC-07). */
export function useRehearsalExport() {
  const { t } = useI18n();
  const format = useFormat();
  const preferences = usePreferences();
  const action = useAction();

  const take = (id: string, filter: ExportFilter) =>
    action.run(async () => {
      const given = Object.entries(filter).filter(([, value]) => value !== undefined);
      const taken = await exportItems(id, Object.fromEntries(given));
      const mark = [taken.exported_by, format.moment(taken.exported_at)];
      const line = (item: RehearsalItem) => [
        item.no,
        t(`rehearsalKind.${item.kind}`),
        item.of,
        item.at === null ? null : format.moment(item.at),
        item.people.map((person) => taken.names[person] ?? person).join(', ') || item.who,
        item.gates_then.join(', '),
        item.gates_now.join(', '),
        item.result,
        figureCell(item.before),
        figureCell(item.after),
        item.unit,
        t(item.by_draft ? 'rehearsal.byDraft' : 'rehearsal.byStanding'),
        ...mark,
      ];
      const head = COLUMNS.map((key) => t(key));
      const rows = [head, ...taken.items.map(line)];
      saveAs(
        `rehearsal-${id.slice(0, 8)}.csv`,
        csvOf(rows, FIGURE_TAGS[preferences.locale]),
        'text/csv',
      );
    });
  return { ...action, take };
}

const COLUMNS = [
  'rehearsal.no',
  'rehearsal.kind',
  'rehearsal.of',
  'gates.time',
  'gates.actor',
  'rehearsal.then',
  'rehearsal.now',
  'rehearsal.kpi',
  'rehearsal.before',
  'rehearsal.after',
  'rehearsal.unit',
  'rehearsal.cause',
  'rehearsal.takenBy',
  'rehearsal.takenAt',
] as const;
