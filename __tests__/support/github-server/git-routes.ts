import { type Answer, notAccessible, notFound, refusal } from './answers.ts';
import { type Call, ok } from './call.ts';
import type { FakeTreeEntry, GitState } from './git-state.ts';

/** GitHub gives no blob that is larger. Bytes. */
const LARGEST_BLOB = 100 * 1024 * 1024;
const HEADS = 'refs/heads/';

/** The routes of the git database (https://docs.github.com/rest/git); null for any other path. */
export function gitRoute(git: GitState, call: Call, path: string): Answer | null {
  const [, kind = '', rest = ''] = /^\/git\/(ref|refs|commits|trees|blobs)(?:\/(.+))?$/.exec(path) ?? [];
  if (kind === '') return null;
  const contents = call.grant.contents ?? call.grant.access;
  if (contents === 'none') return notFound;
  const name = decodeURIComponent(rest);
  if (call.method === 'GET') return readRoute(git, kind, name, call.api);
  if (contents !== 'write') return notAccessible;
  const json = record(call.json);
  if (json === null) return refusal(400, 'Body should be a JSON object');
  if (call.method === 'PATCH' && kind === 'refs') return moveRef(git, name, json);
  if (call.method !== 'POST' || name !== '') return notFound;
  if (kind === 'trees') return createTree(git, json);
  if (kind === 'commits') return createCommit(git, json);
  return kind === 'refs' ? createRef(git, json) : notFound;
}

function readRoute(git: GitState, kind: string, name: string, api: string): Answer {
  if (kind === 'ref') {
    const sha = git.branches.get(name.replace(/^heads\//, ''));
    return sha === undefined || !name.startsWith('heads/') ? notFound : ok(refPayload(`refs/${name}`, sha));
  }
  if (kind === 'commits') {
    const commit = git.commits.get(name);
    return commit ? ok({ sha: name, ...commitPayload(commit) }) : notFound;
  }
  if (kind === 'trees') {
    // A name is followed to its tree, and stays what the answer calls it.
    const commit = git.branches.get(name) ?? name;
    const sha = git.commits.get(commit)?.tree ?? name;
    const entries = git.trees.get(sha);
    if (!entries) return notFound;
    const tree = entries.map(entry => ({
      ...entry,
      ...(entry.type === 'blob' ? { size: git.blobs.get(entry.sha)?.length ?? 0 } : {}),
      url: `${api}/${entry.sha}`,
    }));
    return ok({ sha: commit, tree, truncated: false });
  }
  const blob = git.blobs.get(name);
  if (!blob) return notFound;
  if (blob.length > LARGEST_BLOB) return refusal(403, 'This API returns blobs up to 100 MB in size.');
  const content = blob.toString('base64').replace(/.{60}/g, '$&\n');
  return ok({ sha: name, size: blob.length, encoding: 'base64', content });
}

const MODES: Readonly<Record<string, FakeTreeEntry['type']>> = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '040000': 'tree',
  '160000': 'commit',
};

function createTree(git: GitState, json: Json): Answer {
  const { tree, base_tree: base } = json;
  if (!Array.isArray(tree)) return refusal(422, 'Invalid request.\n\n"tree" wasn\'t supplied.');
  const former = base === undefined || base === null ? [] : git.trees.get(String(base));
  if (!former) return refusal(422, 'base_tree is not a valid tree oid');
  const entries = new Map(former.map(entry => [entry.path, entry]));
  for (const given of tree) {
    const entry = entryOf(git, record(given) ?? {});
    if ('refusal' in entry) return refusal(422, entry.refusal);
    entries.set(entry.path, entry);
  }
  const sha = git.addTree([...entries.values()]);
  return { status: 201, body: { sha, tree: git.trees.get(sha), truncated: false } };
}

function entryOf(
  git: GitState,
  { path, mode, type, sha, content }: Json,
): FakeTreeEntry | { readonly refusal: string } {
  if (typeof path !== 'string' || path === '') return { refusal: 'Must supply a valid tree.path' };
  if (path.startsWith('/')) return { refusal: 'tree.path cannot start with a slash' };
  if (path.split('/').some(part => ['', '.', '..', '.git'].includes(part.toLowerCase()))) {
    return { refusal: 'tree.path contains a malformed path component' };
  }
  if (path.includes('/')) return { refusal: 'nested paths are not handled here' };
  const wanted = MODES[String(mode)];
  if (wanted === undefined || type !== wanted) return { refusal: 'Must supply a valid tree.mode' };
  if ((sha === undefined) === (content === undefined)) {
    return { refusal: 'Must supply either tree.sha or tree.content' };
  }
  if (typeof content === 'string' && wanted === 'blob') {
    return { path, mode: String(mode), type: wanted, sha: git.addBlob(content) };
  }
  const isThere = { blob: git.blobs, tree: git.trees, commit: null }[wanted]?.has(String(sha)) ?? true;
  if (!isThere) return { refusal: `tree.sha ${String(sha)} is not a valid ${wanted}` };
  return { path, mode: String(mode), type: wanted, sha: String(sha) };
}

function createCommit(git: GitState, { message, tree, parents = [] }: Json): Answer {
  if (typeof message !== 'string') return refusal(422, 'Invalid request.\n\n"message" wasn\'t supplied.');
  if (typeof tree !== 'string' || !git.trees.has(tree)) return refusal(422, 'Tree SHA does not exist');
  if (!Array.isArray(parents) || !parents.every(parent => git.commits.has(String(parent)))) {
    return refusal(422, 'Parent SHA does not exist or is not a commit object');
  }
  const commit = { tree, parents: parents.map(String), message };
  const sha = git.addCommit(commit);
  return { status: 201, body: { sha, ...commitPayload(commit) } };
}

function createRef(git: GitState, { ref, sha }: Json): Answer {
  if (typeof ref !== 'string' || !ref.startsWith(HEADS) || ref === HEADS) {
    return refusal(422, "Reference name must start with 'refs/' and have at least two slashes");
  }
  const branch = ref.slice(HEADS.length);
  if (!git.commits.has(String(sha))) return refusal(422, 'Object does not exist');
  if (git.branches.has(branch)) return refusal(422, 'Reference already exists');
  git.branches.set(branch, String(sha));
  return { status: 201, body: refPayload(ref, String(sha)) };
}

function moveRef(git: GitState, name: string, { sha, force = false }: Json): Answer {
  const branch = name.replace(/^heads\//, '');
  const tip = git.branches.get(branch);
  if (tip === undefined || !name.startsWith('heads/')) return refusal(422, 'Reference does not exist');
  if (!git.commits.has(String(sha))) return refusal(422, 'Object does not exist');
  if (force !== true && !git.isAncestor(tip, String(sha)))
    return refusal(422, 'Update is not a fast forward');
  git.branches.set(branch, String(sha));
  return ok(refPayload(`refs/${name}`, String(sha)));
}

function refPayload(ref: string, sha: string): object {
  return { ref, object: { type: 'commit', sha } };
}

function commitPayload({
  tree,
  parents,
  message,
}: {
  tree: string;
  parents: readonly string[];
  message: string;
}): object {
  return { tree: { sha: tree }, parents: parents.map(sha => ({ sha })), message };
}

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}
