import { expect, it } from 'vitest';
import { uncommittedNotice } from '../../src/baseline/uncommitted-files.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

const sized = (path: string, bytes: number) => ({ path, bytes });

it('places of files that no commit holds are as near as all of their files allow', () => {
  const files = { 'srv/app.js': 1_000, 'srv/app.js.map': 5_000_000, 'srv/a/b.jar': 2_000 };
  const image = fabricate([{ base: true }, { createdBy: 'COPY dist /srv # buildkit', files }]);
  const found = [sized('dist/app.js', 1_000), sized('dist/app.js.map', 5_000_000), sized('b.jar', 2_000)];
  expect(uncommittedNotice(found, image, image)?.message).toContain('("dist/" 5.0 MB, "b.jar" 2.0 kB)');
  expect(uncommittedNotice([sized('other', 1_000)], image, image)).toBeNull();
});

it.each([
  ['COPY target/*.jar app.jar # buildkit', true],
  ['COPY --chown=1000 ./target/demo-1.4.*.jar /app/app.jar # buildkit', true],
  ['COPY $JAR_DIR/demo-*.jar /app/app.jar # buildkit', true],
  ['ADD target/demo-1.4.0.jar /app/app.jar', true],
  ['COPY target/other.jar app.jar # buildkit', false],
  ['COPY target/demoX1.4.0.jar app.jar # buildkit', false],
  ['COPY target/ /app/ # buildkit', false],
  ['COPY a target/demo-1.4.0.jar /app/ # buildkit', false],
])('a file may have another name in the image: %s', (createdBy, isFound) => {
  const image = fabricate([{ base: true }, { createdBy, files: { 'app/app.jar': 5_000_000 } }]);
  const notice = uncommittedNotice([sized('target/demo-1.4.0.jar', 5_000_000)], image, image);
  expect(notice?.message.includes('("target/demo-1.4.0.jar" 5.0 MB)') ?? false).toBe(isFound);
  expect(uncommittedNotice([sized('target/demo-1.4.0.jar', 5_000_001)], image, image)).toBeNull();
});

it('what git writes for a submodule is of the commit', () => {
  const files = { 'src/lib/.git': 40, 'src/.git/HEAD': 41 };
  const image = fabricate([{ base: true }, { createdBy: 'COPY . /src # buildkit', files }]);
  expect(uncommittedNotice([sized('lib/.git', 40)], image, image)).toBeNull();
  expect(uncommittedNotice([sized('lib/.git', 40), sized('.git/HEAD', 41)], image, image)?.message).toMatch(
    /^41 B /,
  );
});

it.each([
  [['.git/HEAD'], 'in the comparison: add `.git` to the .dockerignore.'],
  [['dist/app.js'], 'in the comparison: commit them, or make them on both sides with `prepare`.'],
  [
    ['.git/HEAD', 'dist/app.js'],
    'commit them, or make them on both sides with `prepare`, and add `.git` to the .dockerignore.',
  ],
])('what to do about files that no commit holds: %s', (paths, advice) => {
  const files = Object.fromEntries(paths.map(path => [`src/${path}`, 41]));
  const image = fabricate([{ base: true }, { createdBy: 'COPY . /src # buildkit', files }]);
  const found = paths.map(path => sized(path, 41));
  expect(uncommittedNotice(found, image, null)?.message.endsWith(advice)).toBe(true);
  const own = uncommittedNotice(found, image, null, 'api.Dockerfile.dockerignore');
  expect(own?.message.endsWith(advice.replace('the .dockerignore', 'api.Dockerfile.dockerignore'))).toBe(
    true,
  );
});

it('files that only the base was built with are in the comparison', () => {
  const layerOf = (files: Record<string, number>) =>
    fabricate([{ base: true }, { createdBy: 'COPY . /src # buildkit', files }]);
  const baseline = layerOf({ 'src/.git/HEAD': 41, 'src/app.js': 9 });
  const notice = uncommittedNotice([sized('.git/HEAD', 41)], baseline, layerOf({ 'src/app.js': 9 }));
  expect(notice?.message).toMatch(
    / Only the base was built with them, so the comparison shows the head without them\.$/,
  );
});
