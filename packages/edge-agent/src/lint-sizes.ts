import { TWIN_LIMITS, twinSize, utf8Length } from '@iotedge-networking/contract';
import { pieceText } from './create-options-pieces.ts';
import { chunkCreateOptions } from './create-options-pieces.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import type { DesiredSection, ManifestModule, ManifestShape } from './manifest-shape.ts';
import { isRecord, recordOf } from './module-input.ts';

const PIECE = 512;
const MOST_PIECES = 8;
const NEARLY = 0.9;

/** Checks the byte budget of every twin, every long value and the pieces of create options (iot-hub-and-iot-edge.md 4.1, 5.5). */
export function lintSizes(shape: ManifestShape): readonly Finding[] {
  const budgets = [...shape.sections.values()].flatMap(lintBudget);
  const values = [...shape.sections.values()].flatMap((section) =>
    [...section.parts.values()].flatMap(({ at, value }) => lintValues(value, at)),
  );
  return [...budgets, ...values, ...shape.modules.flatMap(lintPieces)];
}

function lintBudget(section: DesiredSection): readonly Finding[] {
  const size = twinSize(asSent(section.desired));
  const limit = TWIN_LIMITS.sectionBytes;
  const counted = `The desired properties count ${size} of ${limit} bytes`;
  if (size > limit) return [finding('twin-too-large', section.at, `${counted}; the hub refuses them.`)];
  return size > limit * NEARLY ? [finding('twin-nearly-full', section.at, `${counted}.`)] : [];
}

/** Create options that are still an object (in a template) are sent as text. */
function asSent(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]): readonly (readonly [string, unknown])[] => {
    if (key !== 'createOptions' || !isRecord(item)) return [[key, asSent(item)]];
    const text = JSON.stringify(item);
    return text.length > PIECE * 100 ? [[key, text]] : Object.entries(chunkCreateOptions(text));
  });
  return Object.fromEntries(entries);
}

function lintValues(value: unknown, at: readonly PathStep[]): readonly Finding[] {
  if (typeof value === 'string') {
    const bytes = utf8Length(value);
    if (bytes <= TWIN_LIMITS.stringBytes) return [];
    return [finding('value-too-long', at, `The text has ${bytes} bytes; the hub takes ${TWIN_LIMITS.stringBytes}.`)];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const template = key === 'createOptions' && isRecord(item);
    return template ? [] : lintValues(item, [...at, key]);
  });
}

function lintPieces(module: ManifestModule): readonly Finding[] {
  const settings = recordOf(module.entry['settings']);
  const at = [...module.at, 'settings'];
  const pieces = Object.entries(settings).filter(([key]) => /^createoptions\d*$/i.test(key));
  const length = pieces.reduce((sum, [, value]) => sum + pieceText(value).length, 0);
  const needed = Math.max(pieces.length, pieces.some(([, value]) => isRecord(value)) ? Math.ceil(length / PIECE) : 0);
  const findings: Finding[] = [];
  if (needed > MOST_PIECES) {
    const message = `The create options take ${needed} pieces; VS Code and iotedgedev stop at ${MOST_PIECES}.`;
    findings.push(finding('too-many-pieces', [...at, 'createOptions'], message));
  }
  for (const [key, value] of pieces) {
    if (typeof value !== 'string' || value.length <= PIECE || utf8Length(value) > TWIN_LIMITS.stringBytes) continue;
    const message = `The piece has ${value.length} characters; hubs of 2020 took ${PIECE} bytes.`;
    findings.push(finding('piece-over-512', [...at, key], message));
  }
  return findings;
}
