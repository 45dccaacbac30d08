import type { FindingRule } from './finding-rule.ts';

type Rules = Readonly<Record<string, FindingRule>>;

/** What makes edgeAgent give up on a deployment. Every one of them blocks all modules of the device. */
export const AGENT_ERROR_RULES = {
  // Stage startup (5)
  'device-id-label-too-long': { severity: 'error', fix: 'Use a device id of at most 63 characters.' },
  'device-id-label-empty': { severity: 'error', fix: 'Use a device id with at least one letter or digit.' },
  // Stage parse, 400 in the hub (19, 21)
  'createoptions-invalid-json': { severity: 'error', fix: 'Write one JSON object.' },
  'createoptions-wrong-type': { severity: 'error', fix: "Use the type of Docker's create-container body." },
  'createoptions-chunk-gap': {
    severity: 'error',
    fix: 'Number the pieces createOptions, createOptions01, createOptions02, …',
  },
  'image-invalid': { severity: 'error', fix: 'Write the image as repository:tag or repository@digest.' },
  'module-status-invalid': { severity: 'error', fix: 'Use running or stopped.' },
  'restart-policy-invalid': { severity: 'error', fix: 'Use always, never, on-failure or on-unhealthy.' },
  'image-pull-policy-invalid': { severity: 'error', fix: 'Use on-create or never.' },
  'env-wrong-type': { severity: 'error', fix: 'Write {"NAME": {"value": "text"}}.' },
  // Stage plan (3)
  'name-collision': {
    severity: 'error',
    fix: 'Give the modules names that differ in more than case and stripped characters.',
  },
  'name-over-253-characters': { severity: 'error', fix: 'Shorten the name to 63 characters.' },
  'duplicate-module-key': { severity: 'error', fix: 'Rename the module; system modules own their names.' },
  // Stage combine (15, 20)
  'duplicate-key-different-case': { severity: 'error', fix: 'Keep one spelling of the key.' },
  'experimental-wrong-type': { severity: 'error', fix: 'Use the type of the Kubernetes field.' },
  // Stage map (8, 18)
  'label-key-invalid': { severity: 'error', fix: 'Use at most 63 letters, digits, hyphens, dots and underscores.' },
  'label-key-collision': { severity: 'error', fix: 'Use keys that differ after cleaning.' },
  'port-key-slashes-only': { severity: 'error', fix: 'Write the key as <number>/<protocol>.' },
  'portbinding-null': { severity: 'error', fix: 'Write a list of {"HostPort": "number"}.' },
  'mount-incomplete': { severity: 'error', fix: 'Give every mount Type, Source and Target.' },
  'volume-name-invalid': {
    severity: 'error',
    fix: 'Use a source with at least one letter or digit and at most 63 of them.',
  },
  'volume-null': { severity: 'error', fix: 'Remove the null.' },
  'bind-null': { severity: 'error', fix: 'Write source:target.' },
} as const satisfies Rules;
