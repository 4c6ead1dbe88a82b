package io.github.owlprune.parquet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads structures in Thrift's compact protocol, the encoding of Parquet's metadata. Nothing is
 * allocated for what a length only claims: every element takes at least a byte of the input.
 */
final class Thrift {
  private static final int DEEPEST = 40;

  private final byte[] bytes;
  private final int end;
  private int at;

  Thrift(byte[] bytes, int length) {
    this.bytes = bytes;
    end = length;
  }

  /** The input ends within a structure; a longer input might not. */
  static final class Incomplete extends IOException {
    private static final long serialVersionUID = 1;

    Incomplete() {
      super("its metadata ends early");
    }
  }

  /** The fields of a structure by their numbers; absent ones have defaults. */
  record Struct(Map<Integer, Object> fields) {
    long number(int field, long otherwise) {
      return fields.get(field) instanceof Long value ? value : otherwise;
    }

    boolean flag(int field, boolean otherwise) {
      return fields.get(field) instanceof Boolean value ? value : otherwise;
    }

    String text(int field) {
      return fields.get(field) instanceof String value ? value : "";
    }

    boolean has(int field) {
      return fields.containsKey(field);
    }

    Struct struct(int field) throws IOException {
      if (fields.get(field) instanceof Struct value) {
        return value;
      }
      throw new IOException("its metadata lacks field " + field);
    }

    List<Struct> structs(int field) throws IOException {
      List<Struct> structs = new ArrayList<>();
      for (Object each : list(field)) {
        if (!(each instanceof Struct struct)) {
          throw new IOException("its metadata has a malformed list");
        }
        structs.add(struct);
      }
      return structs;
    }

    List<String> texts(int field) throws IOException {
      List<String> texts = new ArrayList<>();
      for (Object each : list(field)) {
        texts.add(String.valueOf(each));
      }
      return texts;
    }

    private List<?> list(int field) throws IOException {
      if (fields.get(field) instanceof List<?> value) {
        return value;
      }
      throw new IOException("its metadata lacks list " + field);
    }
  }

  /** Returns the number of bytes that were read. */
  int position() {
    return at;
  }

  Struct struct() throws IOException {
    return struct(0);
  }

  private Struct struct(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its metadata is nested too deeply");
    }
    Map<Integer, Object> fields = new HashMap<>();
    int id = 0;
    for (int header = octet(); header != 0; header = octet()) {
      int delta = header >> 4;
      id = delta == 0 ? (int) zigzag() : id + delta;
      fields.put(id, value(header & 15, depth));
    }
    return new Struct(fields);
  }

  private Object value(int type, int depth) throws IOException {
    return switch (type) {
      case 1 -> true;
      case 2 -> false;
      case 3 -> (long) (byte) octet();
      case 4, 5, 6 -> zigzag();
      case 7 -> {
        skip(Double.BYTES);
        yield 0.0; // no field of interest is a double
      }
      case 8 -> binary();
      case 9, 10 -> list(depth);
      case 11 -> map(depth);
      case 12 -> struct(depth + 1);
      default -> throw new IOException("its metadata has an unknown type " + type);
    };
  }

  private List<Object> list(int depth) throws IOException {
    int header = octet();
    long size = header >> 4 == 15 ? varint() : header >> 4;
    List<Object> list = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      list.add(element(header & 15, depth + 1));
    }
    return list;
  }

  private Map<Object, Object> map(int depth) throws IOException {
    long size = varint();
    int types = size == 0 ? 0 : octet();
    for (long i = 0; i < size; i++) {
      element(types >> 4, depth + 1);
      element(types & 15, depth + 1);
    }
    return Map.of(); // no field of interest is a map
  }

  /** Reads an element of a collection, in which truth values take a byte. */
  private Object element(int type, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its metadata is nested too deeply");
    }
    return type <= 2 ? (Object) (octet() == 1) : value(type, depth);
  }

  private String binary() throws IOException {
    long length = varint();
    int from = at;
    skip(length);
    return new String(bytes, from, (int) length, StandardCharsets.UTF_8);
  }

  private void skip(long count) throws IOException {
    if (count < 0 || count > end - at) {
      throw new Incomplete();
    }
    at += (int) count;
  }

  private int octet() throws IOException {
    if (at >= end) {
      throw new Incomplete();
    }
    return bytes[at++] & 0xFF;
  }

  private long zigzag() throws IOException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int octet = octet();
      value |= (octet & 0x7FL) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw new IOException("its metadata has a number without an end");
  }
}
