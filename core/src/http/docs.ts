import { readFile } from 'node:fs/promises';
import type { RouteDef } from './route.ts';
import { HttpReply } from './route.ts';

const FOLDER = new URL('./docs/', import.meta.url);
const FILES: Readonly<Record<string, { file: string; type: string }>> = {
  '/api/docs': { file: 'index.html', type: 'text/html' },
  '/api/docs/page.css': { file: 'page.css', type: 'text/css' },
  '/api/docs/page.js': { file: 'page.js', type: 'text/javascript' },
  '/api/docs/schema.js': { file: 'schema.js', type: 'text/javascript' },
  '/api/docs/texts.js': { file: 'texts.js', type: 'text/javascript' },
};

/** The page that shows `/api/v1/openapi.json`: our own files only, so the content policy holds. */
export function docsPage(): RouteDef[] {
  return Object.entries(FILES).map(([path, { file, type }]) => ({
    method: 'GET',
    path,
    access: 'public',
    rateLimit: 'none',
    openapi: {
      summary: 'Page of the API',
      tags: ['system'],
      operationId: `docs.${file}`,
      roles: '*',
      responses: { 200: { description: 'OK' } },
    },
    async handle() {
      const text = await readFile(new URL(file, FOLDER), 'utf8');
      return new HttpReply(200, text, {
        'Content-Type': `${type}; charset=utf-8`,
        'Cache-Control': 'no-cache',
      });
    },
  }));
}
