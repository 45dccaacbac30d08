import assert from 'node:assert/strict';
import { checkDeployment } from '../../../../packages/deployment/src/generate/check-deployment.ts';
import { readNetworkFile } from '../../../../packages/deployment/src/network-file/network-file.ts';
import { formatPlacedProblem } from '../../../../packages/deployment/src/network-file/placed-problem.ts';
import type { BadNetworkFile } from './bad-network-file.ts';
import { AGAINST_THE_RULES } from './files-against-the-rules.ts';
import { MISSHAPEN } from './misshapen-files.ts';
import { UNDEPLOYABLE } from './undeployable-files.ts';

const HEAD = 'apiVersion: iotedge-networking/v1\nname: shop\n';
const ENVIRONMENT = { TAG: '1.25', COUNT: '3', EMPTY: '', LONG_VALUE: 'x'.repeat(4097) };

function read(text: string, environment: Record<string, string | undefined> = ENVIRONMENT) {
  return readNetworkFile(text, { file: 'network.yaml', environment, checks: [checkDeployment] });
}

/** Takes the marks out of a text and says where they stood. */
function unmark(marked: string): { text: string; places: string[] } {
  const places: string[] = [];
  const lines = marked.split('\n').map((line, index) => {
    const parts = line.split('»');
    let column = 1;
    for (const part of parts.slice(0, -1)) {
      column += part.length;
      places.push(`${index + 1}:${column}`);
    }
    return parts.join('');
  });
  return { text: lines.join('\n'), places };
}

function refusal({ yaml, whole, codes }: BadNetworkFile): { actual: string[]; expected: string[] } {
  const { text, places } = unmark((whole === true ? '' : HEAD) + yaml.slice(1));
  const outcome = read(text);
  const problems = outcome.ok ? [] : outcome.problems.filter((problem) => problem.level !== 'warning');
  return {
    actual: problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`),
    expected: codes.split(', ').map((code, index) => `${code} ${places[index] ?? 'nowhere'}`),
  };
}

describe('[unit] network file', () => {
  for (const [title, cases] of Object.entries({ MISSHAPEN, AGAINST_THE_RULES, UNDEPLOYABLE })) {
    describe(title.toLowerCase().replaceAll('_', ' '), () => {
      for (const bad of cases)
        it(bad.why, () => {
          const { actual, expected } = refusal(bad);
          assert.deepEqual(actual, expected);
        });
    });
  }

  it('names a complete file in a refusal, with path, message and what to do', () => {
    const outcome = read(`${HEAD}aps: {}\n`);
    assert.deepEqual(outcome.ok ? [] : outcome.problems.map(formatPlacedProblem), [
      'network.yaml:3:1: unknown-key aps: "aps" is not a known key. Did you mean "apps"?',
    ]);
  });

  it('marks a warning as one', () => {
    const outcome = read(`${HEAD}computeNetwork: { subnet: 10.0.0.5/24, externalServiceIps: 10.0.0.9 }\n`);
    assert.deepEqual(outcome.ok ? outcome.value.warnings.map(formatPlacedProblem) : [], [
      'network.yaml:3:27: warning N08 computeNetwork.subnet: has host bits set; it is read as 10.0.0.0-10.0.0.255.',
    ]);
  });

  it('fills placeholders in, typed where the scalar is plain', () => {
    const outcome = read(
      `${HEAD}apps:\n  web:\n    image: nginx:\${TAG}\n    replicas: \${COUNT}\n    env: { A: "\${COUNT}", B: "\${EMPTY:-b}", C: "$\${TAG}" }\n`,
    );
    assert.deepEqual(outcome.ok && outcome.value.file.apps?.web, {
      image: 'nginx:1.25',
      replicas: 3,
      env: { A: '3', B: 'b', C: '${TAG}' },
    });
  });

  it('never reads a value of the environment as YAML structure', () => {
    const outcome = read(`${HEAD}apps:\n  web:\n    image: nginx:1\n    env:\n      A: \${A}\n`, { A: 'a: {b: c}' });
    assert.deepEqual(outcome.ok && outcome.value.file.apps?.web?.env, { A: 'a: {b: c}' });
  });

  it('understands anchors and merge keys', () => {
    const outcome = read(
      `${HEAD}apps:\n  one: &base { image: nginx:1, replicas: 2 }\n  other: { <<: *base, replicas: 1 }\n`,
    );
    assert.deepEqual(outcome.ok && outcome.value.file.apps?.other, { image: 'nginx:1', replicas: 1 });
  });

  it('reports syntax alone when the rest cannot be relied on, and duplicate keys together with everything else', () => {
    const codes = (text: string) => {
      const outcome = read(text);
      return outcome.ok ? [] : outcome.problems.map((problem) => problem.code);
    };
    assert.deepEqual(codes(`${HEAD}aps: {}\napps: [\n`), ['yaml-syntax']);
    assert.deepEqual(codes(`${HEAD}aps: {}\nname: other\n`), ['unknown-key', 'duplicate-key']);
  });
});
