/**
 * A value that is made when it is first asked for, and then kept. A schema costs a tenth of a millisecond and more, and
 * a command uses few of them.
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
