import { part } from "../dom/element.ts";

/** Where a person writes. Enter sends, Shift+Enter begins a line; `send` says whether the words were taken. */
export function startComposer(options: {
  readonly signal: AbortSignal;
  readonly maxCharacters: number;
  readonly send: (text: string) => Promise<boolean>;
  readonly stop: () => void;
}): void {
  const { signal, maxCharacters, send, stop } = options;
  const form = part("composer", HTMLFormElement);
  const input = part("message", HTMLTextAreaElement);
  const sendButton = part("send", HTMLButtonElement);
  const stopButton = part("stop", HTMLButtonElement);
  input.maxLength = maxCharacters;
  let busy = false;

  const submit = async (): Promise<void> => {
    const text = input.value.trim();
    if (busy || text === "") return;
    busy = true;
    input.value = "";
    show();
    const taken = await send(text);
    if (signal.aborted) return;
    busy = false;
    if (!taken && input.value === "") input.value = text;
    show();
  };
  const show = (): void => {
    sendButton.hidden = busy;
    stopButton.hidden = !busy;
    form.classList.toggle("busy", busy);
  };
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      void submit();
    },
    { signal },
  );
  input.addEventListener(
    "keydown",
    (event) => {
      // While an input method composes a character, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void submit();
    },
    { signal },
  );
  stopButton.addEventListener(
    "click",
    () => {
      stop();
      input.focus();
    },
    { signal },
  );
  for (const example of document.querySelectorAll<HTMLButtonElement>("#examples button")) {
    example.addEventListener(
      "click",
      () => {
        input.value = example.textContent.trim();
        input.focus();
      },
      { signal },
    );
  }
  show();
}
