/** A row of the database, or the hop on the way to it that failed. */
export type RowResult =
  | { readonly ok: true; readonly database: string; readonly row: unknown; readonly rows: number }
  | {
      readonly ok: false;
      readonly database: string;
      readonly hop: 'name' | 'connection' | 'time-out' | 'answer';
      readonly message: string;
    };

/** Reads one row of the database, a different one each minute. Never rejects: a failure says at which hop it happened. */
export async function readRow(databaseUrl: string, timeoutMs: number): Promise<RowResult> {
  const database = new URL(databaseUrl);
  const failed = (hop: Extract<RowResult, { ok: false }>['hop'], message: string): RowResult => ({
    ok: false,
    database: databaseUrl,
    hop,
    message,
  });
  try {
    const response = await fetch(new URL('/rows', database), { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) return failed('answer', `the database answered with status ${response.status}`);
    const { rows } = (await response.json()) as { rows?: unknown[] };
    if (!Array.isArray(rows)) return failed('answer', 'the database answered without rows');
    const row = rows[Math.floor(Date.now() / 60_000) % Math.max(rows.length, 1)] ?? null;
    return { ok: true, database: databaseUrl, row, rows: rows.length };
  } catch (error) {
    const { code, name, message } = rootCause(error);
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return failed('name', `the name ${database.hostname} has no address (${code})`);
    if (name === 'TimeoutError') return failed('time-out', `no answer within ${timeoutMs} ms`);
    if (code !== undefined) return failed('connection', `no connection to ${database.host} (${code})`);
    return failed('answer', message);
  }
}

function rootCause(error: unknown): { code?: string; name?: string; message: string } {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (!(cause instanceof Error)) return { message: String(cause) };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return { code, name: cause.name, message: cause.message };
}
