import type { FindingRule } from './finding-rule.ts';

type Rules = Readonly<Record<string, FindingRule>>;

/** What the Kubernetes API refuses of what the agent sends (section 3). It reaches the hub as status 500, one reconcile late. */
export const REJECTION_RULES = {
  'api-rejects-serviceaccount-name': { severity: 'error', fix: 'Start and end the name with a letter or digit.' },
  'api-rejects-label-value': {
    severity: 'error',
    fix: 'Use at most 63 characters, a letter or digit at both ends.',
  },
  'api-conflict-serviceaccount-exists': { severity: 'error', fix: 'Choose another name.' },
  'api-rejects-service-name': {
    severity: 'error',
    fix: 'Use lower-case letters, digits and hyphens, and start with a letter.',
  },
  'api-rejects-port-range': { severity: 'error', fix: 'Use a port from 1 to 65535.' },
  'api-rejects-targetport-range': { severity: 'error', fix: 'Use a container port from 1 to 65535.' },
  'api-rejects-duplicate-port-name': { severity: 'error', fix: 'Keep one HostPort for each container port.' },
  'api-rejects-service-type': { severity: 'error', fix: 'Use ClusterIP, LoadBalancer or NodePort.' },
  'api-rejects-source-ranges-annotation': {
    severity: 'error',
    fix: 'Remove the label or make the Service a LoadBalancer.',
  },
  'api-rejects-mixed-protocols-old-k8s': {
    severity: 'warning',
    fix: 'Split the protocols over two modules that share one address.',
  },
  'api-rejects-sctp-old-k8s': { severity: 'warning', fix: 'Use SCTP only on Kubernetes 1.19 or newer.' },
  'api-rejects-kubelet-port': { severity: 'warning', fix: 'Use another HostPort than 10250.' },
  'api-rejects-container-name': { severity: 'error', fix: 'Use lower-case letters, digits and hyphens.' },
  'api-rejects-duplicate-container-name': { severity: 'error', fix: 'Choose another name than proxy.' },
  'api-rejects-env-name': {
    severity: 'error',
    fix: 'Use letters, digits, "_", "-" and "."; write "__" where .NET takes ":".',
  },
  'api-rejects-strategy-type': { severity: 'error', fix: 'Use Recreate or RollingUpdate.' },
  'api-rejects-strategy-rolling-update': { severity: 'error', fix: 'Remove rollingUpdate or use RollingUpdate.' },
  'api-rejects-duplicate-mount-path': { severity: 'error', fix: 'Mount every path once.' },
} as const satisfies Rules;
