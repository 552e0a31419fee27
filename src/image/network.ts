import type { ClientRequest } from 'node:http';
import { lazy } from '../base/lazy.ts';

/** Node's clients of HTTP, loaded when something is asked over a network: TLS comes with them, and archives need none. */
export const http = lazy(() => process.getBuiltinModule('node:http'));
export const https = lazy(() => process.getBuiltinModule('node:https'));

/**
 * Refuses an answer that makes another protocol of the connection (101): Node drops the connection where nobody hears of
 * it, and the request would have neither an answer nor an error.
 */
export function refuseUpgrade(request: ClientRequest, reject: (error: Error) => void): void {
  request.on('upgrade', ({ statusCode }, socket) => {
    socket.destroy();
    reject(new Error(`it answered ${statusCode}`));
  });
}
