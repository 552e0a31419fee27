import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { runScript } from '../../../src/dockerfile/shell/run-script.ts';

function formOf(text: string): string {
  const [, instruction] = parseDockerfile(`FROM a\n${text}\n`, 'f').instructions;
  if (instruction === undefined) return 'nothing';
  const { form, script } = runScript(instruction);
  return [form, ...script.commands.map(({ words }) => words.join(' '))].join(' | ');
}

describe('what a RUN runs', () => {
  it.each([
    ['RUN a \\\n # b\n && c', 'shell | a | c'],
    ['RUN --mount=type=cache,target=/c a', 'shell | a'],
    ['RUN [ -f a ] && b', 'shell | [ -f a ] | b'],
    ['RUN ["a", "b c"]', 'exec | a b c'],
    ['RUN ["/bin/sh", "-c", "a; b"]', 'exec | a | b'],
    ['RUN <<EOF\na\nb\nEOF', 'heredoc | a | b'],
    ['RUN <<-EOF\n\ta\n\tEOF', 'heredoc | a'],
    ['RUN <<EOF\n#!/bin/bash -e\na\nEOF', 'heredoc | a'],
    ['RUN <<EOF\n#!/usr/bin/env bash\na\nEOF', 'heredoc | a'],
    ['RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF', 'other'],
    ['RUN <<EOF\n#!/usr/bin/fish\na\nEOF', 'other'],
    ['RUN python3 <<EOF\nimport os\nEOF', 'other'],
    ['RUN <<A <<B\na\nA\nb\nB', 'other'],
    ['COPY a b', 'other'],
    ['ONBUILD RUN a', 'other'],
  ])('%j: %s', (text, expected) => {
    expect(formOf(text)).toBe(expected);
  });
});
