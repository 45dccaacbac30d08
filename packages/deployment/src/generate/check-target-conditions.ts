import type { Network, Problem } from '@iotedge-networking/contract';
import { readTargetCondition } from './target-condition.ts';

/** Target conditions that are most likely a mistake; IoT Hub has the last word, so these are warnings. */
export function checkTargetConditions({ deployments }: Network): readonly Problem[] {
  return deployments.flatMap(({ targetCondition }, index): readonly Problem[] => {
    if (readTargetCondition(targetCondition) !== undefined) return [];
    const message = `${JSON.stringify(targetCondition)} is no target condition that IoT Hub is known to understand.`;
    const fix =
      "Compare deviceId, tags or reported properties with texts in single quotes, such as tags.role='store', joined by AND, OR and NOT; or write * for all devices.";
    return [
      { code: 'target-condition', path: `deployments[${index}].targetCondition`, message, fix, level: 'warning' },
    ];
  });
}
