import {
  firstBroken,
  REASONS,
  walkPath,
  type Hop,
  type HopName,
  type Reason,
  type ReportedNodes,
  type ReportedService,
} from '@iotedge-networking/contract';
import { textTable } from '../text-table.ts';

/** Where an explanation comes from: the module's answer, or what it reported before. */
export type Source = 'module' | 'reported';

/** Why a Service works or does not, from the client to its pods. */
export interface Explanation {
  readonly device: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly source: Source;
  /** True when no hop is broken and the Service is as it was wished. */
  readonly ok: boolean;
  readonly state: ReportedService['state'];
  readonly reason: Reason;
  readonly message: string;
  /** What would mend it; empty when nothing has to be done. */
  readonly mend: string;
  /** The first broken hop, seen from the client. */
  readonly broken?: HopName;
  readonly hops: readonly Hop[];
  /** Something to know about the source, such as why the module did not answer. */
  readonly note?: string;
}

/** What is explained, and from what. */
export interface Subject {
  readonly device: string;
  readonly service: string;
  readonly source: Source;
  readonly nodes: ReportedNodes;
  readonly note?: string;
}

/** Explains a Service that the networking module knows. */
export function explainService(service: ReportedService, subject: Subject): Explanation {
  const { nodes, ...rest } = subject;
  const hops = walkPath(service, nodes);
  const hop = firstBroken(hops);
  const reason = service.reason === '' ? 'Ready' : service.reason;
  const { means, mend } = REASONS[reason];
  const said = service.message ?? '';
  return {
    ...rest,
    ok: hop === undefined && service.state !== 'Failing',
    state: service.state,
    reason,
    message: said === '' ? (hop?.message ?? means) : said,
    mend: hop === undefined && reason === 'Ready' ? '' : mend,
    ...(hop === undefined ? {} : { broken: hop.hop }),
    hops,
  };
}

/** Explains that the networking module knows no such Service. */
export function explainMissing(subject: Subject): Explanation {
  const message = `${subject.service} is not reported: it does not exist, or it is neither a LoadBalancer nor in network.yaml.`;
  return explainService({ state: 'Failing', reason: 'ServiceNotFound', message }, subject);
}

/** Prints an explanation: the verdict, the hops, what to do. */
export function formatExplanation(explanation: Explanation): readonly string[] {
  const { device, service, source, state, reason, message, mend, broken, hops, note } = explanation;
  const told = source === 'module' ? 'as its networking module answers' : 'as last reported';
  const verdict = reason === state ? state : `${state}, ${reason}`;
  return [
    `${service} on ${device} (${told}): ${verdict}`,
    ...(note === undefined ? [] : [`  Note: ${note}`]),
    ...textTable(hops.map((hop) => [hop.hop, hop.state, hop.message])).map((line) => `  ${line}`),
    ...(broken === undefined ? [] : [`First broken hop: ${broken}`]),
    ...(explanation.ok ? [] : [`Why: ${message}`]),
    ...(mend === '' || explanation.ok ? [] : [`What to do: ${mend}`]),
  ];
}
