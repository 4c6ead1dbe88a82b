package io.github.owlprune.models.jinja;

/** The values that may be keys of a dict. */
final class Keys {
  private Keys() {}

  static Object require(Object key) {
    Values.requireDefined(key);
    if (key instanceof String || Values.isNumber(key) || key == None.NONE) {
      return key;
    }
    throw new JinjaException("a '" + Values.type(key) + "' cannot be a key");
  }
}
