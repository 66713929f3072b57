import { CommandError, EXIT } from './exit.ts';
import { readRunFile } from './run-file.ts';

const START = 'Start it with "npm start" or "qoida start".';

/** The REST API of the running platform, with an administrator's rights. */
export interface Connection {
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** @throws CommandError when no platform runs on this data folder */
export function connect(dataDir: string): Connection {
  const run = readRunFile(dataDir);
  if (run === undefined) {
    throw new CommandError(`No platform runs on ${dataDir}. ${START}`, EXIT.unavailable);
  }
  return {
    async call(method, path, body) {
      const response = await fetch(`${run.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${run.token}`,
          // The CLI speaks English, whatever language the plant's programs are set to.
          'x-locale': 'en',
          'content-type': 'application/json',
        },
        body: body === undefined ? null : JSON.stringify(body),
      }).catch((error: Error) => {
        const { message } = error.cause instanceof Error ? error.cause : error;
        throw new CommandError(
          `${run.url} doesn't answer (${message}). Does the platform still run? ${START}`,
          EXIT.unavailable,
        );
      });
      const answer = (await response.json()) as {
        error?: { reason: string; message: string; details?: object };
      };
      if (!response.ok) throw new CommandError(refusalText(answer.error));
      return answer;
    },
  };
}

function refusalText(
  error: { reason: string; message: string; details?: object } | undefined,
): string {
  if (error === undefined) return 'The platform refused without a reason';
  const fields = (error.details as { fields?: Record<string, string> } | undefined)?.fields ?? {};
  const lines = Object.entries(fields).map(([name, text]) => `  ${name}: ${text}`);
  return [`${error.message} (${error.reason})`, ...lines].join('\n');
}
