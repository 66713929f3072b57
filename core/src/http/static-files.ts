import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

type Serve = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
/** The gateway brings its own static server and hands it out. */
const { serveStatic } = createRequire(import.meta.url)('moleculer-web') as {
  serveStatic(root: string, options: object): Serve;
};

const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(?:js|css|woff2?|svg|png|ttf|wasm)$/;

/**
 * Serves the built web app: hashed assets for ever, everything else checked again, and its first page
 * for addresses of the app's own router. Answers false (and nothing else) for what it doesn't have.
 */
export function staticFiles(
  folder: string,
): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  const serve = serveStatic(folder, {
    dotfiles: 'ignore',
    index: ['index.html'],
    redirect: false,
    fallthrough: true,
    setHeaders: (res: ServerResponse, path: string) =>
      res.setHeader(
        'Cache-Control',
        HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  const tryServe = (req: IncomingMessage, res: ServerResponse) =>
    new Promise<boolean>((resolve) => {
      res.once('close', () => resolve(true));
      serve(req, res, () => resolve(false));
    });
  return async (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    if (await tryServe(req, res)) return true;
    if (!isPage(req) || !existsSync(join(folder, 'index.html'))) return false;
    req.url = '/index.html';
    return tryServe(req, res);
  };
}

const FILE =
  /\.(?:js|mjs|css|map|json|txt|html|xml|png|jpe?g|svg|gif|webp|ico|woff2?|ttf|wasm|webmanifest)$/i;

/** An address of the app's router (`/rules/factory.balance`): a browser asks for a page, not for a kind of file. */
function isPage(req: IncomingMessage): boolean {
  const path = (req.url ?? '/').split('?')[0] ?? '/';
  const wantsPage = (req.headers.accept ?? '').includes('text/html');
  return wantsPage && !path.startsWith('/api/') && !path.startsWith('/assets/') && !FILE.test(path);
}
