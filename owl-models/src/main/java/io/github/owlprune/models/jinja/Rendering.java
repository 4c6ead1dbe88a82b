package io.github.owlprune.models.jinja;

/** What the parts of one rendering share. */
final class Rendering {
  private final Dialect dialect;
  private final Budget budget = new Budget();
  private final Values values = new Values(budget);

  Rendering(Dialect dialect) {
    this.dialect = dialect;
  }

  Budget budget() {
    return budget;
  }

  Values values() {
    return values;
  }

  Undefined undefined(String reason) {
    return new Undefined(reason, dialect.strictUndefined());
  }

  /** Returns a text that was just made, after charging for it. */
  String made(String text) {
    budget.characters(text.length());
    return text;
  }

  Object call(Object function, Arguments arguments) {
    if (function instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(function instanceof Callable callable)) {
      throw new JinjaException("'" + Values.type(function) + "' object cannot be called");
    }
    budget.enter();
    try {
      return callable.call(this, arguments);
    } finally {
      budget.leave();
    }
  }

  Object filter(String name, Object value, Arguments arguments) {
    Operation filter = Filters.ALL.get(name);
    if (filter == null) {
      throw new JinjaException("there is no filter named '" + name + "'");
    }
    return filter.apply(this, value, arguments);
  }

  boolean test(String name, Object value, Arguments arguments) {
    Operation test = Tests.ALL.get(name);
    if (test == null) {
      throw new JinjaException("there is no test named '" + name + "'");
    }
    return values.truth(test.apply(this, value, arguments));
  }
}
