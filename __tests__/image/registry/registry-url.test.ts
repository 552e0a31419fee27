import { describe, expect, it } from 'vitest';
import { allowedUrl, registryUrl } from '../../../src/image/registry/registry-url.ts';

describe('a registry', () => {
  it.each([
    ['docker.io', 'https://registry-1.docker.io/v2/'],
    ['ghcr.io', 'https://ghcr.io/v2/'],
    ['registry.example:5000', 'https://registry.example:5000/v2/'],
    ['localhost:5000', 'https://localhost:5000/v2/'],
    ['127.0.0.2:5000', 'https://127.0.0.2:5000/v2/'],
    ['127.1:5000', 'https://127.0.0.1:5000/v2/'],
    ['[::1]:5000', 'https://[::1]:5000/v2/'],
    ['localhost.example', 'https://localhost.example/v2/'],
    ['127.0.0.1.example', 'https://127.0.0.1.example/v2/'],
    ['10.0.0.1:5000', 'https://10.0.0.1:5000/v2/'],
  ])('%s is at %s', (registry, url) => {
    expect(registryUrl(registry).href).toBe(url);
  });

  it.each(['localhost:99999', '[::zz]', '1.2.3.4.5'])('%s is no address', registry => {
    expect(() => registryUrl(registry)).toThrowError(expect.objectContaining({ code: 'reference-invalid' }));
  });
});

describe('an address that a registry names', () => {
  const remote = new URL('https://registry.example/v2/');
  const plain = new URL('http://plain.example:5000/v2/');
  const local = new URL('http://127.0.0.1:5000/v2/');

  it.each([
    ['https://cdn.example/x', remote, 'https://cdn.example/x'],
    ['/x', remote, 'https://registry.example/x'],
    ['https://me:you@cdn.example/x', remote, 'https://cdn.example/x'],
    ['http://cdn.example/x', remote, null],
    ['http://registry.example/x', remote, null],
    ['http://127.0.0.1:2375/x', remote, null],
    ['http://localhost/x', remote, null],
    ['file:///etc/passwd', remote, null],
    ['data:,x', remote, null],
    ['http://127.0.0.1:6000/x', local, 'http://127.0.0.1:6000/x'],
    ['http://cdn.example/x', local, null],
    ['https://cdn.example/x', local, 'https://cdn.example/x'],
    ['http://127.0.0.1:6000/x', new URL('https://127.0.0.1:5000/v2/'), 'http://127.0.0.1:6000/x'],
    // Only a configuration lets it be spoken to so.
    ['http://plain.example:6000/x', plain, 'http://plain.example:6000/x'],
    ['http://other.example/x', plain, null],
    ['http://127.0.0.1/x', plain, null],
    ['https://[', remote, null],
  ])('%s from %s', (text, from, expected) => {
    expect(allowedUrl(text, from)?.href ?? null).toBe(expected);
  });
});
