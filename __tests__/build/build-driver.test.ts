import { describe, expect, it } from 'vitest';
import type { Exec, ExecResult } from '../../src/base/effects.ts';
import { detectDriver } from '../../src/build/build-driver.ts';
import { systemExec } from '../../src/run/program-exec.ts';
import { changeFiles, folderOf } from '../support/folder.ts';

const INSPECT = `Name:          default
Driver:        docker
Last Activity: 2026-01-01 00:00:00 +0000 UTC

Nodes:
Name:             default
Endpoint:         default
Status:           running
BuildKit version: v0.25.1
Platforms:        linux/amd64*, linux/amd64/v2, linux/386
Labels:
 org.mobyproject.buildkit.worker.moby.host-gateway-ip: 10.0.0.1
`;

/** Answers by the first words of docker's arguments that fit. */
function docker(answers: Readonly<Record<string, Partial<ExecResult>>>): { exec: Exec; calls: string[] } {
  const calls: string[] = [];
  const exec: Exec = {
    async run(_program, args) {
      calls.push(args.join(' '));
      const found = Object.entries(answers).find(([words]) => args.join(' ').includes(words));
      return { exitCode: 0, stdout: '', stderr: '', ...found?.[1] };
    },
  };
  return { exec, calls };
}

const VERSION = { 'buildx version': { stdout: 'github.com/docker/buildx v0.29.1 abc\n' } };

describe('the builder', () => {
  it.each([
    ['[["Backing Filesystem","extfs"]]null', 'graph-driver'],
    ['[["driver-type","io.containerd.snapshotter.v1"]]null', 'containerd'],
    ['[["driver-type","io.containerd.snapshotter.v1"]]\n', 'containerd'],
    ['nullnull', 'graph-driver'],
  ])('of the docker driver keeps images in %s: %s', async (stdout, store) => {
    const { exec } = docker({ ...VERSION, inspect: { stdout: INSPECT }, info: { stdout } });
    expect(await detectDriver('', { exec })).toEqual({
      ...{ builder: '', driver: 'docker', store, buildkitVersion: '0.25.1' },
    });
  });

  it.each([
    "docker: 'buildx' is not a docker command.\nSee 'docker --help'",
    'docker: unknown command: docker buildx',
  ])('is not asked for in the words of a docker without Buildx: %s', async words => {
    const stderr = `${words}\n\nRun 'docker --help' for more information\n`;
    const { exec } = docker({ buildx: { exitCode: 1, stderr } });
    await expect(detectDriver('', { exec })).rejects.toMatchObject({
      code: 'buildx-missing',
      message: 'The Buildx plugin of Docker is not installed.',
    });
  });

  it('of another driver keeps none, and the engine is not asked', async () => {
    const { exec, calls } = docker({
      ...VERSION,
      inspect: { stdout: 'Name: b\nDriver: docker-container\nStatus: inactive\n' },
    });
    expect(await detectDriver('b', { exec })).toMatchObject({
      builder: 'b',
      driver: 'docker-container',
      store: null,
      buildkitVersion: null,
    });
    expect(calls).toEqual(['buildx inspect b']);
  });

  it('of another docker context is asked there', async () => {
    const { exec, calls } = docker({
      ...VERSION,
      inspect: { stdout: INSPECT.replace('Endpoint:         default', 'Endpoint: far') },
    });
    await detectDriver('far', { exec });
    expect(calls.at(-1)).toMatch(/^--context far info /);
  });

  it.each<[string, Record<string, Partial<ExecResult>>, string]>([
    [
      'no plugin',
      {
        inspect: { exitCode: 125, stderr: 'unknown command' },
        'buildx version': { exitCode: 1, stderr: "docker: 'buildx' is not a docker command." },
      },
      'buildx-missing',
    ],
    [
      'no such builder',
      { ...VERSION, inspect: { exitCode: 1, stderr: 'ERROR: no builder "x" found' } },
      'usage',
    ],
    [
      'no engine',
      {
        ...VERSION,
        inspect: { exitCode: 1, stderr: 'ERROR: Cannot connect to the Docker daemon at unix:///x.' },
      },
      'engine-unreachable',
    ],
    [
      'an error in the node',
      { ...VERSION, inspect: { stdout: 'Driver: docker\nError: cannot connect\n' } },
      'engine-unreachable',
    ],
    [
      'an engine that fails',
      { ...VERSION, inspect: { stdout: INSPECT }, info: { exitCode: 1, stderr: 'away' } },
      'engine-unreachable',
    ],
    [
      'an engine that answers with errors',
      { ...VERSION, inspect: { stdout: INSPECT }, info: { stdout: 'null["away"]' } },
      'engine-unreachable',
    ],
    [
      'a remote builder that is away',
      { ...VERSION, inspect: { stdout: 'Driver: remote\nStatus:   inactive\n' } },
      'engine-unreachable',
    ],
  ])('%s', async (_name, answers, code) => {
    await expect(detectDriver('', docker(answers))).rejects.toMatchObject({ code });
  });

  it('without docker is missing', async () => {
    const exec: Exec = { run: () => Promise.reject(new Error('not found')) };
    await expect(detectDriver('', { exec })).rejects.toMatchObject({ code: 'buildx-missing' });
  });
});

it('a docker that says nothing is given up, and named', async () => {
  const folder = await folderOf();
  await changeFiles(folder, { docker: { program: '#!/bin/sh\nexec sleep 60\n' } });
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  await expect(detectDriver('', { exec: systemExec(env), env, maxSilence: 300 })).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining(
      'docker said nothing for 0.3 seconds and was ended (docker buildx inspect)',
    ),
  });
});
