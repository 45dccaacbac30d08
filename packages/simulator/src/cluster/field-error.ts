/** One broken rule of one field, as Kubernetes words it. */
export interface FieldError {
  readonly field: string;
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTypeInvalid';
  readonly message: string;
}

/** The field must be set. */
export function required(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: withDetail('Required value', detail) };
}

/** The field holds a value that breaks a rule. */
export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return {
    field,
    reason: 'FieldValueInvalid',
    message: withDetail(`Invalid value: ${printed(value)}`, detail),
  };
}

/** One error for each thing that is wrong with a value. */
export function invalidValues(field: string, value: unknown, details: readonly string[]): FieldError[] {
  return details.map((detail) => invalidValue(field, value, detail));
}

/** The field takes one of a list of values only. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  return {
    field,
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${printed(value)}: supported values: ${list}`,
  };
}

/** The value stands there twice. */
export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${printed(value)}` };
}

/** The field may not be set, or not be changed. */
export function forbiddenField(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail) };
}

/** The value is too long. */
export function tooLong(field: string, limit: number): FieldError {
  return { field, reason: 'FieldValueTooLong', message: `Too long: must have at most ${limit} bytes` };
}

const immutableMessage = 'field is immutable';

/** An error when a field that may never change did. */
export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, immutableMessage);
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}

function printed(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  return JSON.stringify(value);
}
