import { DEFAULT_MODULE_NAME, encodeTwinKey, type Reported } from '@iotedge-networking/contract';
import {
  explainMissing,
  explainService,
  formatExplanation,
  type Explanation,
  type Subject,
} from '../explain/explanation.ts';
import { readMethodAnswer } from '../explain/read-method-answer.ts';
import { deploymentTrouble } from './device-progress.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { HubError, type HubGateway } from './hub-gateway.ts';
import { readReported } from './reported-twin.ts';
import { requireHub } from './require-hub.ts';
import { retryCall } from './retry-call.ts';

/** Options of `explain`. */
export interface ExplainCommandOptions {
  readonly device: string;
  /** `namespace/name`. */
  readonly service: string;
  /** Name of the networking module. */
  readonly module?: string;
  readonly json: boolean;
}

interface Request {
  readonly hub: HubGateway;
  readonly device: string;
  readonly module: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Explains one Service: by the direct method `explain` where the networking module answers, otherwise from what it reported. 1 when a hop is broken or the Service is
 * not as it was wished.
 */
export async function explainCommand(io: CommandIo, options: ExplainCommandOptions): Promise<ExitCode> {
  const [namespace = '', name = '', ...rest] = options.service.split('/');
  if (namespace === '' || name === '' || rest.length > 0)
    throw new UsageError(`"${options.service}" is no Service. Write NAMESPACE/SERVICE, such as iotedge/webserver.`);
  const hub = await requireHub(io);
  const { device, module = DEFAULT_MODULE_NAME } = options;
  const explanation = await withAgent(io, hub, await explainOn(io, { hub, device, module, namespace, name }));
  if (options.json) io.stdout.write(`${JSON.stringify(explanation, null, 2)}\n`);
  else io.stdout.write(`${formatExplanation(explanation).join('\n')}\n`);
  return explanation.ok ? EXIT.ok : EXIT.problems;
}

/** A Service that is not as it should be may wait for edgeAgent, which is stuck with something else. */
async function withAgent(io: CommandIo, hub: HubGateway, explanation: Explanation): Promise<Explanation> {
  if (explanation.ok) return explanation;
  const trouble = deploymentTrouble(await retryCall(io, () => hub.getModuleTwin(explanation.device, '$edgeAgent')));
  if (trouble === undefined) return explanation;
  return { ...explanation, note: [explanation.note, trouble].filter((text) => text !== undefined).join(' ') };
}

async function explainOn(io: CommandIo, request: Request): Promise<Explanation> {
  const { hub, device, module, namespace, name } = request;
  const twin = await retryCall(io, () => hub.getModuleTwin(device, module));
  if (twin === undefined) throw new HubError(noModule(device, module), { transient: false });
  const state = readReported(twin.reported);
  const reported = state.kind === 'understood' ? state.reported : undefined;
  const subject = { device, service: `${namespace}/${name}`, nodes: reported?.nodes ?? {} };
  const asked = await askModule(request);
  if (asked.kind === 'service') return explainService(asked.service, { ...subject, source: 'module' });
  if (asked.kind === 'missing') return explainMissing({ ...subject, source: 'module' });
  const note = `The networking module cannot be asked: ${asked.why}`;
  if (reported === undefined)
    throw new HubError(`${note} Nor has it reported anything readable.`, { transient: false });
  return explainReported(reported, { ...subject, source: 'reported', note }, request);
}

function noModule(device: string, module: string): string {
  return `There is no device ${device}, or it has no module ${module}. See iotedge-net status; a module of another name is given with --module.`;
}

type Asked = ReturnType<typeof readMethodAnswer>;

async function askModule({ hub, device, module, namespace, name }: Request): Promise<Asked> {
  try {
    const { status, payload } = await hub.invokeMethod(device, module, {
      name: 'explain',
      payload: { namespace, name },
    });
    const answer = readMethodAnswer(status, payload);
    return answer.kind === 'unreadable' ? { ...answer, why: `${answer.why}.` } : answer;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { kind: 'unreadable', why: error.message };
  }
}

function explainReported(reported: Reported, subject: Subject, { namespace, name }: Request): Explanation {
  const service = reported.services[encodeTwinKey(namespace)]?.[encodeTwinKey(name)];
  const { truncated } = reported.summary;
  const left = truncated === undefined ? '' : ` The report leaves out: ${truncated}.`;
  const told = { ...subject, note: `${subject.note ?? ''}${left}` };
  return service === undefined ? explainMissing(told) : explainService(service, told);
}
