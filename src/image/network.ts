import { lazy } from '../base/lazy.ts';

/** Node's clients of HTTP, loaded when something is asked over a network: TLS comes with them, and archives need none. */
export const http = lazy(() => process.getBuiltinModule('node:http'));
export const https = lazy(() => process.getBuiltinModule('node:https'));
