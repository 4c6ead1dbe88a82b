package io.github.owlprune.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;

/** Rows of a JSON array of objects. */
final class ArrayRows implements Rows {
  private final String file;
  private final Field field;
  private final JsonParser json;
  private long number;
  private boolean unread;

  ArrayRows(InputStream in, String file, Field field) throws IOException {
    this.file = file;
    this.field = field;
    json = JsonRow.JSON.createParser(in);
  }

  @Override
  public boolean next() throws IOException {
    try {
      if (number == 0) {
        json.nextToken(); // the array's start, by which the file was recognised
      } else if (unread) {
        json.skipChildren();
      }
      number++;
      JsonToken token = json.nextToken();
      if (token == null) {
        throw new IOException(file + " ends within its array; it is incomplete");
      }
      if (token == JsonToken.END_ARRAY) {
        if (json.nextToken() != null) {
          throw new IOException(file + " continues after its array; remove the rest");
        }
        return false;
      }
      unread = true;
      return true;
    } catch (JsonProcessingException e) {
      throw JsonRow.invalid(where(), e);
    }
  }

  @Override
  public Row read() throws IOException {
    unread = false;
    try {
      return JsonRow.read(json, field, where());
    } catch (JsonProcessingException e) {
      throw JsonRow.invalid(where(), e);
    }
  }

  @Override
  public String where() {
    return file + ", row " + number;
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
