import {
  checkShape,
  checkTwinSection,
  desiredSchema,
  readDesired,
  TWIN_LIMITS,
  type Problem,
} from '@iotedge-networking/contract';
import { finding } from './finding.ts';
import type { Finding, FindingCode, PathStep } from './finding.ts';
import type { DesiredSection, ManifestShape } from './manifest-shape.ts';
import { isRecord } from './module-input.ts';

/** What the check of sizes says already, with a code of its own. */
const SAID_OF_SIZES = ['section-too-large', 'string-too-long'];

/**
 * Checks desired properties of modules: what no twin can hold (iot-hub-and-iot-edge.md 4.1), and, where they are those of the networking module, what it
 * would refuse. Parts of a document, as layers, module configurations and patches bring them, are checked for the shape of what is there.
 */
export function lintTwins({ sections }: ManifestShape): readonly Finding[] {
  return [...sections].flatMap(([name, section]) =>
    name === '$edgeAgent' || name === '$edgeHub' ? [] : [...lintValues(section), ...lintNetworking(section)],
  );
}

function lintValues(section: DesiredSection): readonly Finding[] {
  const problems = checkTwinSection(section.desired, TWIN_LIMITS).filter(({ code }) => !SAID_OF_SIZES.includes(code));
  return problems.map((problem) => placed('twin-value-refused', section, problem));
}

function lintNetworking(section: DesiredSection): readonly Finding[] {
  const { desired, layered } = section;
  const ours =
    isRecord(desired['computeNetwork']) || (desired['schemaVersion'] === '1' && isRecord(desired['services']));
  if (!ours) return [];
  const outcome = layered ? checkShape(desiredSchema, { schemaVersion: '1', ...desired }) : readDesired(desired);
  const known = layered ? [...SAID_OF_SIZES, 'missing'] : SAID_OF_SIZES;
  const problems = outcome.ok ? [] : outcome.problems.filter(({ code }) => !known.includes(code));
  return problems.map((problem) => placed('networking-desired-refused', section, problem));
}

function placed(code: FindingCode, section: DesiredSection, { path, message, fix }: Problem): Finding {
  return finding(code, placeOf(section, path), fix === undefined ? message : `${message} ${fix}`);
}

/** Where a value below the desired properties stands: in a layer its beginning can be part of a key. */
function placeOf(section: DesiredSection, path: string): readonly PathStep[] {
  const steps = path.split('.');
  for (let length = steps.length; length > 0; length -= 1) {
    const part = section.parts.get(steps.slice(0, length).join('.'));
    if (part !== undefined) return [...part.at, ...steps.slice(length)];
  }
  return [...section.at, ...steps];
}
