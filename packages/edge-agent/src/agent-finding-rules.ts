import type { FindingRule } from './finding-rule.ts';

type Rules = Readonly<Record<string, FindingRule>>;

/** What edgeAgent makes of a module that its author may not expect. The numbers are the rules of edge-agent-kubernetes.md. */
export const AGENT_FINDING_RULES = {
  // Names (1–6)
  'name-sanitised': {
    severity: 'warning',
    fix: 'Use lower-case letters, digits and hyphens, and start with a letter.',
  },
  'name-empty-after-sanitising': { severity: 'error', fix: 'Use lower-case letters, digits and hyphens.' },
  'name-too-long': { severity: 'error', fix: 'Shorten the name to 63 characters.' },
  'reserved-name': { severity: 'error', fix: 'Choose another name.' },
  'status-lookup-drops-leading-digit': { severity: 'warning', fix: 'Start the name with a letter.' },
  'deviceid-sanitised': { severity: 'info', fix: 'Select by the label value, not by the device id.' },
  // Ports (7–12)
  'hostport-number-coerced': { severity: 'info', fix: 'Write HostPort as text.' },
  'hostport-lenient-parse': { severity: 'info', fix: 'Write the plain number.' },
  'hostport-invalid-dropped': {
    severity: 'error',
    drop: 'logged-warning',
    fix: 'Write one port number from 1 to 65535.',
  },
  'hostip-ignored': {
    severity: 'warning',
    drop: 'silent',
    fix: 'Remove HostIp; pin an address by k8s-experimental.serviceOptions.loadBalancerIP.',
  },
  'port-range-dropped': { severity: 'error', drop: 'silent', fix: 'Write one key and one HostPort for each port.' },
  'port-key-invalid-dropped': { severity: 'error', drop: 'silent', fix: 'Write the key as <number>/<tcp|udp|sctp>.' },
  'port-key-lenient-parse': { severity: 'info', fix: 'Write the key as <number>/<protocol>.' },
  'port-out-of-range': { severity: 'error', fix: 'Use a port from 1 to 65535.' },
  'multiple-hostports': { severity: 'error', fix: 'Keep one HostPort for each container port.' },
  'duplicate-port-collapsed': { severity: 'error', drop: 'silent', fix: 'Give every binding its own HostPort.' },
  'tcp-udp-same-number': {
    severity: 'error',
    fix: 'Use different port numbers, or two modules that share one address.',
  },
  'hostport-overrides-exposedport': { severity: 'info', fix: 'Remove the port from ExposedPorts.' },
  'exposed-port-on-loadbalancer': {
    severity: 'warning',
    fix: 'Remove the port from ExposedPorts, or set serviceOptions.type to ClusterIP.',
  },
  'mixed-protocol-loadbalancer': {
    severity: 'warning',
    fix: 'Split the protocols over two modules that share one address.',
  },
  'targetport-zero-defaulted-by-api': { severity: 'warning', fix: 'Write the container port that listens.' },
  'nodeport-number-chosen-by-cluster': { severity: 'info', fix: 'Read the number from the Service.' },
  'no-ports-no-service': { severity: 'info', fix: 'Add ExposedPorts or PortBindings if other modules shall reach it.' },
  'js-object-reorders-integer-like-keys': { severity: 'info', fix: 'Write keys with the protocol, as in "80/tcp".' },
  // Service options (13–16)
  'service-type-unknown-ignored': {
    severity: 'error',
    drop: 'silent',
    fix: 'Use ClusterIP, LoadBalancer or NodePort.',
  },
  'service-type-number-accepted': { severity: 'warning', fix: 'Use ClusterIP, LoadBalancer or NodePort.' },
  'service-type-lenient-parse': { severity: 'info', fix: 'Use ClusterIP, LoadBalancer or NodePort.' },
  'serviceoptions-unknown-key-ignored': {
    severity: 'warning',
    drop: 'silent',
    fix: 'Only type and loadBalancerIP exist; let the networking module set the rest.',
  },
  'serviceoptions-empty-ignored': { severity: 'info', drop: 'silent', fix: 'Remove serviceOptions.' },
  'loadbalancerip-not-validated': { severity: 'error', fix: 'Write one IP address.' },
  'loadbalancerip-without-loadbalancer': {
    severity: 'warning',
    fix: 'Set type to LoadBalancer or remove the address.',
  },
  'experimental-key-unknown': {
    severity: 'error',
    drop: 'logged-warning',
    fix: 'Use volumes, resources, nodeSelector, securityContext, serviceOptions or strategy.',
  },
  'experimental-key-repeated': { severity: 'info', fix: 'Write every key once.' },
  'experimental-section-misplaced': {
    severity: 'error',
    drop: 'silent',
    fix: 'Put it into "k8s-experimental" at the top of createOptions.',
  },
  'experimental-section-misspelled': { severity: 'error', drop: 'silent', fix: 'Spell it "k8s-experimental".' },
  'experimental-section-wrong-type': {
    severity: 'error',
    drop: 'logged-warning',
    fix: 'Write an object or remove it.',
  },
  'extensions-disabled': {
    severity: 'warning',
    drop: 'silent',
    fix: 'Turn on ExperimentalFeatures__EnableK8SExtensions in the agent.',
  },
  // Labels (17–18)
  'label-key-changed': { severity: 'warning', fix: 'Use letters, digits, hyphens, dots and underscores.' },
  'label-prefix-changed': { severity: 'warning', fix: 'Use a lower-case DNS name as prefix.' },
  'label-overwritten-by-agent': { severity: 'warning', drop: 'silent', fix: 'Remove the label.' },
  'label-overwritten-on-pod': { severity: 'warning', fix: 'Remove the label.' },
  'label-value-coerced': { severity: 'info', fix: 'Write the value as text.' },
  'label-value-null': { severity: 'warning', fix: 'Write a text, if only an empty one.' },
  // JSON (19–22)
  'createoptions-not-text': { severity: 'info', fix: 'Write the create options as text; the schema asks for it.' },
  'lenient-json-accepted': { severity: 'warning', fix: 'Write strict JSON; other readers refuse this.' },
  'duplicate-json-key-last-wins': { severity: 'warning', drop: 'silent', fix: 'Write every key once.' },
  // Deployment (23–25)
  'hostnetwork-service-still-created': { severity: 'info', fix: 'Remove the ports if no Service is wanted.' },
  'rolling-update-host-port-conflict': {
    severity: 'warning',
    fix: 'Set k8s-experimental.strategy to {"type":"Recreate"}.',
  },
  'stopped-service-kept': { severity: 'info', fix: 'Remove the module to give its address back.' },
  'restart-policy-ignored': { severity: 'info', drop: 'silent', fix: 'Use "always".' },
  'image-pull-policy-ignored': { severity: 'info', drop: 'silent', fix: 'Remove imagePullPolicy.' },
  'startup-order-ignored': {
    severity: 'info',
    drop: 'silent',
    fix: 'Remove startupOrder; let modules wait for what they need.',
  },
  'publish-all-ports-ignored': { severity: 'warning', drop: 'silent', fix: 'List the ports in PortBindings.' },
  'dns-ignored': { severity: 'warning', drop: 'silent', fix: 'Remove it; the cluster gives pods their DNS settings.' },
  'networking-config-ignored': { severity: 'info', drop: 'silent', fix: 'Remove NetworkingConfig on Kubernetes.' },
  'edgehub-without-service': {
    severity: 'warning',
    fix: 'Give edgeHub PortBindings for 443, 5671 and 8883, or modules cannot resolve their gateway.',
  },
  'edgeagent-status-ignored': { severity: 'info', fix: 'Remove status.' },
  'edgeagent-image-kept': { severity: 'info', fix: 'Update the agent with the device.' },
  'whole-deployment-blocked': { severity: 'error', fix: 'Mend the cause; until then no module is changed.' },
} as const satisfies Rules;
