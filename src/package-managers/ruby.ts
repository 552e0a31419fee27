import { code, phrase } from '../base/phrase.ts';
import type { PackageManager } from './package-manager.ts';

/** Ruby's package manager. Source: RubyGems' guides, "Command reference" and `gem environment`. */
export const GEM = {
  id: 'gem',
  scope: 'language',
  programs: ['gem'],
  verbs: { names: ['install', 'i'], download: ['update'], remove: ['uninstall'] },
  valued: '-v --version -s --source -i --install-dir -n --bindir -P',
  packageFile: '.gem',
  offline: { commands: ['pristine'] },
  caches: [
    // The packages that gems were unpacked from; only `gem pristine` reads them. In GEM_HOME, as RubyGems, Debian,
    // Bundler and the image ruby have it: `/usr/local/lib/ruby/gems/3.3.0/cache`.
    {
      kind: 'gem-cache',
      finds: 'Archives that gems were unpacked from',
      noun: "RubyGems' cache",
      usual: 'As many bytes as the archives of the gems that were downloaded, compressed.',
      advice: phrase`end the RUN that installs by deleting the gems' ${code('cache')} directory`,
      directories: [
        { parent: '(?:usr/local/bundle|(?:[^/]+/){0,6}(?:gems|ruby)/\\d[^/]*)', name: 'cache' },
        '~/.bundle/cache',
        '~/.cache/gem',
      ],
      writtenBy: 'downloads',
      sharedWith: ['bundler'],
      remedies: [{ kind: 'delete' }],
      isRewritten: false,
    },
  ],
} as const satisfies PackageManager;

/** Bundler, for projects of Ruby. Source: bundle-install(1). */
export const BUNDLER = {
  id: 'bundler',
  scope: 'project',
  programs: ['bundle', 'bundler'],
  verbs: { manifest: ['install', 'i'], download: ['update', 'add'] },
  bare: 'manifest',
  valued: '--gemfile --jobs -j --path --retry',
  manifests: ['Gemfile', 'Gemfile.lock'],
  development: {
    install: "bundle config set without 'development test'",
    prune: "bundle config set without 'development test' && bundle clean --force",
  },
} as const satisfies PackageManager;
