package io.github.owlprune.measure;

/** Measures nothing. */
record NoMeasurement() implements Measurement {
  @Override
  public String name() {
    return "NONE";
  }

  @Override
  public String title() {
    return "measured";
  }

  @Override
  public boolean needsInputs() {
    return false;
  }

  @Override
  public Measured measure(DenseModel dense) {
    return Measured.NOTHING;
  }
}
