import type { Reported } from '@iotedge-networking/contract';
import type { PodBehind } from './report/pods-behind.ts';
import { answerExplain, answerServices, answerStatus, type MethodAnswer } from './report/direct-methods.ts';

/** What direct methods act on. */
export interface MethodTargets {
  /** The full report; undefined before the cluster was read. */
  readonly report: () => Reported | undefined;
  /** The pods behind a Service. */
  readonly pods?: (namespace: string, name: string) => readonly PodBehind[];
  /** Reads everything again. */
  readonly reconcile: () => void;
}

/** Answers a direct method of the module; names are those of the contract's DIRECT_METHODS. */
export function answerMethod(name: string, payload: unknown, targets: MethodTargets): MethodAnswer {
  if (name === 'reconcile') {
    targets.reconcile();
    return { status: 202, payload: { accepted: true } };
  }
  const report = targets.report();
  if (report === undefined) return { status: 503, payload: { message: 'The cluster has not been read yet.' } };
  if (name === 'getServices') return answerServices(report, payload);
  return name === 'explain' ? answerExplain(report, payload, targets.pods) : answerStatus(report);
}
