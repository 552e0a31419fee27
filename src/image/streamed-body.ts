import type { ClientRequest } from 'node:http';

/** The body of a request that is sent as it is made, in chunks: nobody knows yet how long it is. */
export interface StreamedBody {
  /** Its bytes, afresh: a redirect asks for them once more. */
  open(): AsyncIterable<Uint8Array>;
  /** Whether all of it came, rather than the beginning. */
  readonly isWhole: boolean;
}

export function isStreamed(body: Uint8Array | StreamedBody | undefined): body is StreamedBody {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** Bytes that are handed over at a time: silence is what passes until they are taken. */
const PIECE = 256 * 1024;

/**
 * Writes a body into a request and ends it, with back pressure. Stops where the request is answered or breaks.
 * @param wait is told when the other side is waited for (true), and when the body itself is (false)
 * @throws what reading the body throws
 */
export async function sendBody(
  sent: ClientRequest,
  body: StreamedBody,
  wait: (isWaiting: boolean) => void,
): Promise<void> {
  let isOver = false;
  let wake = (): void => undefined;
  sent.on('drain', () => wake());
  for (const end of ['response', 'close']) {
    sent.on(end, () => {
      isOver = true;
      wake();
    });
  }
  wait(false);
  for await (const chunk of body.open()) {
    for (let start = 0; start < chunk.length; start += PIECE) {
      if (isOver) return;
      if (sent.write(chunk.subarray(start, start + PIECE))) continue;
      wait(true);
      await new Promise<void>(resolve => {
        wake = resolve;
      });
      if (!isOver) wait(false);
    }
  }
  if (!isOver) sent.end();
}
