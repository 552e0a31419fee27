import { describe, expect, it } from 'vitest';
import { chooseProxy, isExcepted, proxyAddress, proxyLogin } from '../../../src/image/registry/proxy.ts';
import { knowsProxies } from '../../../src/image/registry/registry-agents.ts';

const REGISTRY = new URL('https://registry.example/v2/');

describe('the proxy of an address', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'proxy.example' }, 'proxy.example:80'],
    [{ HTTPS_PROXY: '10.1.2.3:3128' }, '10.1.2.3:3128'],
    [{ HTTPS_PROXY: '[fd00::1]:3128' }, '[fd00::1]:3128'],
    [{ HTTPS_PROXY: 'https://proxy.example' }, 'proxy.example:443'],
    [{ HTTPS_PROXY: 'HTTP://Proxy.example:3128/' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: ' http://proxy.example:3128 ' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'socks5://proxy.example' }, 'socks5://proxy.example:1080'],
    [{ HTTPS_PROXY: 'socks5h://proxy.example:80' }, 'socks5://proxy.example:80'],
    [{ https_proxy: 'lower:1', HTTPS_PROXY: 'upper:2' }, 'lower:1'],
    [{ https_proxy: '', HTTPS_PROXY: 'upper:2' }, 'upper:2'],
    [{ ALL_PROXY: 'all:1' }, 'all:1'],
    [{ all_proxy: 'all:1', HTTPS_PROXY: 'https:2' }, 'https:2'],
    [{ HTTP_PROXY: 'http:1' }, null],
    [{}, null],
    [{ HTTPS_PROXY: 'proxy:1', NO_PROXY: '.example' }, null],
    [{ HTTPS_PROXY: 'proxy:1', no_proxy: 'other', NO_PROXY: '.example' }, 'proxy:1'],
  ])('with %o is %s', (env, address) => {
    const proxy = chooseProxy(REGISTRY, env);
    expect(proxy && proxyAddress(proxy)).toBe(address);
  });

  it('of clear text is HTTP_PROXY, but not where that is a header of a request', () => {
    const plain = new URL('http://registry.example:5000/v2/');
    const addressOf = (env: Readonly<Record<string, string>>) => chooseProxy(plain, env)?.url.host;
    expect(addressOf({ HTTP_PROXY: 'proxy:1', HTTPS_PROXY: 'other:2' })).toBe('proxy:1');
    expect(addressOf({ HTTP_PROXY: 'proxy:1', REQUEST_METHOD: 'GET' })).toBeUndefined();
    expect(addressOf({ http_proxy: 'proxy:1', REQUEST_METHOD: 'GET' })).toBe('proxy:1');
  });

  it.each(['https://127.0.0.1/', 'https://localhost:5000/', 'https://[::1]:5000/'])('of %s is none', text => {
    expect(chooseProxy(new URL(text), { HTTPS_PROXY: 'proxy:1' })).toBeNull();
  });

  it('may have a login, in its own letters', () => {
    const proxy = chooseProxy(REGISTRY, { HTTPS_PROXY: 'socks5://me:p%40ss%3A@proxy' });
    expect(proxy && proxyLogin(proxy)).toEqual({ username: 'me', password: 'p@ss:' });
    expect(proxy && proxyAddress(proxy)).toBe('socks5://proxy:1080');
  });

  it.each([
    ['ftp://me:s3cret@proxy', /^HTTPS_PROXY names a proxy of the kind ftp:\/\/, which cannot be used\.$/],
    ['socks4://me:s3cret@proxy', /kind socks4:/],
    ['http://me:s3cret@', /^HTTPS_PROXY is not the address of a proxy\.$/],
    ['socks5://me:s3cret@[::', /not the address/],
    ['me:s3cret@proxy:99999', /not the address/],
  ])('cannot be %s', (text, message) => {
    expect(() => chooseProxy(REGISTRY, { HTTPS_PROXY: text })).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(message) }),
    );
    expect(() => chooseProxy(REGISTRY, { HTTPS_PROXY: text })).not.toThrow(/s3cret/);
  });

  it.each([
    ['22.15.0', false],
    ['22.21.0', true],
    ['23.11.0', false],
    ['24.4.1', false],
    ['24.5.0', true],
    ['25.0.0', true],
  ])('is used by Node %s: %s', (version, knows) => {
    expect(knowsProxies(version)).toBe(knows);
  });
});

describe('NO_PROXY', () => {
  const [name, deep] = ['https://example.com/', 'https://a.b.example.com:5000/'];
  const [four, six] = ['https://10.1.2.3/', 'https://[fd00::1]:5000/'];

  it.each([
    ['example.com', name, true],
    ['example.com', deep, true],
    ['EXAMPLE.com.', 'https://Example.COM/', true],
    ['.example.com', deep, true],
    ['.example.com', name, false],
    ['*.example.com', deep, true],
    ['*.example.com', name, false],
    ['ample.com', name, false],
    ['example.com:443', name, true],
    ['example.com:5000', name, false],
    ['example.com:5000', deep, true],
    ['*', name, true],
    ['other, ,\texample.com', name, true],
    ['', name, false],
    [',', name, false],
    ['10.1.2.3', four, true],
    ['10.1.2.3:443', four, true],
    ['10.1.2.3:5000', four, false],
    ['10.0.0.0/8', four, true],
    ['10.2.0.0/16', four, false],
    ['10.0.0.0/33', four, false],
    ['10.0.0.0/x', four, false],
    ['1.2.3', four, false],
    ['fd00::1', six, true],
    ['[fd00::1]', six, true],
    ['[fd00::1]:5000', six, true],
    ['[fd00::1]:443', six, false],
    ['fd00:0::0001', six, true],
    ['fd00::/8', six, true],
    ['fe00::/8', six, false],
    ['10.0.0.0/8', six, false],
    ['10.0.0.0/8', name, false],
  ])('%s and %s: %s', (list, url, excepted) => {
    expect(isExcepted(new URL(url), list)).toBe(excepted);
  });
});
