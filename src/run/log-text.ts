/** Invisible and control characters of a build's output must not move the cursor or colour the log. */
export function printable(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\p{Cc}\p{Cf}]/gu, ' ');
}

/**
 * Runners take a line for a command when it starts with two colons, white space aside, or holds `##[` anywhere
 * (actions/runner, src/Runner.Common/ActionCommand.cs), and a carriage return ends a line for them: what comes from
 * a build, an image or a path must not give any.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([\s\u0085]*):(?=:)/gm, '$1\\:').replaceAll('##[', '#\\#[');
}
