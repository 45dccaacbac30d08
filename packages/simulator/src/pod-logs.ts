import type { PodLogRequest, PodLogSource } from './cluster/api/api-context.ts';
import type { Kubelet } from './node/kubelet.ts';
import type { LogBuffer, LogLine } from './node/log-buffer.ts';

/** Answers `kubectl logs` from the kubelet's buffers. The kubelet is asked for at each call, for it starts after the API server. */
export function podLogs(kubelet: () => Kubelet | undefined): PodLogSource {
  return (request) => {
    const { namespace, name: pod, container, previous } = request;
    const buffer = kubelet()?.logs({ namespace, pod, container, previous });
    return buffer === undefined ? undefined : readLog(buffer, request);
  };
}

async function* readLog(buffer: LogBuffer, request: PodLogRequest): AsyncIterable<string> {
  const print = ({ time, text }: LogLine): string => `${request.timestamps ? `${time} ` : ''}${text}\n`;
  const lines = buffer.lines();
  for (const line of lines.slice(request.tailLines === undefined ? 0 : -request.tailLines || lines.length))
    yield print(line);
  if (request.follow) yield* followLog(buffer, request, print);
}

async function* followLog(
  buffer: LogBuffer,
  { signal }: PodLogRequest,
  print: (line: LogLine) => string,
): AsyncIterable<string> {
  const waiting: string[] = [];
  const state = { ended: false, wake: (): void => undefined };
  const end = (): void => {
    state.ended = true;
    state.wake();
  };
  const unfollow = buffer.follow({
    onLine: (line) => {
      waiting.push(print(line));
      state.wake();
    },
    onEnd: end,
  });
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!signal.aborted) {
      yield* waiting.splice(0);
      if (state.ended) return;
      await new Promise<void>((resolve) => (state.wake = resolve));
    }
  } finally {
    unfollow();
  }
}
