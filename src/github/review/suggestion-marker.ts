import { formatFields, parseFields } from '../../report/marker.ts';

/** The hidden first line of a suggestion: whose it is, and what it suggests. */
export interface SuggestionMarker {
  /** Of the report, or of the reports of several platforms. */
  readonly key: string;
  /** `WantedSuggestion.mark`. */
  readonly mark: string;
  /** Commit that it was written for. */
  readonly head: string;
  /** `<run id>-<attempt>` */
  readonly run: string;
}

const PREFIX = '<!-- deadweight suggestion v1 ';

/** `<!-- deadweight suggestion v1 key=… mark=… head=… run=… -->` */
export function formatSuggestionMarker({ key, mark, head, run }: SuggestionMarker): string {
  return formatFields(PREFIX, [
    ['key', key],
    ['mark', mark],
    ['head', head],
    ['run', run],
  ]);
}

/** @returns null when the text does not start with such a marker, all of its values there. */
export function parseSuggestionMarker(body: string): SuggestionMarker | null {
  const fields = parseFields(PREFIX, body);
  const [key, mark, head, run] = ['key', 'mark', 'head', 'run'].map(name => fields?.get(name));
  if (key === undefined || mark === undefined || head === undefined || run === undefined) return null;
  return { key, mark, head, run };
}

/** The text behind the marker. GitHub may give back other line ends than it was sent. */
export function textAfterMarker(body: string): string {
  const text = body.replaceAll('\r\n', '\n');
  return (parseSuggestionMarker(text) === null ? text : text.slice(text.indexOf('-->') + 3)).trim();
}
