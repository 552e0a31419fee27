import type { Rule } from '../rule.ts';
import { apkCache } from '../rules/apk-cache.ts';
import { aptArchives } from '../rules/apt-archives.ts';
import { aptCache } from '../rules/apt-cache.ts';
import { aptLists } from '../rules/apt-lists.ts';
import { bunCache } from '../rules/bun-cache.ts';
import { cargoCache } from '../rules/cargo-cache.ts';
import { composerCache } from '../rules/composer-cache.ts';
import { condaPackages } from '../rules/conda-packages.ts';
import { dnfCache } from '../rules/dnf-cache.ts';
import { gemCache } from '../rules/gem-cache.ts';
import { goCache } from '../rules/go-cache.ts';
import { gradleCache } from '../rules/gradle-cache.ts';
import { mavenRepository } from '../rules/maven-repository.ts';
import { npmCache } from '../rules/npm-cache.ts';
import { nugetCache } from '../rules/nuget-cache.ts';
import { pacmanCache } from '../rules/pacman-cache.ts';
import { pipCache } from '../rules/pip-cache.ts';
import { pnpmStore } from '../rules/pnpm-store.ts';
import { poetryCache } from '../rules/poetry-cache.ts';
import { uvCache } from '../rules/uv-cache.ts';
import { yarnCache } from '../rules/yarn-cache.ts';
import { zypperCache } from '../rules/zypper-cache.ts';

/** What package managers keep for their next run. */
export const CACHE_RULES: readonly Rule[] = [
  aptLists,
  aptArchives,
  aptCache,
  apkCache,
  dnfCache,
  zypperCache,
  pacmanCache,
  pipCache,
  uvCache,
  poetryCache,
  condaPackages,
  npmCache,
  yarnCache,
  pnpmStore,
  bunCache,
  goCache,
  cargoCache,
  mavenRepository,
  gradleCache,
  nugetCache,
  gemCache,
  composerCache,
];
