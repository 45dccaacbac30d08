import { dataPathAddress } from '@iotedge-networking/simulator';

/** What a client on the plant network found at an external address. */
export interface Visit {
  readonly url: string;
  /** Status of the last answer; undefined when there was none. */
  readonly httpStatus: number | undefined;
  /** The replicas that answered, sorted. */
  readonly replicas: readonly string[];
  /** The last page, as JSON, when it was JSON. */
  readonly page: unknown;
}

/** Which address to visit and how many replicas should answer in the end. */
export interface VisitPlan {
  readonly address: string;
  readonly port: number;
  readonly replicas: number;
  readonly timeoutMs: number;
}

/** Requests a page, each time over a new connection, until every replica has answered with 200 or the time is over. */
export async function visitService({ address, port, replicas, timeoutMs }: VisitPlan): Promise<Visit> {
  const url = `http://${dataPathAddress(address)}:${port}/`;
  const deadline = Date.now() + timeoutMs;
  const seen = new Set<string>();
  let last: { status: number; page: unknown } | undefined;
  while (Date.now() < deadline && seen.size < replicas) {
    last = await request(url);
    const replica = replicaOf(last?.page);
    if (last?.status === 200 && replica !== undefined) seen.add(replica);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, httpStatus: last?.status, replicas: [...seen].sort(), page: last?.page };
}

async function request(url: string): Promise<{ status: number; page: unknown } | undefined> {
  try {
    const headers = { accept: 'application/json', connection: 'close' };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(3000) });
    const text = await response.text();
    return { status: response.status, page: parse(text) };
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function replicaOf(page: unknown): string | undefined {
  if (typeof page !== 'object' || page === null) return undefined;
  const { replica, pod } = page as { replica?: unknown; pod?: unknown };
  const name = replica ?? pod;
  return typeof name === 'string' ? name : undefined;
}
