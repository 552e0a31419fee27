import type { PackageManager } from './package-manager.ts';

/** Maven, a build tool of Java. Source: Maven's documentation, "Introduction to the Build Lifecycle" and `localRepository`. */
export const MAVEN = {
  id: 'maven',
  scope: 'project',
  programs: ['mvn', 'mvnw'],
  verbs: {
    manifest: ['dependency:go-offline', 'dependency:resolve', 'dependency:resolve-plugins'],
    build: ['compile', 'test', 'package', 'verify', 'install', 'deploy'],
  },
  hasPhases: true,
  valued: '-f --file -s --settings -pl --projects -P -T -am',
  readsHistory: true,
  manifests: ['pom.xml'],
  manifestCommand: 'mvn dependency:go-offline',
  mount: { cache: 'maven-repository', directories: ['/root/.m2'] },
  offline: { options: ['--offline'] },
  caches: [
    // Maven's local repository. Programs may have it on their class path.
    {
      kind: 'maven-repository',
      finds: 'The local repository of Maven',
      noun: "Maven's repository",
      usual: "Tens to hundreds of megabytes: the project's dependencies and all plugins that Maven runs.",
      whenToIgnore: 'Where the image runs Maven, offline or to save it the download.',
      directories: ['~/.m2/repository'],
      writtenBy: 'any-command',
      remedies: [],
      isRewritten: true,
      neededBy: { commands: 'any', text: /\.m2\b/ },
    },
  ],
} as const satisfies PackageManager;

/** Gradle, a build tool of Java. Source: Gradle's documentation, "Command-Line Interface" and "Gradle-managed Directories". */
export const GRADLE = {
  id: 'gradle',
  scope: 'project',
  programs: ['gradle', 'gradlew'],
  verbs: {
    manifest: ['dependencies'],
    build: [
      'build',
      'assemble',
      'jar',
      'war',
      'bootJar',
      'bootWar',
      'shadowJar',
      'installDist',
      'distTar',
      'distZip',
      'classes',
    ],
  },
  hasPhases: true,
  valued: '-p --project-dir -b --build-file -g --gradle-user-home -x --exclude-task',
  readsHistory: true,
  manifests: ['build.gradle', 'settings.gradle'],
  manifestCommand: 'gradle dependencies',
  mount: { cache: 'gradle-cache', directories: ['/root/.gradle'] },
  offline: { options: ['--offline'] },
  caches: [
    // Dependencies, and versions of Gradle itself.
    {
      kind: 'gradle-cache',
      finds: 'Dependencies that Gradle downloads, and Gradle itself',
      noun: "Gradle's cache",
      usual:
        'Hundreds of megabytes: Gradle itself takes about 130 MB as an archive and as much unpacked, beside the dependencies.',
      whenToIgnore: 'Where the image runs Gradle, offline or to save it the download.',
      directories: ['~/.gradle/caches', '~/.gradle/wrapper/dists'],
      writtenBy: 'any-command',
      remedies: [],
      isRewritten: true,
      neededBy: { commands: 'any' },
    },
  ],
} as const satisfies PackageManager;
