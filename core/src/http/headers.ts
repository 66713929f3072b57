import type { ServerResponse } from 'node:http';

/** Fits the web app: Monaco's workers come from blobs, Quasar sets styles in place. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** Headers of every answer; a proxied application brings its own content policy. */
export function setSecurityHeaders(
  res: ServerResponse,
  options: { secure: boolean; proxied: boolean },
): void {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('X-Frame-Options', 'SAMEORIGIN');
  res.setHeader('Referrer-Policy', 'same-origin');
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  res.setHeader('Permissions-Policy', 'camera=(self), microphone=(), geolocation=()');
  if (!options.proxied) res.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  if (options.secure) res.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
