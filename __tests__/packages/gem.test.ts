import { describe, expect, it } from 'vitest';
import { file } from '../support/fabricate/node.ts';
import { collected, fixture, packagesIn } from './packaged.ts';

const BUNDLE = 'usr/local/bundle';

describe('an installed gem', () => {
  it('has its directory, archive, documentation, specification and extensions', async () => {
    const specification = fixture('gem/tiny-0.3.1.gemspec');
    const { packages, ownerOf } = await packagesIn({
      [`${BUNDLE}/specifications/tiny-0.3.1.gemspec`]: file(specification),
      [`${BUNDLE}/gems/tiny-0.3.1/lib/tiny.rb`]: file(10),
      [`${BUNDLE}/doc/tiny-0.3.1/ri/cache.ri`]: file(20),
      [`${BUNDLE}/cache/tiny-0.3.1.gem`]: file(4000),
      [`${BUNDLE}/extensions/x86_64-linux/3.3.0/tiny-0.3.1/gem.build_complete`]: file(0),
      [`${BUNDLE}/extensions/x86_64-linux/3.3.0/tiny-0.3.1/tiny.so`]: file(500),
      [`${BUNDLE}/extensions/x86_64-linux/3.3.0/other-1/other.so`]: file(1),
      'elsewhere/extensions/x86_64-linux/3.3.0/tiny-0.3.1/gem.build_complete': file(0),
      'elsewhere/extensions/x86_64-linux/3.3.0/tiny-0.3.1/tiny.so': file(7),
      [`${BUNDLE}/gems/tiny-0.3.10/x`]: file(3),
    });
    expect(packages).toMatchObject([
      {
        type: 'gem',
        name: 'tiny',
        version: '0.3.1',
        architecture: null,
        path: `${BUNDLE}/gems/tiny-0.3.1`,
        bytes: 4530 + specification.length,
      },
    ]);
    expect(ownerOf(`${BUNDLE}/gems/tiny-0.3.10/x`)).toBeNull();
    expect(ownerOf('elsewhere/extensions/x86_64-linux/3.3.0/tiny-0.3.1/tiny.so')).toBeNull();
  });

  it('may be made for a platform, or have come with Ruby', async () => {
    const { packages } = await packagesIn({
      'g/specifications/nokogiri-1.15.4-x86_64-linux.gemspec': file(
        '# stub: nokogiri 1.15.4 x86_64-linux lib\n',
      ),
      'g/gems/nokogiri-1.15.4-x86_64-linux/a.so': file(100),
      'g/specifications/default/json-2.7.1.gemspec': file('# stub: json 2.7.1 ruby lib\n'),
      'g/gems/tiny-1/tiny.gemspec': file('# stub: not-installed 1 ruby lib\n'),
    });
    expect(packages.map(({ name, architecture, bytes }) => [name, architecture, bytes])).toEqual([
      ['nokogiri', 'x86_64-linux', 141],
      ['json', null, 28],
    ]);
  });

  it.each([
    ['  s.name = "a".freeze\n  s.version = "1"', { name: 'a', version: '1', platform: 'ruby' }],
    ['  s.version = Gem::Version.new("1")\n  s.name = "a"', { name: 'a', version: '1', platform: 'ruby' }],
    ['# stub: a\n', null],
    [`# stub: ${'a'.repeat(300)} 1 ruby lib`, null],
    ['', null],
  ])('is told by its specification (%#)', (text, value) => {
    expect(collected('g/specifications/x.gemspec', text)).toEqual(value);
  });
});
