import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { givenInputs } from '../../src/base/option.ts';
import { readBuildInputs } from '../../src/build/build-inputs.ts';
import { readList } from '../../src/build/input-list.ts';
import { buildInputs } from '../support/option-values.ts';

describe('lists, as docker/build-push-action reads them', () => {
  it.each([
    ['parts by commas and lines', 'a,b\nc\r\nd', {}, ['a', 'b', 'c', 'd']],
    ['keeps commas', 'A=1,2\nB=3', { keepCommas: true }, ['A=1,2', 'B=3']],
    ['unquotes an entry', '"A=1,2"\n"B=x\ny"', { keepCommas: true }, ['A=1,2', 'B=x\ny']],
    ['splits a quoted field where commas part', '"a,b"', {}, ['a', 'b']],
    ['doubled quotes', '"J={""k"":""v""}"', { keepCommas: true }, ['J={"k":"v"}']],
    ['quotes inside an entry are ordinary', 'A="x" y', { keepCommas: true }, ['A="x" y']],
    ['quotes that close too early are ordinary', '"a"b,c', {}, ['"a"b', 'c']],
    [
      'leaves quotes of outputs',
      'type=oci,"dest=a,b"',
      { keepCommas: true, keepQuotes: true },
      ['type=oci,"dest=a,b"'],
    ],
    ['empty lines and entries', '\n\n a ,,b\n', {}, ['a', 'b']],
    ['multi-line secret', '"K=a\n\nb"\nL=c', { keepCommas: true }, ['K=a\n\nb', 'L=c']],
    ['nothing', '', {}, []],
  ])('%s', (_name, text, rules, expected) => {
    expect(readList(text, rules)).toEqual(expected);
  });

  it('refuses a quote that is never closed', () => {
    expect(() => readList('"a\nb')).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('gives back any entries that were quoted', () => {
    const entry = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter(text => text.trim() === text && text !== '');
    fc.assert(
      fc.property(fc.array(entry), entries => {
        const text = entries.map(each => `"${each.replaceAll('"', '""')}"`).join('\n');
        expect(readList(text, { keepCommas: true })).toEqual(entries);
      }),
    );
  });
});

describe('inputs', () => {
  const read = (given: Record<string, string>) => readBuildInputs(givenInputs(name => given[name] ?? ''));

  it('have defaults', () => {
    expect(buildInputs()).toMatchObject({
      context: '.',
      file: '',
      push: false,
      'inline-cache': true,
      tags: [],
    });
  });

  it('take the checkout for the default context', () => {
    expect(read({ context: '{{defaultContext}}' }).context).toBe('.');
    expect(read({ context: '{{ defaultContext }}:sub/dir' }).context).toBe('./sub/dir');
    expect(read({ context: 'https://github.com/a/b.git#main' }).context).toBe(
      'https://github.com/a/b.git#main',
    );
    expect(
      read({ 'build-contexts': 'src={{defaultContext}}:x\nbase=docker-image://debian' })['build-contexts'],
    ).toEqual(['src=./x', 'base=docker-image://debian']);
  });

  it('keep the rules of each list', () => {
    const inputs = read({
      tags: 'a:1,a:2',
      labels: 'x=1,2',
      platforms: 'linux/amd64,linux/arm64',
      secrets: 'A=b,c',
      outputs: 'type=oci,dest="x"',
    });
    expect(inputs.tags).toEqual(['a:1', 'a:2']);
    expect(inputs.labels).toEqual(['x=1,2']);
    expect(inputs.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    expect(inputs.secrets).toEqual(['A=b,c']);
    expect(inputs.outputs).toEqual(['type=oci,dest="x"']);
  });

  it('read booleans as YAML does', () => {
    expect(read({ push: 'True', 'inline-cache': 'FALSE' })).toMatchObject({
      push: true,
      'inline-cache': false,
    });
    expect(() => read({ pull: 'yes' })).toThrow(/pull is "yes"/);
  });
});
