import type { FindingRule } from './finding-rule.ts';

type Rules = Readonly<Record<string, FindingRule>>;

/** What is wrong with a deployment manifest beyond the translation of its modules. */
export const MANIFEST_FINDING_RULES = {
  // Envelope and sections
  'manifest-without-modules': { severity: 'error', fix: 'Put everything under "modulesContent".' },
  'manifest-without-agent': { severity: 'error', fix: 'Add "$edgeAgent" with "properties.desired".' },
  'section-not-an-object': { severity: 'error', fix: 'Write an object.' },
  'section-key-refused': {
    severity: 'error',
    fix: 'Use "properties.desired", or "properties.desired.<path>" in a layer.',
  },
  'required-field-missing': { severity: 'error', fix: 'Add the field.' },
  'agent-schema-version': { severity: 'error', fix: 'Write "1.1".' },
  'hub-schema-version': { severity: 'error', fix: 'Write "1.1".' },
  'mqtt-broker-dropped': { severity: 'error', fix: 'Remove mqttBroker; the preview has ended.' },
  'store-and-forward-missing': { severity: 'error', fix: 'Add {"timeToLiveSecs": 7200}.' },
  'registry-key-refused': { severity: 'error', fix: 'Use letters, digits, hyphens and underscores.' },
  'registry-address-blank': { severity: 'error', fix: 'Remove the white space.' },
  'registry-password-in-manifest': {
    severity: 'warning',
    fix: 'Use a placeholder and a token that can only pull.',
  },
  // Configurations: a deployment or a twin for whatever a target condition selects
  'configuration-id-refused': {
    severity: 'error',
    fix: "Use at most 128 lower-case letters, digits and signs out of -:+%_#*?!(),=@;'.",
  },
  'configuration-content-doubled': { severity: 'error', fix: 'Make a configuration of each.' },
  'configuration-condition-refused': { severity: 'error', fix: 'Write the condition that fits the content.' },
  'configuration-priority-invalid': { severity: 'error', fix: 'Write a whole number from 0 to 2147483647.' },
  'configuration-label-refused': { severity: 'error', fix: 'Write a text of at most 128 characters.' },
  'configuration-metric-refused': {
    severity: 'error',
    fix: 'Write queries by name: {"queries": {"name": "SELECT …"}}.',
  },
  'configuration-metrics-too-many': { severity: 'error', fix: 'Keep the five that matter most.' },
  // Module twins
  'twin-value-refused': { severity: 'error', fix: 'Write it as a twin can hold it; the hub refuses the whole twin.' },
  'networking-desired-refused': {
    severity: 'error',
    fix: 'The networking module would refuse the document as a whole and keep the last good one.',
  },
  // Module entries
  'module-name-refused': { severity: 'error', fix: 'Use letters, digits, hyphens and underscores.' },
  'module-type-not-docker': { severity: 'error', fix: 'Write "docker".' },
  'system-field-refused': { severity: 'error', fix: 'Remove the field; the agent has no such setting.' },
  'restart-policy-without-effect': { severity: 'warning', fix: 'Use always or never.' },
  'startup-order-invalid': { severity: 'error', fix: 'Use a whole number from 0 to 4294967295.' },
  'env-name-colon': { severity: 'error', fix: 'Write "__" instead of ":"; .NET reads both.' },
  'env-name-refused': { severity: 'error', fix: 'Use letters, digits and underscores.' },
  'secret-in-env': {
    severity: 'warning',
    fix: 'Use a placeholder such as ${NAME} and keep the value out of the manifest.',
  },
  'proxy-without-localhost': { severity: 'warning', fix: 'Add localhost to no_proxy.' },
  'upstream-protocol-behind-proxy': { severity: 'warning', fix: 'Set UpstreamProtocol to AmqpWs or MqttWs.' },
  'too-many-modules': { severity: 'error', fix: 'Use at most 50 modules on a device, edgeAgent and edgeHub included.' },
  // Sizes
  'twin-too-large': { severity: 'error', fix: 'Shorten createOptions and env, or use fewer modules.' },
  'twin-nearly-full': { severity: 'warning', fix: 'Shorten createOptions and env before more is added.' },
  'value-too-long': { severity: 'error', fix: 'Cut createOptions into pieces of 512 characters.' },
  'too-many-pieces': { severity: 'warning', fix: 'Shorten the create options to 4096 characters.' },
  'piece-over-512': { severity: 'info', fix: 'Cut it into pieces of 512 characters if tools of 2020 are in use.' },
  // Kubernetes
  'reserved-sidecar-port': { severity: 'error', fix: 'Let the module listen on another port.' },
  'reserved-device-port': { severity: 'warning', fix: 'Use another HostPort.' },
  'several-host-network-modules': { severity: 'error', fix: 'Keep one module on the host network.' },
  'bind-of-file': { severity: 'warning', fix: 'Mount its directory.' },
  'exclusive-resource-rolling-update': {
    severity: 'warning',
    fix: 'Set k8s-experimental.strategy to {"type":"Recreate"}.',
  },
  'label-reserved-for-agent': { severity: 'error', fix: 'Remove the label.' },
  'address-claimed-twice': {
    severity: 'error',
    fix: 'Give both modules the label metallb.universe.tf/allow-shared-ip with one value, or another address.',
  },
  'address-given-twice': { severity: 'error', fix: 'Keep serviceOptions.loadBalancerIP and remove the label.' },
  'shared-address-port-conflict': { severity: 'error', fix: 'Give the modules different HostPorts.' },
  'edgehub-ports-incomplete': { severity: 'warning', fix: 'Publish 443, 5671 and 8883 of edgeHub.' },
  // Docker
  'k8s-experimental-ignored-by-docker': { severity: 'info', drop: 'silent', fix: 'Nothing to do.' },
  'docker-host-network-discards-ports': { severity: 'warning', fix: 'Remove PortBindings or NetworkMode.' },
  'docker-port-key-invalid': { severity: 'error', fix: 'Write the key as <number>/<tcp|udp|sctp>.' },
  'docker-hostip-invalid': { severity: 'error', fix: 'Write an IP address of the host, or remove HostIp.' },
  'docker-hostport-invalid': { severity: 'error', fix: 'Write a port, a range or nothing.' },
  'docker-hostport-clash': { severity: 'error', fix: 'Use another HostPort.' },
  'docker-host-network-clash': { severity: 'warning', fix: 'Use another port.' },
  // Routes
  'route-malformed': { severity: 'error', fix: 'Write FROM <source> [WHERE <condition>] INTO <sink>.' },
  'route-name-refused': { severity: 'error', fix: 'Use letters, digits, hyphens and underscores.' },
  'route-unknown-module': { severity: 'error', fix: 'Use the name of a module in this deployment.' },
  'route-object-needs-1-1': { severity: 'error', fix: 'Write the route as text or use schemaVersion 1.1.' },
  'route-priority-invalid': { severity: 'error', fix: 'Use a whole number from 0 to 9.' },
  'route-time-to-live-invalid': { severity: 'error', fix: 'Use a whole number from 0 to 4294967295.' },
} as const satisfies Rules;
