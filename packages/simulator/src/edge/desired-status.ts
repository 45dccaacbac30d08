/** `lastDesiredStatus` of a system module: 200 applied, 400 malformed, 406 unknown, 412 schema version, 417 empty, 500 failed. */
export interface DesiredStatus {
  readonly code: 200 | 400 | 406 | 412 | 417 | 500;
  readonly description: string;
}

/** Everything was applied. */
export const applied: DesiredStatus = { code: 200, description: '' };
