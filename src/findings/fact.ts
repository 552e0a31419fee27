/**
 * What several rules need to know about the same thing, computed when the first of them asks: the one way in which
 * rules share what is dear to find out. It is kept as long as the thing is.
 * @param compute pure
 */
export function fact<Of extends WeakKey, Value>(compute: (of: Of) => Value): (of: Of) => Value {
  const known = new WeakMap<Of, { readonly value: Value }>();
  return of => {
    let found = known.get(of);
    if (found === undefined) {
      found = { value: compute(of) };
      known.set(of, found);
    }
    return found.value;
  };
}
