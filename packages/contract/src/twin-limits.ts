/**
 * The numeric rules a twin section has to keep.
 * Source: IoT Hub device-twin developer guide and edgeHub's ReportedPropertiesValidator (current), and the guide of 2020-02 (old runtimes).
 */
export interface TwinLimits {
  /** Counted bytes of a whole section, see {@link twinSize}. */
  readonly sectionBytes: number;
  /** Nesting levels below the section root. */
  readonly depth: number;
  /** UTF-8 bytes of one key. */
  readonly keyBytes: number;
  /** UTF-8 bytes of one string value. */
  readonly stringBytes: number;
  readonly integerMin: number;
  readonly integerMax: number;
  readonly arrays: boolean;
}

/** What IoT Hub and edgeHub accept today. */
export const TWIN_LIMITS: TwinLimits = {
  sectionBytes: 32768,
  depth: 10,
  keyBytes: 1024,
  stringBytes: 4096,
  integerMin: -4503599627370496,
  integerMax: 4503599627370495,
  arrays: true,
};

/** What the runtimes of 2020 accept, such as the 1.1 fork on a managed device; our own documents stay inside these. */
export const TWIN_LIMITS_OLD_RUNTIME: TwinLimits = {
  ...TWIN_LIMITS,
  depth: 5,
  keyBytes: 64,
  stringBytes: 512,
  arrays: false,
};
