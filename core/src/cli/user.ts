import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { Connection } from './connection.ts';

/** `qoida user add`, `qoida user list` on the running platform. */
export function addUserCommands(
  program: Command,
  connection: () => Promise<Connection>,
  print: (text: string) => void,
): void {
  const user = program
    .command('user')
    .description('people who sign in (the platform must be running)');
  user
    .command('add')
    .argument('<username>')
    .requiredOption('--name <name>', 'full name')
    .requiredOption('--position <role>', 'position: admin, operator, sex_boshligi, texnolog …')
    .option('--grade <grade>', 'stajor, kichik, katta or starshiy')
    .option('--password <password>', 'a random one is made and printed when this is left out')
    .option('--locale <locale>', 'uz, ru or en', 'uz')
    .description('create a user')
    .action(
      async (
        username: string,
        options: {
          name: string;
          position: string;
          grade?: string;
          password?: string;
          locale: string;
        },
      ) => {
        const password = options.password ?? randomBytes(12).toString('base64url');
        const created = (await (
          await connection()
        ).call('POST', '/users', {
          username,
          full_name: options.name,
          position: options.position,
          password,
          locale: options.locale,
          ...(options.grade === undefined ? {} : { grade: options.grade }),
        })) as { id: string };
        print(
          `created ${username} (${created.id})${options.password === undefined ? `, password ${password}` : ''}`,
        );
      },
    );
  user
    .command('list')
    .description('list users')
    .action(async () => {
      const { items } = (await (await connection()).call('GET', '/users?page_size=200')) as {
        items: { username: string; full_name: string; position: string; status: string }[];
      };
      for (const item of items)
        print([item.username, item.position, item.status, item.full_name].join('\t'));
    });
}
