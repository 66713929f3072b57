import { shallowRef } from 'vue';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly danger: boolean;
  readonly answer: (yes: boolean) => void;
}

/** The question on the screen; shown by `ConfirmHost`. */
export const question = shallowRef<Question | undefined>();

/** Asks before something that can't be taken back. */
export function useConfirm() {
  return (input: {
    title: string;
    text: string;
    yes: string;
    danger?: boolean;
  }): Promise<boolean> =>
    new Promise((resolve) => {
      question.value = {
        ...input,
        danger: input.danger ?? true,
        answer: (yes) => {
          question.value = undefined;
          resolve(yes);
        },
      };
    });
}
