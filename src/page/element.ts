type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** What is in an element: texts become text nodes, attributes are set, and what is not there is left out. */
type Content = Node | string | null | undefined | false | Attributes;

/**
 * An element with its attributes and what is in it. Texts become text nodes: no markup is ever read from them.
 * @param selector its tag, and classes behind it: `td.number.wide`
 * @param content with objects of attributes: `true` is one without a value; `false`, null and undefined leave it out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  selector: Tag | `${Tag}.${string}`,
  ...content: readonly Content[]
): HTMLElementTagNameMap[Tag];
export function element(selector: string, ...content: readonly Content[]): HTMLElement {
  const [tag = '', ...classes] = selector.split('.');
  const made = document.createElement(tag);
  const names = classes.filter(name => name !== '');
  if (names.length > 0) made.className = names.join(' ');
  for (const each of content) add(made, each);
  return made;
}

function add(parent: Element, content: Content): void {
  if (typeof content === 'string' || content instanceof Node) parent.append(content);
  else if (content) {
    for (const [name, value] of Object.entries(content)) {
      if (value !== null && value !== undefined && value !== false)
        parent.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

/**
 * A button that does something at a click, or by the keyboard.
 * @param classes with a dot before each: `.link.place`
 */
export function button(
  classes: `.${string}` | '',
  act: (event: MouseEvent) => void,
  ...content: readonly Content[]
): HTMLButtonElement {
  const made = element(`button.${classes}`, { type: 'button' }, ...content);
  made.addEventListener('click', act);
  return made;
}

/** Replaces all that is in an element. */
export function fill(parent: Element, ...children: readonly (Node | string | null | false)[]): void {
  parent.replaceChildren(...children.filter(child => child !== null && child !== false));
}
