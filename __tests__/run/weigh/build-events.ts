import type { ProgressEvent, VertexEvent } from '../../../src/build/progress-event.ts';

/** News of a step that has neither started nor ended unless `more` says so. */
export function step(id: string, name: string, more: Partial<VertexEvent> = {}): VertexEvent {
  return {
    ...{ kind: 'step', step: id, name, inputs: [], cached: false, error: null },
    ...{ startedAt: null, completedAt: null, ...more },
  };
}

/** What a step prints. */
export function output(id: string, text: string): ProgressEvent {
  return { kind: 'log', step: id, stream: 'stdout', text };
}
