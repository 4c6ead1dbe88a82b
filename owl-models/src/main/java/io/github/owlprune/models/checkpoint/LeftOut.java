package io.github.owlprune.models.checkpoint;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which files of a model folder do not belong into its pruned copy: weights in any other
 * file or format, which would still be dense, and the states of a training. Everything else is
 * copied: configuration, tokenizer, chat template, licence, code, images.
 */
final class LeftOut {
  /** Endings of files with weights, with compiled models, or with archives of them. */
  private static final Set<String> ENDINGS =
      Set.of(
          "safetensors",
          // PyTorch, and whatever else is a pickle, such as an optimizer's state
          "bin",
          "ckpt",
          "mar",
          "nemo",
          "pickle",
          "pkl",
          "pt",
          "pt2",
          "pte",
          "pth",
          "ptl",
          // TensorFlow, Keras, Flax, Rust, NumPy, Paddle
          "h5",
          "hdf5",
          "keras",
          "msgpack",
          "npy",
          "npz",
          "orbax",
          "ot",
          "pb",
          "pdiparams",
          "pdmodel",
          "pdparams",
          "tflite",
          // formats of runtimes
          "dlc",
          "engine",
          "ggml",
          "gguf",
          "litertlm",
          "llamafile",
          "mlmodel",
          "mnn",
          "onnx",
          "onnx_data",
          "ort",
          "rten",
          "task",
          "trt",
          // archives, and downloads that are not complete
          "7z",
          "incomplete",
          "part",
          "tar",
          "tgz",
          "zip");

  /** Formats that are spread over several files. */
  private static final Pattern NAMES =
      Pattern.compile(
          "(.*\\.)?onnx[._]data.*" // model.onnx_data_1
              + "|.*\\.ckpt[._-].*" // model.ckpt-1000.index
              + "|.*\\.data-\\d+-of-\\d+" // TensorFlow's checkpoints
              + "|openvino_.*" // the network, without its weights
              + "|ggml-.*|.*\\.gguf\\..*"
              + "|adapter_config\\.json"); // would ask transformers for the adapter's weights

  private LeftOut() {}

  /**
   * Returns whether a file is left out.
   *
   * @param fileName the file's name, without its folder
   */
  static boolean contains(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".index.json")) {
      name = name.substring(0, name.length() - ".index.json".length());
    }
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return ENDINGS.contains(ending) || NAMES.matcher(name).matches();
  }
}
