import { describe, expect, it } from 'vitest';
import { ExcessiveJson, MAX_JSON_DEPTH, parseBoundedJson } from '../../src/base/json-shape.ts';
import { NESTED_JSON, WIDE_JSON } from '../support/large-json.ts';

describe('a JSON text from outside', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it('is refused for its shape before anything is made of it', () => {
    expect(() => parseBoundedJson(NESTED_JSON)).toThrow(new ExcessiveJson('nests more than 100 deep'));
    expect(() => parseBoundedJson(WIDE_JSON)).toThrow(new ExcessiveJson('has more than 1,000,000 values'));
    expect(() => parseBoundedJson('[1,2,3]', 2)).toThrow(new ExcessiveJson('has more than 2 values'));
  });

  it('is read up to the limit, however short it is', () => {
    expect(parseBoundedJson('[1,2,3]', 3)).toEqual([1, 2, 3]);
    expect(() => parseBoundedJson(nested(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => parseBoundedJson(nested(MAX_JSON_DEPTH + 1))).toThrow(ExcessiveJson);
  });

  it('may have brackets, commas and quotes in its texts', () => {
    const text = `\\"${'[{,:'.repeat(100_000)}`;
    expect(parseBoundedJson(JSON.stringify({ text }), 3)).toEqual({ text });
    expect(() => parseBoundedJson('{"a":"b', 3)).toThrow(SyntaxError);
  });
});
