package io.github.owlprune.models.jinja;

import java.util.HashMap;
import java.util.Map;

/** An object whose attributes a template may set, from within loops too. */
record Namespace(Map<Object, Object> attributes) {
  Namespace(Map<Object, Object> attributes) {
    this.attributes = new HashMap<>(attributes);
  }
}
