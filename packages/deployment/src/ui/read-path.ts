import { encodeTwinKey, type Reported, type ReportedService } from '@iotedge-networking/contract';
import { pathViewOf, SourceError, type PathView } from '@iotedge-networking/dashboard';
import { HubError, type HubModuleTwin, type MethodAnswer } from '../commands/hub-gateway.ts';
import { readReported } from '../commands/reported-twin.ts';
import { podsOf } from './explained-pods.ts';
import { readMethodAnswer } from '../explain/read-method-answer.ts';
import type { UiContext } from './ui-context.ts';

/** Which Service of which device. */
export interface ServicePlace {
  readonly device: string;
  readonly namespace: string;
  readonly name: string;
}

/** The way to a Service, as the networking module answers now; where it does not answer, as it reported before. */
export async function readPath(
  { session, module }: UiContext,
  { device, namespace, name }: ServicePlace,
  known: HubModuleTwin | undefined,
): Promise<PathView | undefined> {
  const payload = { namespace, name };
  const state = known === undefined ? undefined : readReported(known.reported);
  const reported = state?.kind === 'understood' ? state.reported : undefined;
  const common = { key: `${namespace}/${name}`, nodes: reported?.nodes ?? {} };
  const asked = await ask(() => session.hub.invokeMethod(device, module, { name: 'explain', payload }));
  if (asked.kind === 'missing') return undefined;
  if (asked.kind === 'service')
    return pathViewOf({ ...common, service: asked.service, pods: asked.pods, source: 'module' });
  const service = reported === undefined ? undefined : serviceIn(reported, namespace, name);
  if (service !== undefined) {
    const note = `The networking module cannot be asked: ${asked.why}`;
    return pathViewOf({ ...common, service, pods: [], source: 'reported', note });
  }
  if (reported === undefined) throw new SourceError('away', `The networking module cannot be asked: ${asked.why}`);
  return undefined;
}

function serviceIn({ services }: Reported, namespace: string, name: string): ReportedService | undefined {
  return services[encodeTwinKey(namespace)]?.[encodeTwinKey(name)];
}

type Asked =
  | { readonly kind: 'service'; readonly service: ReportedService; readonly pods: PathView['pods'] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'silent'; readonly why: string };

async function ask(call: () => Promise<MethodAnswer>): Promise<Asked> {
  try {
    const { status, payload } = await call();
    const answer = readMethodAnswer(status, payload);
    if (answer.kind === 'service') return { ...answer, pods: podsOf(payload) };
    return answer.kind === 'missing' ? answer : { kind: 'silent', why: `${answer.why}.` };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { kind: 'silent', why: error.message };
  }
}
