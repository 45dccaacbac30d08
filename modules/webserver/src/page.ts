import type { RowResult } from './read-row.ts';

/** The page that shows who answered and what the database holds, or which hop to the database failed. */
export function page(replica: string, result: RowResult): string {
  const body = result.ok
    ? `<p>A row of the database at <code>${escape(result.database)}</code> (${result.rows} in all):</p>
    <pre>${escape(JSON.stringify(result.row, undefined, 2))}</pre>`
    : `<p class="failed">The database at <code>${escape(result.database)}</code> could not be read.</p>
    <p>Failed hop: <strong>${escape(result.hop)}</strong> &mdash; ${escape(result.message)}</p>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(replica)}</title>
    <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } .failed { color: #a4262c }</style>
  </head>
  <body>
    <h1>Answered by <code>${escape(replica)}</code></h1>
    ${body}
  </body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
