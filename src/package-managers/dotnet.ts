import type { PackageManager } from './package-manager.ts';

/** .NET's command, which restores packages and builds. Sources: the .NET CLI's reference; NuGet's documentation, "Managing the global packages and cache folders". */
export const DOTNET = {
  id: 'dotnet',
  scope: 'project',
  programs: ['dotnet'],
  companions: [{ name: 'nuget', writesCaches: true }],
  verbs: { manifest: ['restore'], build: ['build', 'publish'] },
  valued: '-c --configuration -o --output -r --runtime -f --framework -s --source -v --verbosity',
  refine: (action, { words }) => (words.includes('--no-restore') ? null : action),
  manifests: ['*.csproj'],
  manifestCommand: 'dotnet restore',
  mount: { cache: 'nuget-cache', directories: ['/root/.nuget/packages'] },
  caches: [
    // Packages that were restored, and answers of their servers. What was published has copies of what it needs, what
    // was only built may not.
    {
      kind: 'nuget-cache',
      finds: 'Packages that `dotnet restore` downloads',
      noun: "NuGet's packages",
      usual: 'Tens to hundreds of megabytes: all packages that `dotnet restore` unpacks.',
      whenToIgnore: 'Where the image runs `dotnet build` or `dotnet test` when it starts.',
      directories: ['~/.nuget/packages', '~/.local/share/NuGet'],
      writtenBy: 'any-command',
      remedies: [],
      isRewritten: true,
      neededBy: {
        commands: ['run', 'watch', 'test', 'build', 'publish', 'exec', 'msbuild'],
        text: /\.nuget\b|\bbin\/(?:Debug|Release)\b/,
      },
    },
  ],
} as const satisfies PackageManager;
