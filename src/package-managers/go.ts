import type { PackageManager } from './package-manager.ts';

/** Go's own command. Source: the help of `go`, `go mod download` and `go cache`. */
export const GO = {
  id: 'go',
  scope: 'language',
  programs: ['go'],
  verbs: { manifest: ['mod download'], build: ['build', 'install'] },
  valued: '-C -o -ldflags -tags -gcflags -asmflags -p',
  refine: (action, { words, names }) => {
    if (action !== 'build') return action;
    if (words.includes('-mod=vendor')) return null;
    return names.some(name => name.includes('@')) ? 'names' : 'build';
  },
  manifests: ['go.mod', 'go.sum'],
  manifestCommand: 'go mod download',
  mount: { cache: 'go-cache', directories: ['/go/pkg/mod', '/root/.cache/go-build'] },
  caches: [
    // Compiled packages, and sources of modules: `go env GOCACHE GOMODCACHE`.
    {
      kind: 'go-cache',
      finds: 'Modules that go downloads, and packages that it compiles',
      noun: "Go's cache",
      usual:
        'Hundreds of megabytes: the sources of all modules, and what was compiled of them and of the standard library.',
      whenToIgnore: 'Where the image compiles Go: a builder or a development container.',
      directories: ['~/.cache/go-build', '~/go/pkg/mod', '~/go/pkg/sumdb'],
      writtenBy: 'any-command',
      remedies: [],
      isRewritten: true,
      neededBy: {
        commands: ['run', 'test', 'build', 'install', 'tool', 'generate'],
        text: /\b(?:air|gotestsum|dlv|reflex|modd)\b/,
      },
    },
  ],
} as const satisfies PackageManager;
