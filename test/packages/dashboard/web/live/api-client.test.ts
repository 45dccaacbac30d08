import assert from 'node:assert/strict';
import type { ApplyStep, ComputeNetworkDraft } from '../../../../../packages/dashboard/src/view/index.ts';
import { ApiError, apiClient, hostsUrl, zoneUrl } from '../../../../../packages/dashboard/src/web/live/api-client.ts';
import { readLines } from '../../../../../packages/dashboard/src/web/live/read-lines.ts';
import { sampleDevice } from '../sample-device.ts';

interface Asked {
  readonly path: string;
  readonly init: RequestInit;
}

function client(answer: (path: string) => Response) {
  const asked: Asked[] = [];
  const api = apiClient((path, init = {}) => {
    assert.equal(typeof path, 'string');
    asked.push({ path: path as string, init });
    return Promise.resolve(answer(path as string));
  });
  return { api, asked };
}

const draft: ComputeNetworkDraft = { computeNetwork: sampleDevice().computeNetwork, revision: '1' };

describe('[unit] apiClient', () => {
  it('asks for what each page needs', async () => {
    const { api, asked } = client(() => Response.json({ csrfToken: 't' }));
    await api.session();
    await api.fleet();
    await api.device('a b');
    await api.path('d', 'iotedge/web');
    await api.history('d');
    assert.deepEqual(
      asked.map(({ path }) => path),
      [
        '/api/session',
        '/api/fleet',
        '/api/devices/a%20b',
        '/api/devices/d/services/iotedge/web/path',
        '/api/devices/d/history',
      ],
    );
    assert.deepEqual([hostsUrl('d'), zoneUrl('d')], ['/api/devices/d/hosts', '/api/devices/d/zone']);
  });
  it('sends the CSRF token of the session with every change', async () => {
    const { api, asked } = client((path) =>
      path.endsWith('session') ? Response.json({ csrfToken: 'secret' }) : new Response('{}'),
    );
    await api.session();
    await api.preview('d', draft);
    const { method, headers, body } = asked[1]?.init ?? {};
    assert.equal(method, 'POST');
    assert.equal((headers as Record<string, string>)['x-csrf-token'], 'secret');
    assert.deepEqual(JSON.parse(body as string), JSON.parse(JSON.stringify(draft)));
  });
  it('tells each step of an apply and of an undo', async () => {
    const end: ApplyStep = { kind: 'end', ok: true, text: 'done', at: '' };
    const { api } = client(() => new Response(`${JSON.stringify(end)}\n`));
    const steps: ApplyStep[] = [];
    await api.apply('d', draft, (step) => steps.push(step));
    await api.undo('d', 'e1', (step) => steps.push(step));
    assert.deepEqual(steps, [end, end]);
  });
  it('gives the hosts lines as text', async () =>
    assert.equal(await client(() => new Response('a b\n')).api.hosts('d'), 'a b\n'));
  it('rejects with what the server says', async () => {
    const problem = { code: 'N02', path: 'nodeIps', message: 'too few' };
    const { api } = client(() =>
      Response.json({ code: 'invalid', message: 'No.', problems: [problem] }, { status: 422 }),
    );
    await assert.rejects(api.preview('d', draft), (error: ApiError) => {
      assert.deepEqual([error.code, error.message, error.problems], ['invalid', 'No.', [problem]]);
      return true;
    });
  });
  it('rejects an answer that is no JSON', async () => {
    const { api } = client(() => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    await assert.rejects(
      api.fleet(),
      (error: ApiError) => error.code === 'internal' && error.message === '502 Bad Gateway',
    );
  });
  for (const failure of [new TypeError('Failed to fetch'), 'gone' as unknown as Error])
    it(`says "away" when nobody answers (${String(failure)})`, async () => {
      const api = apiClient(() => Promise.reject(failure));
      await assert.rejects(api.fleet(), (error: ApiError) => error instanceof ApiError && error.code === 'away');
    });
});

async function linesOf(body: Parameters<typeof readLines>[0]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(body)) lines.push(line);
  return lines;
}

describe('[unit] readLines', () => {
  it('puts lines together from any pieces', async () => {
    const bytes = new TextEncoder().encode('ä1\n\n22\n3');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    assert.deepEqual(await linesOf(body), ['ä1', '22', '3']);
  });
  it('has no lines without a body', async () => assert.deepEqual(await linesOf(null), []));
});
