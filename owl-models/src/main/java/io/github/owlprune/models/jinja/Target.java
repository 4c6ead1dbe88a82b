package io.github.owlprune.models.jinja;

import java.util.List;

/** What a value is assigned to. */
interface Target {
  void assign(Frame frame, Object value);

  /** A variable. */
  record Variable(String name) implements Target {
    @Override
    public void assign(Frame frame, Object value) {
      frame.set(name, value);
    }
  }

  /** An attribute of a namespace. */
  record NamespaceAttribute(String variable, String attribute) implements Target {
    @Override
    public void assign(Frame frame, Object value) {
      if (!(frame.find(variable) instanceof Namespace namespace)) {
        throw new JinjaException(
            "cannot set an attribute of '" + variable + "': it is no namespace");
      }
      namespace.attributes().put(attribute, value);
    }
  }

  /** Targets that get one element each. */
  record Several(List<Target> targets) implements Target {
    @Override
    public void assign(Frame frame, Object value) {
      List<?> items = frame.values().list(value);
      if (items.size() != targets.size()) {
        throw new JinjaException(
            "there are " + items.size() + " values for " + targets.size() + " variables");
      }
      for (int i = 0; i < items.size(); i++) {
        targets.get(i).assign(frame, items.get(i));
      }
    }
  }
}
