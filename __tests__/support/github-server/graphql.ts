import { type Answer, refusal } from './answers.ts';
import type { TokenGrant } from './call.ts';
import { nodeId } from './payloads.ts';
import type { FakeComment, RepositoryState } from './state.ts';

const VIEWER = /^query \{ viewer \{ login \} \}$/;
const HISTORY =
  /^query\(\$id: ID!\) \{ node\(id: \$id\) \{ \.\.\. on IssueComment \{ userContentEdits\(first: (\d+)\) \{ nodes \{ diff \} \} \} \} \}$/;

/** The two queries that are asked here. GraphQL answers 200 with errors for what it does not understand. */
export function graphql(
  state: RepositoryState,
  json: unknown,
  grant: TokenGrant,
  comments: readonly FakeComment[],
): Answer {
  if (grant.graphql === false) return refusal(403, 'Resource not accessible by integration');
  if (typeof json !== 'object' || json === null || !('query' in json) || typeof json.query !== 'string') {
    return refusal(400, 'A query attribute must be specified and must be a string.');
  }
  const query = json.query.replace(/\s+/g, ' ').trim();
  if (VIEWER.test(query)) return data({ viewer: { login: grant.login } });
  const history = HISTORY.exec(query);
  if (!history) return errors('UNKNOWN', `Parse error on ${JSON.stringify(query.slice(0, 40))}`);
  const first = Number(history[1]);
  if (first < 1 || first > 100) return errors('EXCESSIVE_PAGINATION', `Requesting ${first} records.`);
  const variables = 'variables' in json ? json.variables : undefined;
  const id =
    typeof variables === 'object' && variables !== null && 'id' in variables ? variables.id : undefined;
  const comment = comments.find(candidate => nodeId(candidate) === id && state.comment(candidate.id));
  if (!comment) return errors('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  // the text of an edit is for those who may write
  const nodes = comment.edits
    .toReversed()
    .slice(0, first)
    .map(text => ({ diff: grant.access === 'write' ? text : null }));
  return data({ node: { userContentEdits: { nodes } } });
}

function data(body: object): Answer {
  return { status: 200, body: { data: body } };
}

function errors(type: string, message: string): Answer {
  return { status: 200, body: { data: null, errors: [{ type, message }] } };
}
