package io.github.owlprune.parquet;

import io.github.owlprune.parquet.Thrift.Struct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column, or a group of columns, of a schema.
 *
 * @param path the names from the root, without the root's own
 * @param type the physical type of a column; -1 for a group
 * @param repeated whether it repeats within its parent
 * @param definition the definition level of a value that is there
 * @param repetition the greatest repetition level
 * @param children the children of a group
 */
record Node(
    List<String> path,
    int type,
    boolean repeated,
    int definition,
    int repetition,
    List<Node> children) {
  static final int BYTE_ARRAY = 6;

  private static final List<String> TYPES =
      List.of("boolean", "int32", "int64", "int96", "float", "double", "byte_array", "fixed_len");
  private static final int DEEPEST = 100;
  private static final int OPTIONAL = 1;
  private static final int REPEATED = 2;

  /** Builds the tree from its elements, which are listed depth first. */
  static Node root(List<Struct> elements) throws IOException {
    int[] next = {0};
    Node root = node(elements, next, null, 0);
    if (next[0] != elements.size()) {
      throw new IOException("its schema has elements outside of its root");
    }
    return root;
  }

  private static Node node(List<Struct> elements, int[] next, @Nullable Node parent, int depth)
      throws IOException {
    if (next[0] == elements.size() || depth > DEEPEST) {
      throw new IOException("its schema is incomplete or nested too deeply");
    }
    Struct element = elements.get(next[0]);
    next[0]++;
    List<String> path = new ArrayList<>();
    int definition = 0;
    int repetition = 0;
    long rule = 0;
    if (parent != null) {
      rule = element.number(3, 0);
      path.addAll(parent.path);
      path.add(element.text(4));
      definition = parent.definition + (rule == OPTIONAL || rule == REPEATED ? 1 : 0);
      repetition = parent.repetition + (rule == REPEATED ? 1 : 0);
    }
    List<Node> children = new ArrayList<>();
    Node node =
        new Node(
            path, (int) element.number(1, -1), rule == REPEATED, definition, repetition, children);
    long count = element.number(5, 0);
    for (long c = 0; c < count; c++) {
      children.add(node(elements, next, node, depth + 1));
    }
    return node;
  }

  String name() {
    return path.get(path.size() - 1);
  }

  /** Finds a descendant by a name, or by names joined by dots. */
  @Nullable Node find(String dotted) {
    for (Node child : children) {
      if (child.name().equals(dotted)) {
        return child;
      }
      if (dotted.startsWith(child.name() + ".")) {
        Node found = child.find(dotted.substring(child.name().length() + 1));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  boolean isText() {
    return type == BYTE_ARRAY && repetition == 0;
  }

  /** Returns the columns of the objects in a list, or none if this is no list of objects. */
  List<Node> columnsOfElements() {
    Node list = this;
    while (!list.repeated && list.children.size() == 1) {
      list = list.children.get(0);
    }
    boolean wrapped = list.children.size() == 1 && !list.children.get(0).children.isEmpty();
    Node element = wrapped ? list.children.get(0) : list;
    return element.children.stream()
        .filter(column -> column.type == BYTE_ARRAY && column.repetition == 1)
        .toList();
  }

  /** Returns the definition level from which on the list that contains this column has a value. */
  static int definitionOfElements(Node list) {
    Node node = list;
    while (!node.repeated) {
      node = node.children.get(0);
    }
    return node.definition;
  }

  String typeName() {
    return type >= 0 && type < TYPES.size()
        ? TYPES.get(type)
        : String.format(Locale.ROOT, "a group of %d columns", children.size());
  }
}
