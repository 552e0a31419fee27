import { describe, expect, it } from 'vitest';
import { bundleCollector, findGemDevelopment } from '../../src/packages/bundle-reader.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { file } from '../support/scans/scan.ts';

const read = (path: string, text: string): unknown =>
  bundleCollector.collect(file(path, text.length), Buffer.from(text));

const GEMFILE = `
source 'https://rubygems.org'
gem 'rails', '~> 7.1'
gem "puma"
# gem 'commented'
gem 'mri', platforms: [:mri]
group :development, :test do
  gem 'rspec-rails'
  platforms :mri do
    gem 'debug'
  end
end
group :production do
  gem 'pg'
end
if ENV['X']
  gem 'x'
end
source 'https://gems.example.com' do
  gem 'own'
end
gem 'rubocop', require: false, group: :development
gem 'listen',
  '~> 3.8',
  :group => [:development, :test]
gem 'both', groups: [:development, :production]
gem('brakeman', group: 'test')
`;

describe('a Gemfile', () => {
  it('has gems that only groups for development have', () => {
    expect(read('app/Gemfile', GEMFILE)).toEqual({
      development: ['rspec-rails', 'debug', 'rubocop', 'listen', 'brakeman'],
      others: ['rails', 'puma', 'mri', 'pg', 'x', 'own', 'both'],
    });
  });

  it('is none of a gem’s own', () => {
    const wants = (path: string): boolean => bundleCollector.wants(file(path, 10));
    expect(wants('app/Gemfile') && wants('Gemfile.lock')).toBe(true);
    expect(wants('usr/local/bundle/gems/rack-3.0.0/Gemfile')).toBe(false);
    expect(wants('usr/local/bundle/bundler/gems/x-1a2b/Gemfile.lock')).toBe(false);
    expect(wants('app/aGemfile') || wants('app/Gemfile.old')).toBe(false);
  });
});

const LOCK = `GIT
  remote: https://example.com/own.git
  revision: 1a2b
  specs:
    own (0.1)
      rack

GEM
  remote: https://rubygems.org/
  specs:
    rack (3.0.11)
    rails (7.1.3)
      rack (>= 2.2)
    rubocop (1.64.1)
      parser (>= 3.3)
      rack (>= 1)
    parser (3.3.1)
    nokogiri (1.16.5-x86_64-linux)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  own!
  rails (~> 7.1)
  rubocop

BUNDLED WITH
   2.5.9
`;

it('a lock has which gem needs which', () => {
  expect(read('app/Gemfile.lock', LOCK)).toEqual({
    gems: [
      { name: 'own', version: '0.1', needs: ['rack'] },
      { name: 'rack', version: '3.0.11', needs: [] },
      { name: 'rails', version: '7.1.3', needs: ['rack'] },
      { name: 'rubocop', version: '1.64.1', needs: ['parser', 'rack'] },
      { name: 'parser', version: '3.3.1', needs: [] },
      { name: 'nokogiri', version: '1.16.5-x86_64-linux', needs: [] },
    ],
    dependencies: ['own', 'rails', 'rubocop'],
  });
});

describe('gems for development', () => {
  const gem = (name: string, version: string) => ({
    [`usr/local/bundle/specifications/${name}-${version}.gemspec`]: `# stub: ${name} ${version} ruby lib\n`,
  });
  const gems = {
    ...gem('rack', '3.0.11'),
    ...gem('rails', '7.1.3'),
    ...gem('rubocop', '1.64.1'),
    ...gem('parser', '3.3.1'),
    ...gem('parser', '3.2.0'),
    ...gem('bundler', '2.5.9'),
  };
  const gemfile = "gem 'rails'\ngem 'rubocop', group: :development\n";
  const found = (texts: Readonly<Record<string, string>>): readonly string[] => {
    const analysis = fabricate([{ texts: { ...gems, ...texts } }]);
    return findGemDevelopment(analysis, analysis.packages.packages)
      .map(({ name, version }) => `${name} ${version}`)
      .sort();
  };

  it('are what only such groups lead to, in the version of the lock', () => {
    expect(found({ 'app/Gemfile': gemfile, 'app/Gemfile.lock': LOCK })).toEqual([
      'parser 3.3.1',
      'rubocop 1.64.1',
    ]);
  });

  it('are none that the Gemfile does not name for development, or another program needs', () => {
    const evaluated = { 'app/Gemfile': "eval_gemfile 'other'\n", 'app/Gemfile.lock': LOCK };
    expect(found(evaluated)).toEqual([]);
    expect(found({ 'app/Gemfile.lock': LOCK })).toEqual([]);
    const other = { 'web/Gemfile': "gem 'rubocop'\n", 'web/Gemfile.lock': LOCK };
    expect(found({ 'app/Gemfile': gemfile, 'app/Gemfile.lock': LOCK, ...other })).toEqual([]);
  });
});
