import type { PackageManager } from './package-manager.ts';
import type { CommandWords, VerbAction } from './verb.ts';

/** Rust's package manager and build tool. Source: The Cargo Book, "Cargo commands" and "Cargo Home"; cargo-chef's README. */
export const CARGO = {
  id: 'cargo',
  scope: 'language',
  programs: ['cargo'],
  verbs: { manifest: ['fetch', 'chef'], build: ['build', 'b'], add: ['install'] },
  valued:
    '--manifest-path --target --target-dir --features -F --bin --package -p --profile -j --jobs --version --vers --git --rev --tag --branch --path --root',
  refine: whatCargoDoes,
  readsHistory: true,
  // Without sources cargo refuses even to fetch.
  manifests: [],
  mount: { cache: 'cargo-cache', directories: ['/usr/local/cargo/registry'] },
  offline: { options: ['--offline'] },
  caches: [
    // Sources of crates: `registry` and `git` of CARGO_HOME.
    {
      kind: 'cargo-cache',
      finds: 'Crates and their sources that cargo downloads',
      noun: "cargo's cache",
      usual: 'Tens to hundreds of megabytes: the archives of the crates, and their sources unpacked.',
      whenToIgnore: 'Where the image compiles Rust: a builder or a development container.',
      directories: [
        '~/.cargo/registry',
        '~/.cargo/git',
        '~/usr/local/cargo/registry',
        '~/usr/local/cargo/git',
      ],
      writtenBy: 'any-command',
      remedies: [],
      isRewritten: true,
      neededBy: { commands: 'any' },
    },
  ],
} as const satisfies PackageManager;

function whatCargoDoes(action: VerbAction, { verb, words, names }: CommandWords): VerbAction | null {
  // What it cooks is what `chef prepare` has written.
  if (verb === 'chef') return names[0] === 'cook' ? action : null;
  if (action === 'add') return words.includes('--path') ? 'build' : 'names';
  return action;
}
