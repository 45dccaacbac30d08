/** A generated file. */
export interface GeneratedFile {
  /** Path below the folder that is written. */
  readonly path: string;
  readonly text: string;
  /** The device it is for, where it is for one. */
  readonly device?: string;
}

/** Device ids may hold characters that file systems refuse; those are written as %XX. */
export function fileNameOf(deviceId: string): string {
  return deviceId.replace(/[^A-Za-z0-9._-]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A document as JSON text, ending with a line break. */
export function toJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
