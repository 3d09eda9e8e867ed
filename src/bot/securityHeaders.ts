import type { Server } from 'restify';

/**
 * What every answer carries, refusals and unknown addresses too; pages for browsers set their own on top. Strict-Transport-Security is sent always
 * and not by `X-Forwarded-Proto`, which anybody can send: browsers heed it over https only (RFC 6797, section 8.1), and it says nothing of other names below this one.
 */
const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

export function addSecurityHeaders(server: Server): void {
  server.pre((_request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.removeHeader('Server');
    return next();
  });
}
