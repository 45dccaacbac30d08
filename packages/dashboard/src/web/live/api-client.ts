import {
  CSRF_HEADER,
  type ApplyRequest,
  type ApplyStep,
  type ComputeNetworkDraft,
  type DeviceView,
  type ErrorView,
  type FleetView,
  type HistoryView,
  type PathView,
  type PreviewView,
  type SessionView,
} from '../../view/index.ts';
import { readLines } from './read-lines.ts';

/** An answer that is not 2xx, with what the server says about it. */
export class ApiError extends Error {
  readonly code: ErrorView['code'];
  readonly problems: NonNullable<ErrorView['problems']>;

  constructor({ code, message, problems }: ErrorView) {
    super(message);
    this.code = code;
    this.problems = problems ?? [];
  }
}

/** Tells of each step of an apply or undo as it comes. */
export type OnStep = (step: ApplyStep) => void;

/** The server's JSON API. Every call rejects with an {@link ApiError}; code `away` stands for a server that does not answer. */
export interface ApiClient {
  session(): Promise<SessionView>;
  fleet(): Promise<FleetView>;
  device(id: string): Promise<DeviceView>;
  path(device: string, service: string): Promise<PathView>;
  history(device: string): Promise<HistoryView>;
  preview(device: string, draft: ComputeNetworkDraft): Promise<PreviewView>;
  apply(device: string, request: ApplyRequest, onStep: OnStep): Promise<void>;
  undo(device: string, entry: string, onStep: OnStep): Promise<void>;
  /** Lines for a hosts file. */
  hosts(device: string): Promise<string>;
}

/** Makes the client; `request` is the browser's fetch. The CSRF token of the session is remembered and goes with every state change. */
export function apiClient(request: typeof fetch): ApiClient {
  let csrfToken = '';
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await request(path, { credentials: 'same-origin', ...init }).catch((error: unknown) => {
      throw new ApiError({ code: 'away', message: error instanceof Error ? error.message : String(error) });
    });
    if (response.ok) return response;
    throw new ApiError(await readError(response));
  };
  const get = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;
  const post = (path: string, body: unknown): Promise<Response> =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [CSRF_HEADER]: csrfToken },
      body: JSON.stringify(body),
    });
  const stream = async (path: string, body: unknown, onStep: OnStep): Promise<void> => {
    const response = await post(path, body);
    for await (const line of readLines(response.body)) onStep(JSON.parse(line) as ApplyStep);
  };
  return {
    session: async () => {
      const session = await get<SessionView>('/api/session');
      csrfToken = session.csrfToken;
      return session;
    },
    fleet: () => get('/api/fleet'),
    device: (id) => get(deviceUrl(id)),
    path: (id, service) =>
      get(`${deviceUrl(id)}/services/${service.split('/').map(encodeURIComponent).join('/')}/path`),
    history: (id) => get(`${deviceUrl(id)}/history`),
    preview: async (id, draft) => (await (await post(`${deviceUrl(id)}/preview`, draft)).json()) as PreviewView,
    apply: (id, request_, onStep) => stream(`${deviceUrl(id)}/apply`, request_, onStep),
    undo: (id, entry, onStep) => stream(`${deviceUrl(id)}/undo`, { entry }, onStep),
    hosts: async (id) => (await ask(hostsUrl(id))).text(),
  };
}

/** Where the lines for a hosts file are downloaded. */
export function hostsUrl(device: string): string {
  return `${deviceUrl(device)}/hosts`;
}

/** Where the records of a DNS zone are downloaded. */
export function zoneUrl(device: string): string {
  return `${deviceUrl(device)}/zone`;
}

function deviceUrl(id: string): string {
  return `/api/devices/${encodeURIComponent(id)}`;
}

async function readError(response: Response): Promise<ErrorView> {
  const fallback: ErrorView = { code: 'internal', message: `${response.status} ${response.statusText}`.trim() };
  try {
    const body = (await response.json()) as Partial<ErrorView>;
    return { ...fallback, ...body };
  } catch {
    return fallback;
  }
}
