import type { ComponentChildren, JSX } from 'preact';
import type { ComputeField, Mutability } from '../../view/index.ts';
import { problemsAt, worstLevel } from '../draft/field-problems.ts';
import { Icon, type IconName } from '../shell/icon.tsx';
import { t } from '../words.ts';
import type { DraftState } from './draft-state.ts';
import { ProblemList } from './problem-list.tsx';

const ICONS: Readonly<Record<Mutability, IconName>> = { live: 'live', 'before-cluster': 'lock', rebuild: 'rebuild' };

/** When a field may change; opens to the reason. */
export function MutabilityBadge({
  draft,
  field,
}: {
  readonly draft: DraftState;
  readonly field: ComputeField;
}): JSX.Element {
  const { mutability, by } = draft.device.value.fields[field];
  return (
    <details class="mutability">
      <summary>
        <span class={`pill ${mutability === 'live' ? 'accent' : ''}`}>
          <Icon name={ICONS[mutability]} />
          {t(`compute.mutable.${mutability}`)}
        </span>
      </summary>
      <p class="field-hint">
        {t(`compute.mutable.${mutability}.why`)} {by === 'device' && t('compute.by.device')}
      </p>
    </details>
  );
}

interface FieldProps {
  readonly draft: DraftState;
  readonly field: ComputeField;
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly wide?: boolean;
  /** Paths of problems that are shown here; the field's own when absent. */
  readonly paths?: readonly string[];
  readonly children: ComponentChildren;
}

/** A field with its label, when it may change, and what the rules say to it. */
export function Field({
  draft,
  field,
  id,
  label,
  hint,
  wide = false,
  paths = [field],
  children,
}: FieldProps): JSX.Element {
  const problems = problemsAt(draft.problems.value, ...paths);
  return (
    <div class={`field ${wide ? 'wide' : ''}`} data-field={field}>
      <div class="field-label">
        <label for={id}>{label}</label>
        <MutabilityBadge draft={draft} field={field} />
      </div>
      {children}
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div role="status">
        {problems.length > 0 && <ProblemList id={`${id}-problems`} problems={problems} draft={draft} />}
      </div>
    </div>
  );
}

interface TextInputProps {
  readonly draft: DraftState;
  readonly id: string;
  readonly value: string;
  readonly onValue: (text: string) => void;
  /** Paths of problems that mark the input. */
  readonly paths: readonly string[];
  readonly label?: string;
  readonly placeholder?: string;
  readonly describedBy?: string;
}

/** A text that the rules answer while it is typed. */
export function TextInput(props: TextInputProps): JSX.Element {
  const { draft, id, value, onValue, paths, label, placeholder, describedBy } = props;
  const level = worstLevel(problemsAt(draft.problems.value, ...paths));
  const tone = level === 'error' ? 'bad' : level === 'warning' ? 'warn' : '';
  return (
    <input
      id={id}
      class={`input mono ${tone}`}
      value={value}
      aria-label={label}
      aria-invalid={level === 'error'}
      aria-describedby={describedBy}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}
