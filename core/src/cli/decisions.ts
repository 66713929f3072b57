import type { Command } from 'commander';
import type { Connection } from './connection.ts';
import { EXIT } from './exit.ts';
import { checkMoment, momentsOf } from './moment.ts';

interface Differing {
  readonly id: string;
  readonly kind: 'decision' | 'run' | 'near_miss' | 'request';
  readonly of: string;
  readonly at: string;
  readonly rules_hash: string;
  readonly reason: string;
  readonly differences: readonly { what: string; name: string; kept: unknown; now: unknown }[];
}
interface Page {
  readonly checked: number;
  readonly untold: readonly string[];
  readonly differing: readonly Differing[];
  readonly not_taken?: readonly { readonly what: string; readonly count: number }[];
  readonly next: string | null;
  readonly until: string;
}

const PAGE = 500;
const KINDS = {
  decisions: 'decision',
  runs: 'run',
  misses: 'near_miss',
  requests: 'request',
} as const;

/** `qoida decisions verify --since D [--until D] [--json]` on the running platform. */
export function addDecisionCommands(
  program: Command,
  connection: () => Promise<Connection>,
  print: (text: string) => void,
): void {
  program
    .command('decisions')
    .description(
      'decisions of gates, runs and near misses of rules, requests for approval (the platform must be running)',
    )
    .command('verify')
    .requiredOption(
      '--since <moment>',
      'from this day of the plant or moment on, e.g. 2025-09-01',
      checkMoment,
    )
    .option(
      '--until <moment>',
      'up to this day or moment, itself not; now when left out',
      checkMoment,
    )
    .option('--json', 'one JSON object a line: each that differs, then the counts')
    .description(
      "take what was decided again by the rules, settings and facts kept with it, and name what comes out otherwise; exit code 1 when anything does, else 4 when something can't be told",
    )
    .action(async (options: { since: string; until?: string; json?: boolean }) => {
      const api = await connection();
      const [since = options.since, until] = await momentsOf(api, [options.since, options.until]);
      const period = { since, ...(until === undefined ? {} : { until }) };
      const counts = { decisions: 0, runs: 0, misses: 0, requests: 0, differing: 0, untold: 0 };
      const not_taken: Record<string, number> = {};
      for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
        for await (const page of pages(api, { ...period, of: kind })) {
          counts[kind] += page.checked;
          counts.differing += page.differing.length;
          counts.untold += page.untold.length;
          for (const { what, count } of page.not_taken ?? []) not_taken[what] = count;
          for (const found of page.differing)
            print(options.json ? JSON.stringify(found) : told(found));
          for (const id of page.untold)
            print(
              options.json
                ? JSON.stringify({ id, kind: KINDS[kind], reason: 'untold' })
                : `${KINDS[kind]} ${id}: can't be told, its facts were too long to keep`,
            );
        }
      }
      if (options.json) print(JSON.stringify({ ...counts, not_taken }));
      else {
        for (const [what, count] of Object.entries(not_taken))
          print(`${count} ${NOT_TAKEN[what] ?? what}`);
        print(
          `${counts.decisions} decision(s), ${counts.runs} run(s), ${counts.misses} near miss(es) and ${counts.requests} request(s) taken again, ${counts.differing} differ, ${counts.untold} can't be told`,
        );
      }
      if (counts.differing > 0) process.exitCode = EXIT.failed;
      else if (counts.untold > 0) process.exitCode = EXIT.untold;
    });
}

/** What is kept and can't be taken again, and why; the count comes first. */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  actions_after_failure:
    'action(s) after a failure not taken again: they are of before the rules and settings of that moment were kept',
  near_misses:
    'near miss(es) not taken again: they are of before it was kept what they were asked by and on',
};

/** A page at a time, so that a year fits. What comes in meanwhile is left to the next time. */
async function* pages(
  api: Connection,
  question: { since: string; until?: string; of: string },
): AsyncGenerator<Page> {
  let until = question.until;
  for (let after: string | null = ''; after !== null; ) {
    const query = new URLSearchParams({
      ...question,
      ...(until === undefined ? {} : { until }),
      ...(after === '' ? {} : { after }),
      limit: String(PAGE),
    });
    const page = (await api.call('GET', `/rules/decisions/verify?${query}`)) as Page;
    yield page;
    after = page.next;
    until = page.until;
  }
}

function told({ kind, id, of, at, reason, differences }: Differing): string {
  const lines = differences.map(
    ({ what, name, kept, now }) =>
      `  ${what} ${name}: kept ${JSON.stringify(kept)}, now ${JSON.stringify(now)}`,
  );
  const place = of === '' ? at : `${of}, ${at}`;
  return [`${kind} ${id} (${place}): ${TAMPERED[reason] ?? reason}`, ...lines].join('\n');
}

const TAMPERED: Readonly<Record<string, string>> = {
  altered: 'altered: it is not what was kept',
  unsealed: 'its seal was taken off, or it was never kept by the platform',
  deleted: 'deleted: a checkpoint names it and it is gone',
  decision_missing: 'the decision that made the request is gone, and with it the facts',
};
