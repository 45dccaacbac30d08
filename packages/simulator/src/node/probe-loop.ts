import type { Probe } from './pod.ts';
import type { ProbeOutcome } from './probe.ts';

/** A probe that runs again and again, and who hears when its verdict changes. */
export interface ProbeLoopOptions {
  readonly probe: Probe;
  readonly check: () => Promise<ProbeOutcome>;
  /** The threshold was passed: true for healthy. */
  readonly onVerdict: (healthy: boolean) => void;
  /** One check failed. */
  readonly onFailure: (outcome: string) => void;
}

/** Runs a probe with its delay, period and thresholds. Returns the function that ends it. */
export function startProbeLoop({ probe, check, onVerdict, onFailure }: ProbeLoopOptions): () => void {
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const needed = { passed: probe.successThreshold ?? 1, failed: probe.failureThreshold ?? 3 };
  let ended = false;
  let row = { passed: 0, failed: 0 };
  let timer = setTimeout(run, (probe.initialDelaySeconds ?? 0) * 1000);

  function run(): void {
    void check().then((outcome) => {
      if (ended) return;
      row = outcome === undefined ? { passed: row.passed + 1, failed: 0 } : { passed: 0, failed: row.failed + 1 };
      if (outcome !== undefined) onFailure(outcome);
      if (row.passed === needed.passed) onVerdict(true);
      if (row.failed === needed.failed) onVerdict(false);
      timer = setTimeout(run, periodMs);
    });
  }

  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
